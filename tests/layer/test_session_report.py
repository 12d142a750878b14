"""LiveKit's report of every SDK: what only 1.8.9 writes is worked out for the others."""

import json
from typing import Any

import pytest

from tests.rows import row

START = 1772711400  # 2026-03-05 11:50:00
STATE = {"type": "agent_state_changed", "old_state": "initializing", "new_state": "listening"}
CLOSE = {"type": "close", "reason": "error", "error": None}


def at(seconds: float, item: dict[str, Any]) -> dict[str, Any]:
    return item | {"created_at": START + seconds}


def say(seconds: float, role: str, text: str, **more: Any) -> dict[str, Any]:
    return at(seconds, {"type": "message", "role": role, "content": [text], **more})


def report(**fields: Any) -> dict[str, Any]:
    """The row of a report of an older SDK."""
    body: dict[str, Any] = {"session_id": None, "start_time": None, "job_id": "AJ_1", "room": "r"}
    return row(**body | {"events": [], "timestamp": START + 61.0} | fields)


def test_start_end_and_reason_come_from_the_events() -> None:
    got = report(
        events=[at(-5, STATE | {"type": "odd"}), at(0, STATE), at(59, CLOSE)],
        chat_history={"items": [say(-9, "user", "earlier")]},
    )
    assert (got["session_id"], got["started_at"]) == ("AJ_1", "2026-03-05 11:49:55.000")
    assert (got["ended_at"], got["duration_seconds"]) == ("2026-03-05 11:50:59.000", 64.0)
    assert got["close_reason"] == "CR_ERROR"


@pytest.mark.parametrize(
    ("fields", "started_at", "duration"),
    [
        ({"started_at": START, "duration": 13.5}, 0, 13.5),
        ({"events": [at(1, STATE)], "timestamp": START + 61.0}, 1, 60),
        ({"events": [at(1, CLOSE)], "timestamp": None}, 1, None),
        (
            {
                "events": None,
                "chat_history": {
                    "items": [
                        say(-60, "user", "context"),
                        at(2, {"type": "agent_handoff", "new_agent_id": "a"}),
                    ]
                },
            },
            2,
            59,
        ),
        (
            {
                "events": None,
                "chat_history": {"items": [say(-200_000, "user", "old"), say(3, "user", "hi")]},
            },
            3,
            58,
        ),
        (
            {
                "events": None,
                "audio_recording_started_at": START + 4,
                "chat_history": {"items": [say(-9, "user", "old"), say(5, "user", "hi")]},
            },
            5,
            56,
        ),
        ({"events": None, "timestamp": None, "_timestamp": START + 7}, 7, None),
        ({"_timestamp": START + 7}, 7, None),
    ],
)
def test_the_start_is_the_best_that_is_known(
    fields: dict[str, Any], started_at: int, duration: float | None
) -> None:
    got = report(**fields)
    assert got["started_at"] == f"2026-03-05 11:50:{started_at:02}.000"
    assert got.get("duration_seconds") == duration


def test_a_formatters_time_is_not_the_end_of_a_report() -> None:
    got = report(events=[at(0, STATE)], timestamp="2026-03-05T12:40:00+00:00")
    assert "ended_at" not in got
    assert "duration_seconds" not in got


def test_the_time_of_a_report_is_not_used_against_start_and_length() -> None:
    got = row(duration_seconds=60, chat_history={"items": []}, timestamp=START + 9_000)
    assert "ended_at" not in got
    assert got["extras"] == {"/timestamp": START + 9_000}


@pytest.mark.parametrize("key", ["report", "session_report"])
def test_a_nested_report_is_read_and_the_events_own_fields_win(key: str) -> None:
    body = {
        "job_id": "AJ_1",
        "room": "theirs",
        "timestamp": START + 61.0,
        "chat_history": {"items": [say(1, "user", "hi there")]},
    }
    got = row(**{key: body, "room": "ours", "timestamp": "2026-03-05T13:00:00Z", "message": ""})
    assert (got["room"], got["job_id"], got["user_word_count"]) == ("ours", "AJ_1", 2)
    assert got["ended_at"] == "2026-03-05 11:51:01.000"
    assert got["extras"] == {f"/{key}": {"room": "theirs", "timestamp": "2026-03-05T13:00:00Z"}}


def test_errors_are_counted_from_the_events_where_no_counts_are_sent() -> None:
    def error(kind: str, *, recoverable: bool = True) -> dict[str, Any]:
        return at(
            1, {"type": "error", "error": {"type": kind, "label": "x", "recoverable": recoverable}}
        )

    got = report(
        events=[
            at(0, STATE),
            error("llm_error"),
            error("llm_error", recoverable=False),
            error("realtime_model_error"),
            at(2, {"type": "user_state_changed", "new_state": "away"}),
            at(3, {"type": "agent_false_interruption"}),
        ]
    )
    counts = ("llm", "stt", "tts", "realtime", "interruption")
    assert [got[f"{name}_error_count"] for name in counts] == [2, 0, 0, 1, 0]
    assert (got["away_count"], got["false_interruption_count"]) == (1, 1)
    assert got["last_error"] == "llm_error: x"
    assert list(got["extras"]) == ["/events/1", "/events/2", "/events/3", "/timestamp"][:3]


def test_an_error_of_an_unknown_kind_makes_no_count_zero() -> None:
    got = report(events=[at(0, STATE), at(1, {"type": "error", "error": {"type": "odd_error"}})])
    assert not [key for key in got if key.endswith("_error_count") and key != "tool_error_count"]
    assert report(events=[at(0, STATE), 5], errors={"llm": 3})["llm_error_count"] == 3
    assert "stt_error_count" not in report(events=[at(0, STATE), 5])


def test_each_kind_of_error_has_a_count_of_its_own_and_so_have_absences() -> None:
    kinds = ("llm", "stt", "tts", "realtime_model", "interruption_detection")
    errors = [
        at(1, {"type": "error", "error": {"type": f"{kind}_error"}})
        for number, kind in enumerate(kinds, 1)
        for _ in range(number)
    ]
    moves = [
        *(at(2, {"type": "user_state_changed", "new_state": state}) for state in ("away", "away")),
        at(3, {"type": "user_state_changed", "new_state": "listening"}),
        at(4, {"type": "agent_state_changed", "new_state": "away"}),
    ]
    got = report(events=[None, at(0, STATE), *errors, *moves])
    names = ("llm", "stt", "tts", "realtime", "interruption")
    assert [got[f"{name}_error_count"] for name in names] == [1, 2, 3, 4, 5]
    assert (got["away_count"], got["false_interruption_count"]) == (2, 0)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ({"type": "llm_error", "message": "m", "error": "e", "label": "l"}, "llm_error: m"),
        ({"type": "llm_error", "error": {"status": 1}, "label": "l"}, 'llm_error: {"status":1}'),
        ({"type": "llm_error", "label": "l"}, "llm_error: l"),
        ({"message": "m"}, "m"),
        ({"type": "tts_error"}, "tts_error"),
        ({"type": "tts_error", "message": "m", "recoverable": True}, "stt_error: before"),
        ({"type": "tts_error", "message": "m", "recoverable": None}, "stt_error: before"),
        ("text alone", "stt_error: before"),
    ],
)
def test_the_last_error_that_ended_something_is_told(error: Any, told: str) -> None:
    before = {"type": "stt_error", "message": "before", "recoverable": False}
    last = {"recoverable": False} | error if isinstance(error, dict) else error
    errors = [at(1, {"type": "error", "error": each}) for each in (before, last)]
    assert report(events=[*errors, at(2, STATE)])["last_error"] == told


@pytest.mark.parametrize(
    ("events", "reason", "ended_at"),
    [
        ([at(2, {"type": "close", "reason": "cr_job_shutdown"})], "CR_JOB_SHUTDOWN", 2),
        ([at(2, {"type": "close", "reason": "task_completed"})], "CR_COMPLETED", 2),
        ([at(2, CLOSE), at(3, {"type": "close", "reason": "x"})], "CR_X", 3),
        ([at(2, CLOSE), {"type": "close", "reason": "x"}], "CR_X", 2),
        ([at(2, CLOSE), at(3, {"type": "close"}), None, at(4, STATE)], "CR_ERROR", 3),
        ([at(2, CLOSE), at(3, {"type": "odd", "reason": "x"})], "CR_ERROR", 2),
    ],
)
def test_the_last_close_says_why_and_when(events: list[Any], reason: str, ended_at: int) -> None:
    got = report(events=[at(1, STATE), *events], timestamp=None)
    assert (got["close_reason"], got["ended_at"]) == (reason, f"2026-03-05 11:50:0{ended_at}.000")
    assert report(events=events, close_reason="CR_SENT")["close_reason"] == "CR_SENT"


def test_the_language_is_the_last_that_was_heard_if_none_is_sent() -> None:
    events = [at(number, STATE | {"language": each}) for number, each in enumerate(("en", "fr"))]
    events.append(at(3, STATE | {"language": ""}))
    assert report(events=events)["language"] == "fr"
    assert report(events=events, language="de")["language"] == "de"
    assert "language" not in report(events=[at(0, STATE)])


ITEMS = [
    say(1, "user", "look it up"),
    at(
        2,
        {
            "type": "function_call",
            "call_id": "c",
            "name": "unleash_search_knowledge",
            "arguments": '{"query": "price"}',
        },
    ),
    at(
        3,
        {
            "type": "function_call_output",
            "call_id": "c",
            "output": "{'results_found': True, 'total_results': 4}",
            "is_error": False,
        },
    ),
    at(3.5, {"type": "agent_handoff", "old_agent_id": None, "new_agent_id": "greeter"}),
    at(4, {"type": "agent_handoff", "old_agent_id": "greeter", "new_agent_id": "closer"}),
    say(5, "assistant", 'ten <break time="1s"/> dollars <expr type="smile"/>'),
]


@pytest.mark.parametrize(
    "fields",
    [
        {"transcript": ITEMS},
        {"transcript": {"items": ITEMS}},
        {"chat_history": {"items": ITEMS}},
        {
            "events": [
                at(0, {"type": "conversation_item_added", "item": item})
                for item in ITEMS
                if "function" not in item["type"]
            ]
            + [
                at(
                    3,
                    {
                        "type": "function_tools_executed",
                        "function_calls": [ITEMS[1]],
                        "function_call_outputs": [ITEMS[2]],
                    },
                )
            ]
        },
    ],
)
def test_items_are_sorted_by_type_wherever_they_stand(fields: dict[str, Any]) -> None:
    got = row(**fields)
    assert (got["turn_count"], got["user_word_count"], got["agent_word_count"]) == (2, 3, 2)
    assert "<break" in got["transcript"][1]["content"]
    assert got["transcript"][1]["agent"] == "closer"
    (call,) = got["tool_calls"]
    assert (call["tool"], call["call_id"], call["query"], call["success"]) == (
        *("unleash_search_knowledge", "c"),
        *("price", True),
    )
    assert (call["results_found"], call["total_results"], call["duration_ms"]) == (True, 4, 1000)
    assert [each.get("from_agent") for each in got["agent_handoffs"]] == [None, "greeter"]
    assert (got["handoff_count"], got["tool_call_count"], got["extras"]) == (1, 1, {})


def test_function_calls_may_be_the_agents_own_list_of_tool_calls() -> None:
    got = row(tool_calls=[ITEMS[1], ITEMS[2], {"function": {"name": "hang_up"}, "id": "x"}])
    assert [call["tool"] for call in got["tool_calls"]] == ["unleash_search_knowledge", "hang_up"]
    assert got["tool_calls"][0]["results_found"] is True
    assert (got["tool_call_count"], got["tool_error_count"]) == (2, 0)


def test_tags_of_the_judges_are_outcome_and_evaluations() -> None:
    tags = ["lk.success", "lk.judge.accuracy:fail", "trial"]
    got = row(tags=tags)
    assert (got["outcome"], got["tags"]) == ("success", tags)
    assert got["evaluations"] == [{"name": "accuracy", "verdict": "fail"}]
    assert row(tags=tags, outcome="sold")["outcome"] == "sold"


def test_a_verdict_is_behind_the_last_colon_of_a_judge_that_has_a_name() -> None:
    tags = ["lk.fail", "lk.success", "lk.judge.a:b:fail", "lk.judge.:pass", "lk.judge.x", None]
    got = row(tags=tags)
    assert got["outcome"] == "fail"
    assert got["evaluations"] == [{"name": "a:b", "verdict": "fail"}]
    assert row(tags=tags, evaluations=[])["evaluations"] == got["evaluations"]
    assert row(tags=tags, evaluations=[{"name": "c"}, None])["evaluations"] == [{"name": "c"}]
    assert not {"outcome", "evaluations"} & row(tags=["trial"]).keys()


def test_hand_overs_are_counted_where_all_are_known() -> None:
    sent = [{"to_agent": "a"}, {"from_agent": "a", "to_agent": "b"}, {"from_agent": "b"}]
    items = [at(1, {"type": "agent_handoff", "old_agent_id": "x", "new_agent_id": "y"})]
    history = {"chat_history": {"items": items}}
    assert row(agent_handoffs=sent, **history)["handoff_count"] == 2
    assert row(agent_handoffs=[], **history)["agent_handoffs"] == []
    assert row(**history)["handoff_count"] == 1
    for unknown in (
        row(agent_handoffs=[*sent, 5]),
        row(chat_history={"items": [*items, 5]}),
    ):
        assert "handoff_count" not in unknown
        assert unknown["agent_handoffs"]
    assert not {"agent_handoffs", "handoff_count"} & row(transcript=[]).keys()


@pytest.mark.parametrize(
    ("fields", "path", "extras"),
    [
        ({"recording_path": "a", "audio_recording_path": "a"}, "a", {}),
        (
            {"recording_path": "a", "audio_recording_path": "b"},
            "a",
            {"/audio_recording_path": "b"},
        ),
        ({"recording_path": "", "audio_recording_path": "b"}, "b", {}),
        ({"recording_path": "a", "audio_recording_path": ""}, "a", {}),
        ({"recording_path": "", "audio_recording_path": ""}, None, {}),
        ({"audio_recording_started_at": START}, None, {"/audio_recording_started_at": START}),
    ],
)
def test_the_recording_is_the_recorder_s_and_another_path_is_kept(
    fields: dict[str, Any], path: str | None, extras: dict[str, Any]
) -> None:
    got = row(**fields)
    assert (got.get("recording_path"), got["extras"]) == (path, extras)


def test_of_what_a_recorder_tells_nulls_and_empty_texts_say_nothing() -> None:
    told = row(
        signal_evidence={"urgency": None, "team_size": "eight"},
        redactions={"email": 0, "card": None},
        truncation={"fields_left_out": ["", None, "usage"]},
        recorder_errors=["", "odd"],
        unpriced_models=[None, "new"],
        options={},
    )
    assert told == row() | {
        "signal_evidence": [{"signal": "team_size", "words": "eight"}],
        "redactions": [{"kind": "email", "count": 0}],
        "truncation": {"fields_left_out": ["usage"]},
        "recorder_errors": ["odd"],
        "unpriced_models": ["new"],
    }


def test_speaking_times_are_worked_out_of_the_turns() -> None:
    def spoken(role: str, start: float, stop: float) -> dict[str, Any]:
        marks = {"started_speaking_at": START + start, "stopped_speaking_at": START + stop}
        return say(stop, role, "x", metrics=marks)

    items = [spoken("user", 1, 3), spoken("assistant", 3.5, 6), spoken("assistant", 5, 7)]
    got = report(events=[at(0, STATE), at(10, CLOSE)], chat_history={"items": items})
    assert (got["user_talk_seconds"], got["agent_talk_seconds"]) == (2, 3.5)
    assert (got["silence_seconds"], got["first_response_ms"]) == (4.5, 500)
    silent = report(events=[at(0, STATE)], chat_history={"items": [*items, say(8, "user", "y")]})
    assert "user_talk_seconds" not in silent


def spoken(role: str, *marks: float | None) -> dict[str, Any]:
    """A turn with words, spoken from one second of the call to another."""
    names = ("started_speaking_at", "stopped_speaking_at")
    known = zip(names, marks, strict=True)
    return {"role": role, "content": "x"} | {
        name: START + mark for name, mark in known if mark is not None
    }


BOTH = [spoken("user", 1, 3), spoken("agent", 4, 5)]


@pytest.mark.parametrize(
    ("turns", "duration", "derived"),
    [
        ([], 10, {}),
        ([spoken("user", 1, 3)], 10, {"user": 2}),
        ([spoken("agent", 1, 3)], 10, {"agent": 2}),
        (BOTH, None, {"user": 2, "agent": 1, "first": 1000}),
        (BOTH, 10, {"user": 2, "agent": 1, "silence": 7, "first": 1000}),
        (BOTH, 2, {"user": 2, "agent": 1, "silence": 0, "first": 1000}),
        (BOTH, 3.5, {"user": 2, "agent": 1, "silence": 0.5, "first": 1000}),
        (BOTH, 10.12345, {"user": 2, "agent": 1, "silence": 7.123, "first": 1000}),
        ([spoken("user", 5, 6), spoken("user", 1, 9), spoken("user", 10, 10)], 10, {"user": 8}),
        ([spoken("user", 1, 3), spoken("user", 2, 4), spoken("user", 5, 6)], 10, {"user": 4}),
        (
            [spoken("user", 1, 3), spoken("agent", 2, 4)],
            10,
            {"user": 2, "agent": 2, "silence": 7},
        ),
        (
            [spoken("agent", 0, 1), spoken("user", 2, 4), spoken("agent", 5.001, 6)],
            None,
            {"user": 2, "agent": 1.999, "first": 1001},
        ),
        ([*BOTH, spoken("agent", 3, 3.25)], None, {"user": 2, "agent": 1.25, "first": 0}),
        ([*BOTH, spoken("user", 6, 7)], None, {"user": 3, "agent": 1, "first": 1000}),
        ([*BOTH, {"role": "user"}], None, {"user": 2, "agent": 1, "first": 1000}),
        ([{"role": "system", "content": "x"}, *BOTH], None, {"user": 2, "agent": 1, "first": 1000}),
        ([spoken("user", 1, None), *BOTH], 10, {"agent": 1}),
        ([spoken("user", None, 1), *BOTH], 10, {"agent": 1}),
        ([*BOTH, spoken("agent", 6, 5)], 10, {"user": 2}),
    ],
)
def test_speaking_times_are_known_where_every_turn_of_a_side_tells_its_own(
    turns: list[dict[str, Any]], duration: float | None, derived: dict[str, float]
) -> None:
    names = {
        "user": "user_talk_seconds",
        "agent": "agent_talk_seconds",
        "silence": "silence_seconds",
        "first": "first_response_ms",
    }
    got = row(transcript=turns, duration_seconds=duration)
    assert {key: got[name] for key, name in names.items() if name in got} == derived


def test_usage_of_a_report_without_it_is_that_of_the_last_usage_event() -> None:
    def used(tokens: int) -> dict[str, Any]:
        usage = {"model_usage": [{"type": "llm_usage", "model": "m", "input_tokens": tokens}]}
        return at(tokens, {"type": "session_usage_updated", "usage": usage})

    got = report(events=[used(1), used(30)])
    assert got["llm_input_tokens"] == 30
    assert len(got["model_usage"]) == 1


def test_audio_tokens_of_a_realtime_model_have_columns() -> None:
    usage = {
        "type": "llm_usage",
        "model": "gpt-realtime",
        "input_tokens": 500,
        "input_audio_tokens": 400,
        "input_cached_audio_tokens": 90,
        "output_audio_tokens": 300,
        "input_cache_creation_tokens": 5,
        "output_reasoning_tokens": 7,
        "cost_usd": 0.02,
    }
    got = row(usage=[usage])
    assert got["model_usage"] == [
        {
            "type": "llm_usage",
            "model": "gpt-realtime",
            "input_tokens": 500,
            "input_audio_tokens": 400,
            "cached_input_audio_tokens": 90,
            "output_audio_tokens": 300,
            "cache_creation_tokens": 5,
            "reasoning_tokens": 7,
            "cost_usd": 0.02,
        }
    ]
    assert got["extras"] == {}


def test_the_extras_of_a_long_report_are_small() -> None:
    items = [
        say(n, "user" if n % 2 else "assistant", f"turn {n}", id=f"item_{n}", extra={})
        for n in range(260)
    ]
    events = [at(n, STATE) for n in range(600)]
    events += [at(n, {"type": "conversation_item_added", "item": items[n]}) for n in range(260)]
    got = report(events=events, chat_history={"items": items}, options={"a": 1}, user_turns=[])
    assert got["turn_count"] == 260
    assert len(json.dumps(got["extras"])) < 0.15 * len(json.dumps(got))
