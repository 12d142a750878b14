"""What is not understood is not zero, and what is not a value is not taken for one."""

from typing import Any

import pytest

from tests.rows import row

USER, AGENT = {"role": "user", "content": "two words"}, {"role": "agent", "content": "one"}
BY_ROLE = ("user_turn_count", "agent_turn_count", "user_word_count", "agent_word_count")


def violations(got: dict[str, Any]) -> list[str]:
    return [violation["path"] for violation in got.get("contract_violations", [])]


@pytest.mark.parametrize(
    ("role", "stored"),
    [
        *[(role, "user") for role in ("user", "USER", " Human", "customer", "Caller")],
        *[(role, "assistant") for role in ("assistant", "Agent", "BOT", "ai", "model")],
        ("ChatRole.USER", "user"),
        ("<ChatRole.ASSISTANT: 'assistant'>", "assistant"),
        ("System", "system"),
    ],
)
def test_spellings_of_a_role_are_one_role(role: str, stored: str) -> None:
    for key in ("role", "speaker"):
        got = row(transcript=[{key: role, "content": "hi"}])
        assert got["transcript"][0]["role"] == stored
        assert (violations(got), got["turn_count"]) == ([], 1)


@pytest.mark.parametrize("turn", [{"role": "narrator", "content": "x"}, {"content": "x"}])
def test_a_role_that_is_not_understood_makes_the_counts_by_role_null(turn: dict[str, Any]) -> None:
    got = row(transcript=[USER, turn])
    assert got["turn_count"] == 2
    assert not {*BY_ROLE, "interruption_count"} & got.keys()
    assert len(violations(got)) == 1
    assert got["transcript"][1].get("role") == turn.get("role")


@pytest.mark.parametrize(
    "turn",
    [
        {"role": "user", "utterance": "lost words"},
        {"role": "user", "content": {"text": 1}},
        {"role": "user", "content": [{"parts": ["x"]}]},
        {"role": "user", "content": [5]},
        {"role": "user", "content": [{"type": "audio_content"}]},
        {"role": "user", "content": "********"},
    ],
)
def test_words_that_are_not_understood_make_the_counts_of_words_null(turn: dict[str, Any]) -> None:
    got = row(transcript=[AGENT, turn])
    assert (got["turn_count"], got["user_turn_count"]) == (2, 1)
    assert not {"user_word_count", "agent_word_count"} & got.keys()
    assert len(violations(got)) == 1


@pytest.mark.parametrize("turns", [[5], [USER, "Agent: hi"], [[]], "hello", [USER, True]])
def test_a_turn_that_is_not_understood_makes_every_count_null(turns: Any) -> None:
    got = row(transcript=turns)
    assert not {*BY_ROLE, "turn_count"} & got.keys()
    assert violations(got)


def test_a_turn_without_any_known_field_is_noted() -> None:
    got = row(transcript=[USER, {"foo": "bar"}])
    assert violations(got) == ["/transcript/1"]
    assert (got["turn_count"], got["extras"]) == (2, {"/transcript/1/foo": "bar"})
    assert not set(BY_ROLE) & got.keys()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ([{"type": "text", "text": "a b"}, "c"], "a b\nc"),
        ([{"type": "audio_content", "transcript": "a b c"}], "a b c"),
        (["a b", {"type": "image_content", "image": "x"}, None, "c"], "a b\nc"),
    ],
)
def test_the_parts_of_a_turn_are_its_words(content: Any, text: str) -> None:
    got = row(transcript=[{"role": "user", "content": content}])
    assert (got["transcript"][0]["content"], got["user_word_count"]) == (text, 3)
    assert violations(got) == []


def test_tool_calls_that_are_not_understood_have_no_counts() -> None:
    assert not {"tool_call_count", "tool_error_count"} & row(tool_calls=["search", {}]).keys()
    got = row(tool_calls=[{"tool": "a", "success": "perhaps"}])
    assert (got["tool_call_count"], "tool_error_count" in got) == (1, False)
    got = row(tool_calls=[{"foo": 1}])
    assert (got["tool_call_count"], violations(got)) == (1, ["/tool_calls/0"])
    assert "tool_error_count" not in got


def test_sums_with_a_value_that_is_not_understood_are_null() -> None:
    usage = [{"type": "llm_usage", "input_tokens": 5, "output_tokens": 2}]
    assert row(usage=usage)["llm_total_tokens"] == 7
    got = row(usage=[*usage, {"type": "llm_usage", "input_tokens": "many", "output_tokens": 1}])
    assert ("llm_input_tokens" in got, got["llm_output_tokens"]) == (False, 3)
    assert "llm_total_tokens" not in got
    assert "llm_output_tokens" not in row(usage=[*usage, "x"])
    assert row(cost_summary={"openai_cost": 0.25, "stt": 0.5})["cost_total_usd"] == 0.75
    assert "cost_total_usd" not in row(cost_summary={"openai_cost": 0.25, "stt": "free"})
    assert "llm_total_tokens" not in row(metrics_summary={"llm_prompt_tokens": 5})


@pytest.mark.parametrize("key", ["total_estimated_cost", "total", "total_cost", "total_cost_usd"])
def test_totals_of_cost_have_many_names(key: str) -> None:
    got = row(cost_summary={"llm": 0.03, "openai_cost_usd": 0.5, key: 2})
    assert got["cost_total_usd"] == 2
    assert got["costs"] == [
        {"provider": "llm", "cost_usd": 0.03},
        {"provider": "openai", "cost_usd": 0.5},
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"interruption_count": -1},
        {"usage": [{"type": "llm_usage", "input_tokens": -1}]},
        {"cost_summary": {"openai_cost": -0.1}},
        {"metrics_summary": {"avg_latency_ms": -2}},
        {"transcript": [USER | {"e2e_latency": -0.4}]},
        {"transcript": [USER | {"transcript_confidence": 1.01}]},
        {"connection": {"packet_loss": -1}},
        {"tool_calls": [{"tool": "a", "duration_ms": -1}]},
        {"duration_seconds": -1},
        {"errors": {"llm": -1}},
    ],
)
def test_what_cannot_be_negative_is_null_and_noted(fields: dict[str, Any]) -> None:
    got = row(**fields)
    assert len(violations(got)) == 1
    assert "-" not in str({key: got[key] for key in ("transcript", "costs") if key in got})


def test_minus_one_is_not_a_latency() -> None:
    turn = USER | {"e2e_latency": -1, "metrics": {"llm_node_ttft": -1.0}}
    assert row(transcript=[turn], metrics_summary={"avg_latency_ms": -1}) == row(transcript=[USER])


def test_a_length_that_contradicts_start_and_end_is_stored_and_noted() -> None:
    end = "2026-03-05T11:52:00"
    for seconds, noted in ((120, 0), (170, 0), (250, 1), (10, 1), (61, 0), (60, 0), (200, 0)):
        got = row(end_time=end, duration_seconds=seconds)
        assert (got["duration_seconds"], len(violations(got))) == (seconds, noted)


@pytest.mark.parametrize(
    ("fields", "column", "stored"),
    [
        ({"conversation_state": "ConversationState.BOOKING"}, "conversation_state", "BOOKING"),
        ({"outcome": "<Outcome.SOLD: 'sold'>"}, "outcome", "sold"),
        ({"outcome": "Outcome.sold"}, "outcome", "sold"),
        ({"close_reason": "<CloseReason.ERROR: 3>"}, "close_reason", "ERROR"),
        ({"close_reason": "<CloseReason.ERROR: <object object at 0x7>>"}, "close_reason", "ERROR"),
        ({"outcome": "<Outcome object at 0x7f1c>"}, "outcome", None),
        ({"discovered_signals": {"current_tool": "Node.js"}}, "current_tool", "Node.js"),
        ({"discovered_signals": {"current_tool": "Acme.IO"}}, "current_tool", "Acme.IO"),
        ({"discovered_signals": {"location": "U.S"}}, "location", "U.S"),
        ({"discovered_signals": {"industry": "Industry.LEGAL"}}, "industry", "LEGAL"),
        ({"discovered_signals": {"industry": "<unknown>"}}, "industry", None),
        ({"discovered_signals": {"pain_points": "set()"}}, "pain_points", []),
        ({"discovered_signals": {"pain_points": "{'b', 'a'}"}}, "pain_points", ["a", "b"]),
        ({"discovered_signals": {"pain_points": "frozenset({'a'})"}}, "pain_points", ["a"]),
        ({"discovered_signals": {"pain_points": "frozenset()"}}, "pain_points", []),
        ({"discovered_signals": {"pain_points": "('a', 'b')"}}, "pain_points", ["a", "b"]),
        ({"discovered_signals": {"pain_points": "(a) slow"}}, "pain_points", ["(a) slow"]),
        ({"discovered_signals": {"pain_points": "dict_keys(['a'])"}}, "pain_points", ["a"]),
        ({"discovered_signals": {"pain_points": "deque(['a'], maxlen=3)"}}, "pain_points", ["a"]),
        ({"discovered_signals": {"pain_points": "deque(a)"}}, "pain_points", None),
        ({"discovered_signals": {"pain_points": "['a', 'b']"}}, "pain_points", ["a", "b"]),
        ({"discovered_signals": {"pain_points": '["a", "b"]'}}, "pain_points", ["a", "b"]),
        ({"discovered_signals": {"pain_points": "{<Pain.SLOW: 'slow'>}"}}, "pain_points", ["slow"]),
        ({"discovered_signals": {"pain_points": ["Pain.SLOW"]}}, "pain_points", ["SLOW"]),
        ({"discovered_signals": {"pain_points": "{'a': 1}"}}, "pain_points", None),
        ({"user_email": "***************"}, "user_email", None),
        ({"room": "*****"}, "room", None),
    ],
)
def test_texts_of_objects_are_their_values_and_masks_are_none(
    fields: dict[str, Any], column: str, stored: Any
) -> None:
    got = row(**fields)
    assert got.get(column) == stored
    assert len(violations(got)) == (stored is None)
