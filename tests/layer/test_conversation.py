"""Turns and tool calls, an agent's own and LiveKit's."""

import json
from typing import Any

import pytest

from tests.rows import row


def history(*items: dict[str, Any]) -> dict[str, Any]:
    return {"chat_history": {"items": list(items)}}


METRICS = {
    "e2e_latency": 0.29,
    "llm_node_ttft": 1.1,
    "tts_node_ttfb": 0.0001,
    "end_of_turn_delay": 0,
    "transcription_delay": "0.25",
    "playback_latency": 2,
    "llm_metadata": {"model_name": "gpt"},
}
IN_MILLISECONDS = {
    "e2e_latency_ms": 290.0,
    "llm_ttft_ms": 1100.0,
    "tts_ttfb_ms": 0.1,
    "end_of_turn_delay_ms": 0.0,
    "transcription_delay_ms": 250.0,
    "playback_latency_ms": 2000.0,
    "llm_model": "gpt",
}


@pytest.mark.parametrize(
    "turn", [METRICS, {"metrics": METRICS}], ids=["in the turn", "in its metrics"]
)
def test_latencies_are_milliseconds_wherever_they_stand(turn: dict[str, Any]) -> None:
    assert row(transcript=[{"role": "user"} | turn])["transcript"] == [
        {"role": "user"} | IN_MILLISECONDS
    ]


def test_a_latency_of_the_turn_wins_over_its_metrics_which_are_kept() -> None:
    got = row(transcript=[{"e2e_latency": 1, "metrics": {"e2e_latency": 2, "llm_node_ttft": 3}}])
    assert got["transcript"] == [{"e2e_latency_ms": 1000.0, "llm_ttft_ms": 3000.0}]
    assert got["extras"] == {"/transcript/0/metrics/e2e_latency": 2}


def test_minus_one_is_livekits_word_for_no_latency() -> None:
    assert row(transcript=[{"role": "assistant", "llm_node_ttft": -1, "tts_node_ttfb": -1.0}])[
        "transcript"
    ] == [{"role": "assistant"}]


def test_texts_of_a_turn_stand_on_lines_and_other_content_is_kept() -> None:
    got = row(transcript=[{"content": ["one", {"type": "image", "url": "x"}, "two"]}])
    assert got["transcript"] == [{"content": "one\ntwo"}]
    assert got["extras"] == {"/transcript/0/content/1": {"type": "image", "url": "x"}}


def test_turns_and_words_are_counted_by_role() -> None:
    turns = [
        {"role": "system", "content": "be kind"},
        {"role": "user", "content": "  three words\nhere "},
        {"role": "assistant", "content": "two words", "interrupted": True},
        {"role": "agent", "content": None, "interrupted": True},
        {"role": "user", "content": "one", "interrupted": True},
    ]
    got = row(transcript=turns)
    counts = (
        "turn_count",
        "user_turn_count",
        "agent_turn_count",
        "user_word_count",
        "agent_word_count",
        "interruption_count",
    )
    assert [got[count] for count in counts] == [5, 2, 2, 4, 2, 2]


def test_nothing_to_count_is_null_and_an_empty_list_is_zero() -> None:
    assert "turn_count" not in row()
    assert "tool_call_count" not in row()
    got = row(transcript=[], tool_calls=[])
    assert (got["transcript"], got["turn_count"], got["interruption_count"]) == ([], 0, 0)
    assert (got["tool_calls"], got["tool_call_count"], got["tool_error_count"]) == ([], 0, 0)
    assert row(**history())["turn_count"] == 0


def test_interruptions_are_those_that_were_sent_or_those_of_the_agents_turns() -> None:
    assert row(interruption_count=3)["interruption_count"] == 3
    turns = [
        {"role": "agent", "content": "a", "interrupted": True},
        {"role": "agent", "content": "b"},
    ]
    assert row(transcript=turns)["interruption_count"] == 1


def test_an_empty_list_of_the_agent_gives_way_to_livekits_history() -> None:
    report = history(
        {"type": "message", "role": "user", "content": ["hi there"]},
        {"type": "function_call", "call_id": "c", "name": "book", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "no", "is_error": True},
    )
    for empty in ([], [None]):
        got = row(transcript=empty, tool_calls=[], **report)
        assert (got["turn_count"], got["user_word_count"], got["extras"]) == (1, 2, {})
        assert (got["tool_call_count"], got["tool_error_count"]) == (1, 1)


def test_an_unread_turn_of_the_agent_hides_no_gap_behind_livekits_history() -> None:
    message = {"type": "message", "role": "user", "content": ["hi there"]}
    got = row(transcript=["hi there"], **history(message))
    assert "turn_count" not in got
    assert got["extras"]["/transcript/0"] == "hi there"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("USER: hi\nASSISTANT: hello\n", None),
        ("user: hi\nassistant: hello", None),
        ("USER: hi\nASSISTANT: hello, Ana\n", "USER: hi\nASSISTANT: hello, Ana\n"),
        ("", None),
    ],
)
def test_the_text_is_stored_only_where_it_says_something_else(
    text: str, stored: str | None
) -> None:
    turns = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
    assert row(transcript=turns, transcript_text=text).get("transcript_text") == stored


def test_items_of_the_chat_history_are_told_apart_by_type() -> None:
    items = [
        None,
        {"role": "user", "content": "untyped"},
        {"type": "odd", "role": "user"},
        {"content": "nothing said of it"},
    ]
    got = row(chat_history={"items": items, "x": 1})
    assert got["transcript"] == [{"role": "user", "content": "untyped"}]
    kept = {
        "/chat_history/x": 1,
        "/chat_history/items/2": items[2],
        "/chat_history/items/3": items[3],
    }
    assert got["extras"] == kept
    assert "turn_count" not in row(chat_history={})
    assert "tool_call_count" not in row(chat_history={"items": None})


def test_metrics_and_models_of_a_turn_that_are_unknown_are_kept_where_they_stood() -> None:
    turn = {
        "x": 1,
        "metrics": {"y": 2, "llm_metadata": {"model_name": "inner", "z": 3}},
        "llm_metadata": {"model_name": "outer", "z": 4},
    }
    got = row(transcript=[turn])
    assert got["transcript"] == [{"llm_model": "outer"}]
    assert got["extras"] == {
        "/transcript/0/x": 1,
        "/transcript/0/metrics/y": 2,
        "/transcript/0/metrics/llm_metadata/z": 3,
        "/transcript/0/metrics/llm_metadata/model_name": "inner",
        "/transcript/0/llm_metadata/z": 4,
    }


def test_a_text_of_turns_without_a_role_or_words_is_compared_too() -> None:
    assert "transcript_text" not in row(
        transcript=[{"content": "hi"}, {"role": "user"}], transcript_text=": hi\nUSER:"
    )
    assert row(transcript=[{"content": "hi"}], transcript_text=": ho")["transcript_text"] == ": ho"


def test_the_text_alone_is_stored() -> None:
    assert row(transcript_text="USER: hi\n")["transcript_text"] == "USER: hi\n"


def test_livekits_messages_are_the_transcript_and_other_items_are_kept() -> None:
    message = {
        "id": "i1",
        "type": "message",
        "role": "user",
        "content": ["hi"],
        "created_at": 1772711400.5,
        "transcript_confidence": 0.9,
    }
    handoff = {"id": "i2", "type": "agent_handoff", "new_agent_id": "a"}
    got = row(**history(message, handoff))
    assert got["transcript"] == [
        {"role": "user", "content": "hi", "said_at": "2026-03-05 11:50:00.500", "confidence": 0.9}
    ]
    assert got["agent_handoffs"] == [{"to_agent": "a"}]
    assert (got["handoff_count"], got["extras"]) == (0, {})


def test_an_agents_own_lists_win_and_livekits_are_kept() -> None:
    message = {"type": "message", "role": "user", "content": ["hi"]}
    call = {"type": "function_call", "call_id": "c", "name": "search"}
    got = row(
        transcript=[{"role": "user", "content": "mine"}],
        tool_calls=[{"tool": "own"}],
        **history(message, call),
    )
    assert [turn["content"] for turn in got["transcript"]] == ["mine"]
    assert [made["tool"] for made in got["tool_calls"]] == ["own"]
    assert got["extras"] == {"/chat_history/items/0": message, "/chat_history/items/1": call}


def test_a_knowledge_base_search_keeps_its_columns() -> None:
    call = {
        "tool": "unleash_search_knowledge",
        "query": "bulk send",
        "category": "",
        "results_found": False,
        "total_results": 0,
        "timestamp": "2026-03-05T11:51:00",
        "duration_ms": 80,
    }
    assert row(tool_calls=[call])["tool_calls"] == [
        {
            "tool": "unleash_search_knowledge",
            "called_at": "2026-03-05 11:51:00.000",
            "duration_ms": 80.0,
            "query": "bulk send",
            "results_found": False,
            "total_results": 0,
        }
    ]


def test_a_tools_other_keys_are_json_in_details() -> None:
    call = {
        "tool": "book_sales_meeting",
        "customer_email": "ana@example.com",
        "success": True,
        "Slots": [{"At": None}],
    }
    (got,) = row(tool_calls=[call])["tool_calls"]
    assert json.loads(got["details"]) == {
        "customer_email": "ana@example.com",
        "Slots": [{"At": None}],
    }


def test_failed_calls_are_counted_by_success_or_error() -> None:
    calls = [
        {"success": False},
        {"success": True},
        {"error": "timeout"},
        {"error": ""},
        {},
        {"error": {"code": 1}},
        {"error": False},
    ]
    got = row(tool_calls=calls)
    assert (got["tool_call_count"], got["tool_error_count"]) == (7, 3)
    assert got["tool_calls"][5] == {"error": '{"code":1}'}


def test_livekits_calls_are_paired_with_their_outputs() -> None:
    items: list[dict[str, Any]] = [
        {
            "type": "function_call",
            "call_id": "a",
            "name": "search",
            "arguments": '{"query": "bulk", "category": 3}',
            "created_at": 1772711400,
        },
        {
            "type": "function_call",
            "call_id": "b",
            "name": "book",
            "arguments": "no JSON",
            "created_at": 1772711401,
        },
        {
            "type": "function_call_output",
            "call_id": "b",
            "output": "no calendar",
            "is_error": True,
            "created_at": 1772711401.25,
        },
        {
            "type": "function_call_output",
            "call_id": "a",
            "output": "{'found': 1}",
            "is_error": False,
            "created_at": 1772711400.5,
            "x": 1,
        },
        {"type": "function_call", "call_id": "c", "name": "hang up"},
        {
            "type": "function_call_output",
            "call_id": "c",
            "name": "hang on",
            "created_at": 1772711402,
        },
        {"type": "function_call_output", "call_id": "nobody's", "output": "lost"},
        {"type": "function_call_output", "call_id": "a", "output": "again"},
    ]
    got = row(**history(*items))
    assert got["tool_calls"] == [
        {
            "tool": "search",
            "called_at": "2026-03-05 11:50:00.000",
            "success": True,
            "duration_ms": 500.0,
            "query": "bulk",
            "call_id": "a",
            "details": '{"arguments":"{\\"query\\": \\"bulk\\", \\"category\\": 3}",'
            '"output":"{\'found\': 1}"}',
        },
        {
            "tool": "book",
            "called_at": "2026-03-05 11:50:01.000",
            "success": False,
            "duration_ms": 250.0,
            "error": "no calendar",
            "call_id": "b",
            "details": '{"arguments":"no JSON","output":"no calendar"}',
        },
        {"tool": "hang up", "call_id": "c"},
    ]
    assert (got["tool_call_count"], got["tool_error_count"]) == (3, 1)
    kept = {
        "/chat_history/items/3/x": 1,
        "/chat_history/items/6": items[6],
        "/chat_history/items/7": items[7],
    }
    kept |= {
        "/chat_history/items/5/created_at": 1772711402,
        "/chat_history/items/5/name": "hang on",
    }
    assert got["extras"] == kept


def test_what_has_no_column_is_kept_where_the_item_stood() -> None:
    message = {"type": "message", "role": "user", "content": ["hi"], "mood": 1}
    call = {"type": "function_call", "name": "x", "call_id": "c", "mood": 2}
    events = [
        None,
        {"type": "conversation_item_added", "item": message},
        {"type": "function_tools_executed", "function_calls": [call]},
    ]
    got = row(events=events)
    assert (got["turn_count"], got["tool_call_count"]) == (1, 1)
    assert got["extras"] == {"/events/1/item/mood": 1, "/events/2/function_calls/0/mood": 2}
    got = row(transcript={"items": [message], "x": 1})
    assert (got["turn_count"], got["extras"]) == (
        1,
        {"/transcript/items/0/mood": 1, "/transcript/x": 1},
    )


def test_an_untyped_item_is_a_message_where_it_has_a_role() -> None:
    got = row(**history({"type": "message", "content": ["hi"]}, {"content": ["x"]}))
    assert (got["turn_count"], got["extras"]) == (1, {"/chat_history/items/1": {"content": ["x"]}})
    assert row(transcript=[{"type": "words", "role": "user", "content": "hi"}])["turn_count"] == 1


def test_a_change_of_an_agents_configuration_is_kept() -> None:
    change = {"type": "agent_config_update", "instructions": "be kind"}
    assert row(**history(change))["extras"] == {"/chat_history/items/0": change}


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ([None], 0),
        ([""], 0),
        ([" \n "], 0),
        (["one"], 1),
        ([" two words "], 2),
        (["two  words"], 2),
        (["three\nwords\there"], 3),
        (["a", None, "b c"], 3),
        (["2 < 3"], 3),
        (['<break time="1s"/>'], 0),
        (["soon<break/>now"], 2),
        (["</expr>now"], 1),
    ],
)
@pytest.mark.parametrize("role", ["user", "agent"])
def test_words_stand_between_blanks_and_markup_is_none(
    role: str, contents: list[str | None], words: int
) -> None:
    got = row(transcript=[{"role": role, "content": content} for content in contents])
    assert got[f"{role}_word_count"] == words


@pytest.mark.parametrize(
    ("sent", "stored", "kept"),
    [
        ({"role": "user", "speaker": "agent"}, {"role": "user"}, {"speaker"}),
        ({"role": "user", "speaker": "user"}, {"role": "user"}, set()),
        ({"role": "", "speaker": "user"}, {"role": "user"}, set()),
        ({"content": "", "text": "b"}, {"content": "b"}, set()),
        ({"content": "a", "text": "a", "message": "b"}, {"content": "a"}, {"message"}),
        ({"content": "a", "text": "b", "message": "b"}, {"content": "a"}, {"text", "message"}),
        (
            {"timestamp": 1772711400, "time": 1772711401},
            {"said_at": "2026-03-05 11:50:00.000"},
            {"time"},
        ),
    ],
)
def test_of_two_names_of_a_field_the_first_is_taken_and_another_value_is_kept(
    sent: dict[str, Any], stored: dict[str, str], kept: set[str]
) -> None:
    got = row(transcript=[None, sent])
    assert got["transcript"] == [stored]
    assert got["extras"] == {f"/transcript/1/{key}": sent[key] for key in kept}


def test_an_id_of_the_agents_own_turn_is_kept_and_one_of_livekits_is_not() -> None:
    turns = [{"role": "user", "content": "hi", "id": 5}, {"type": "message", "id": "item_1"}]
    assert row(transcript=turns)["extras"] == {"/transcript/0/id": 5}


def test_a_rate_of_minus_one_is_none_too() -> None:
    turns = [{"role": "agent", "llm_node_tps": rate} for rate in (-1, 0, 2.5)]
    assert row(transcript=turns)["transcript"] == [
        {"role": "assistant"},
        {"role": "assistant", "llm_tokens_per_second": 0.0},
        {"role": "assistant", "llm_tokens_per_second": 2.5},
    ]


def test_a_part_that_says_more_than_its_words_is_kept_too() -> None:
    parts = [{"type": "text", "text": "hi"}, {"type": "text", "text": "you", "lang": "en"}]
    got = row(transcript=[{"role": "user", "content": parts}])
    assert got["transcript"][0]["content"] == "hi\nyou"
    assert got["extras"] == {"/transcript/0/content/1": parts[1]}


@pytest.mark.parametrize("kind", ["input_text", "input_audio"])
def test_a_part_of_text_or_audio_without_its_words_is_noted(kind: str) -> None:
    got = row(transcript=[{"role": "user", "content": [{"type": kind}]}])
    assert [each["path"] for each in got["contract_violations"]] == ["/transcript/0/content/0"]
    assert "user_word_count" not in got


def test_a_role_that_is_not_understood_is_noted_where_it_stands() -> None:
    for key in ("role", "speaker"):
        got = row(transcript=[{key: "narrator", "content": "hi"}])
        paths = [each["path"] for each in got["contract_violations"]]
        assert paths == [f"/transcript/0/{key}"]


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        ({"role": "user"}, 0),
        ({"role": "user", "content": None, "mood": 1}, 0),
        ({"role": "user", "content": "two words", "mood": 1}, 2),
        ({"role": "user", "content": "two words", "e2e_latency": "x"}, 2),
    ],
)
def test_a_wrong_value_elsewhere_makes_no_turn_unclear(turn: dict[str, Any], words: int) -> None:
    got = row(transcript=[turn], duration_ms="x")
    assert got["user_word_count"] == words
    paths = {each["path"] for each in got["contract_violations"]}
    assert paths <= {"/duration_ms", "/transcript/0/e2e_latency"}


@pytest.mark.parametrize("content", ["hi\nthere", ["hi", "there"], ["hi\nthere"]])
def test_livekits_turns_are_not_kept_where_they_say_the_same(content: Any) -> None:
    message = {"type": "message", "role": "user", "content": ["hi", "there"]}
    silent = {"type": "message", "role": "assistant"}
    own = [{"role": "user", "content": content}, {"role": "agent", "content": ""}]
    assert row(transcript=own, **history(message, silent))["extras"] == {}


@pytest.mark.parametrize(
    "text",
    [
        ": hi\nAGENT: hello\nTOOL: ",
        ": hi\nAgent: hello\nTool:",
        ": hi\nASSISTANT: hello\nTOOL:\n\n",
        "\n: hi\nassistant: hello\ntool:",
    ],
)
def test_a_text_may_spell_the_roles_as_sent_or_as_stored(text: str) -> None:
    turns = [{"content": "hi"}, {"role": "Agent", "content": "hello"}, {"role": "Tool"}]
    assert "transcript_text" not in row(transcript=turns, transcript_text=text)


CALLED_AT = 1772711400
CALLED = {"called_at": "2026-03-05 11:50:00.000"}
OUTPUT = {"type": "function_call_output", "call_id": "c"}


@pytest.mark.parametrize(
    ("call", "stored"),
    [
        ({"tool": "a", "name": "b", "function": "c"}, {"tool": "a"}),
        ({"tool": "", "name": "b", "function": "c"}, {"tool": "b"}),
        ({"function": "c"}, {"tool": "c"}),
        ({"function": {"name": "c"}}, {"tool": "c"}),
        ({"id": "x"}, {"call_id": "x"}),
        ({"id": "x", "call_id": "c"}, {"call_id": "c"}),
        ({"id": 5}, {"call_id": "5"}),
        ({"id": {"n": 1}}, {"call_id": '{"n":1}'}),
        ({"timestamp": CALLED_AT, "created_at": 1}, CALLED),
        ({"created_at": CALLED_AT}, CALLED),
        ({"is_error": True}, {"success": False}),
        ({"is_error": False}, {"success": True}),
        ({"is_error": True, "success": True}, {"success": True}),
        ({"status": "Done"}, {"status": "Done", "success": True}),
        ({"status": "ERROR"}, {"status": "ERROR", "success": False}),
        ({"status": "done", "is_error": True}, {"status": "done", "success": False}),
        ({"status": "cancelled"}, {"status": "cancelled"}),
        ({"error": "timeout"}, {"error": "timeout"}),
    ],
)
def test_fields_of_a_call_have_many_names(call: dict[str, Any], stored: dict[str, Any]) -> None:
    assert row(tool_calls=[call])["tool_calls"] == [stored]


@pytest.mark.parametrize(
    ("call", "details", "found"),
    [
        ({"arguments": {"query": "q", "category": "c"}}, None, {"query": "q", "category": "c"}),
        ({"arguments": {"query": "", "category": 3}}, None, {}),
        ({"arguments": {"query": "q"}, "query": "sent"}, None, {"query": "sent"}),
        (
            {"function": {"arguments": '{"query": "q"}'}},
            {"arguments": '{"query": "q"}'},
            {"query": "q"},
        ),
        (
            {"arguments": {"query": "q"}, "function": {"arguments": {"query": "other"}}},
            {"arguments": {"query": "q"}},
            {"query": "q"},
        ),
        ({"result": {"results_found": False}}, None, {"results_found": False}),
        ({"result": {"results_found": "no"}}, None, {}),
        (
            {"result": {"total_results": 1}, "output": {"total_results": 2}},
            None,
            {"total_results": 2},
        ),
        ({"result": {"total_results": 0}}, None, {"total_results": 0}),
        ({"result": {"total_results": 2**31 - 1}}, None, {"total_results": 2**31 - 1}),
        ({"result": {"total_results": 2**31}}, None, {}),
        ({"result": {"total_results": -1}}, None, {}),
        ({"result": {"total_results": True}}, None, {}),
        ({"result": None, "Mood": 1}, {"Mood": 1}, {}),
    ],
)
def test_a_search_is_read_from_what_a_tool_was_given_and_gave_back(
    call: dict[str, Any], details: dict[str, Any] | None, found: dict[str, Any]
) -> None:
    (got,) = row(tool_calls=[{"call_id": "c"} | call])["tool_calls"]
    sent = {key: call[key] for key in ("arguments", "result", "output") if key in call}
    assert json.loads(got.pop("details")) == (details or sent)
    assert got == {"call_id": "c"} | found


@pytest.mark.parametrize(
    ("call", "output", "stored"),
    [
        ({}, {"name": "book"}, {"tool": "book"}),
        ({"name": "search"}, {"name": "book"}, {"tool": "search"}),
        (
            {"created_at": CALLED_AT},
            {"created_at": CALLED_AT + 1.5},
            CALLED | {"duration_ms": 1500},
        ),
        ({"timestamp": CALLED_AT}, {"timestamp": CALLED_AT + 2}, CALLED | {"duration_ms": 2000}),
        (
            {"created_at": CALLED_AT},
            {"created_at": CALLED_AT + 1, "timestamp": CALLED_AT + 2},
            CALLED | {"duration_ms": 1000},
        ),
        ({"created_at": CALLED_AT}, {"created_at": CALLED_AT}, CALLED | {"duration_ms": 0}),
        ({"created_at": CALLED_AT}, {"created_at": CALLED_AT - 1}, CALLED),
        ({"duration_ms": 7}, {"created_at": CALLED_AT}, {"duration_ms": 7}),
        ({}, {"is_error": True}, {"success": False}),
        ({"is_error": True}, {"is_error": False}, {"success": True}),
        ({"is_error": True}, {}, {"success": False}),
        ({}, {"output": "o"}, {"details": '{"output":"o"}'}),
    ],
)
def test_an_output_in_the_agents_own_list_is_that_of_the_call_with_its_id(
    call: dict[str, Any], output: dict[str, Any], stored: dict[str, Any]
) -> None:
    got = row(tool_calls=[{"call_id": "c"} | call, OUTPUT | output])
    assert got["tool_calls"] == [{"call_id": "c"} | stored]


def test_an_output_without_its_call_is_a_call_of_the_agents_own_list() -> None:
    got = row(tool_calls=[OUTPUT | {"name": "book", "output": "o"}, {"tool": "a", "call_id": "b"}])
    assert got["tool_calls"] == [
        {"tool": "a", "call_id": "b"},
        {"tool": "book", "call_id": "c", "details": '{"output":"o"}'},
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"tool_calls": [{"tool": "a", "success": False}], "duration_ms": "x"},
        {"tool_calls": [{"tool": "a", "success": False, "duration_ms": -1}]},
    ],
)
def test_a_wrong_value_elsewhere_makes_no_outcome_unknown(fields: dict[str, Any]) -> None:
    got = row(**fields)
    assert (got["tool_call_count"], got["tool_error_count"]) == (1, 1)


def test_the_calls_are_those_of_the_first_list_that_has_some() -> None:
    call = {"type": "function_call", "call_id": "c", "name": "book"}
    message = {"type": "message", "role": "user", "content": ["hi"]}
    assert row(transcript=[call], **history(message))["tool_calls"] == [
        {"tool": "book", "call_id": "c"}
    ]
    assert row(transcript=[message], **history(call))["tool_calls"] == [
        {"tool": "book", "call_id": "c"}
    ]


@pytest.mark.parametrize("key", ["transcript", "tool_calls"])
def test_calls_of_a_second_list_are_kept_where_the_first_has_none_of_their_id(key: str) -> None:
    call = {"type": "function_call", "call_id": "c", "name": "book"}
    others = [
        call | {"call_id": "d"},
        OUTPUT | {"output": "o"},
        OUTPUT | {"call_id": "d"},
        {"type": "function_call", "name": "without an id"},
    ]
    nameless = {"type": "function_call", "name": "hang up"}
    got = row(**{key: [call, nameless]}, **history(call, *others))
    assert [made["tool"] for made in got["tool_calls"]] == ["book", "hang up"]
    assert got["extras"] == {
        f"/chat_history/items/{index}": others[index - 1] for index in (1, 3, 4)
    }


def test_an_output_without_an_id_is_of_no_call() -> None:
    output = {"type": "function_call_output", "output": "o"}
    got = row(**history({"type": "function_call", "name": "book"}, output))
    assert got["tool_calls"] == [{"tool": "book"}]
    assert got["extras"] == {"/chat_history/items/1": output}


@pytest.mark.parametrize(
    ("call", "output", "stored", "kept"),
    [
        ({"name": "a"}, {"name": "a"}, {"tool": "a"}, {}),
        ({"name": "a"}, {"name": None}, {"tool": "a"}, {}),
        ({"name": "a"}, {"name": "b"}, {"tool": "a"}, {"name": "b"}),
        ({"name": ""}, {"name": ""}, {}, {}),
        ({"id": "i"}, {"id": "i", "reply_required": True}, {}, {}),
        (
            {"created_at": CALLED_AT},
            {"created_at": CALLED_AT + 1},
            CALLED | {"duration_ms": 1000},
            {},
        ),
        ({}, {"created_at": CALLED_AT}, {}, {"created_at": CALLED_AT}),
        ({}, {"is_error": False, "output": ""}, {"success": True, "details": '{"output":""}'}, {}),
        ({}, {"is_error": True, "output": ""}, {"success": False, "details": '{"output":""}'}, {}),
        (
            {},
            {"is_error": True, "output": "no"},
            {"success": False, "error": "no", "details": '{"output":"no"}'},
            {},
        ),
        (
            {},
            {"is_error": True, "output": {"code": 1}},
            {"success": False, "details": '{"output":{"code":1}}'},
            {},
        ),
        ({}, {"output": "{'total_results': 3}"}, {"total_results": 3}, {}),
        ({}, {"output": ' {"total_results": 3}'}, {"total_results": 3}, {}),
        ({}, {"output": "{'total_results': 3} "}, {"total_results": 3}, {}),
        ({}, {"output": "{no object}"}, {}, {}),
        ({}, {"output": "[1]"}, {}, {}),
    ],
)
def test_livekits_output_adds_to_its_call(
    call: dict[str, Any], output: dict[str, Any], stored: dict[str, Any], kept: dict[str, Any]
) -> None:
    got = row(**history({"type": "function_call", "call_id": "c"} | call, OUTPUT | output))
    (made,) = got["tool_calls"]
    if "output" in output and "details" not in stored:
        assert json.loads(made.pop("details")) == {"output": output["output"]}
    assert made == {"call_id": "c"} | stored
    assert got["extras"] == {f"/chat_history/items/1/{key}": kept[key] for key in kept}


def test_a_call_of_livekit_is_that_of_the_agent_that_had_the_conversation() -> None:
    handoff = {"type": "agent_handoff", "new_agent_id": "closer"}
    call = {"type": "function_call", "name": "book"}
    got = row(**history(call, handoff, call))
    assert got["tool_calls"] == [{"tool": "book"}, {"tool": "book", "agent": "closer"}]
