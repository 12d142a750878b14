"""A wrong optional value costs itself alone, and nothing of it is lost."""

import json
import tracemalloc
from typing import Any

import pytest
from session_analytics.flatten import validation

from tests.rows import event, outcome, row, row_of_line


def violations(got: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (violation["path"], violation["expected"], violation["got"])
        for violation in got["contract_violations"]
    ]


@pytest.mark.parametrize(
    ("fields", "path", "expected", "got"),
    [
        ({"interruption_count": "many"}, "/interruption_count", "a valid integer", '"many"'),
        (
            {"interruption_count": 2**31},
            "/interruption_count",
            "less than or equal to 2147483647",
            "2147483648",
        ),
        ({"interruption_count": 1.5}, "/interruption_count", "a valid integer", "1.5"),
        ({"consent_obtained": "perhaps"}, "/consent_obtained", "a valid boolean", '"perhaps"'),
        ({"end_time": "later"}, "/end_time", "a valid datetime or date", '"later"'),
        (
            {"end_time": "1969-12-31T23:59:59Z"},
            "/end_time",
            "a time from 1970-01-01 to 2262-04-10",
            '"1969-12-31T23:59:59Z"',
        ),
        (
            {"end_time": "2262-04-11T00:00:00"},
            "/end_time",
            "a time from 1970-01-01 to 2262-04-10",
            '"2262-04-11T00:00:00"',
        ),
        (
            {"end_time": "9999-12-31T23:59:59-23:59"},
            "/end_time",
            "a time from 1970-01-01 to 2262-04-10",
            '"9999-12-31T23:59:59-23:59"',
        ),
        ({"user_name": {"first": "Ana"}}, "/user_name", "a valid string", '{"first":"Ana"}'),
        ({"user_name": True}, "/user_name", "a valid string", "true"),
        (
            {"discovered_signals": {"team_size": True}},
            "/discovered_signals/team_size",
            "a number",
            "true",
        ),
        (
            {"metrics_summary": {"avg_latency_ms": False}},
            "/metrics_summary/avg_latency_ms",
            "a number",
            "false",
        ),
        ({"duration_seconds": -1}, "/duration_seconds", "greater than or equal to 0", "-1"),
        ({"tags": [1, [2]]}, "/tags/1", "a valid string", "[2]"),
        ({"connection": {"jitter": "high"}}, "/connection/jitter", "a valid number", '"high"'),
        ({"connection": 5}, "/connection", "an object", "5"),
        (
            {"discovered_signals": {"team_size": {}}},
            "/discovered_signals/team_size",
            "a valid integer",
            "{}",
        ),
        (
            {"cost_summary": {"openai_cost": "free"}},
            "/cost_summary/openai_cost",
            "a valid number",
            '"free"',
        ),
        ({"transcript": [{"role": "user"}, "hello"]}, "/transcript/1", "an object", '"hello"'),
        (
            {"transcript": [{"content": {"text": 1}}]},
            "/transcript/0/content",
            "a valid string",
            '{"text":1}',
        ),
        (
            {"transcript": [{"metrics": {"e2e_latency": 1e10}}]},
            "/transcript/0/metrics/e2e_latency",
            "less than or equal to 1000000000",
            "10000000000.0",
        ),
        (
            {"usage": [{"input_tokens": 2**63}]},
            "/usage/0/input_tokens",
            "less than or equal to 9223372036854775807",
            "9223372036854775808",
        ),
        (
            {"usage": {"model_usage": [{"input_tokens": "x"}]}},
            "/usage/model_usage/0/input_tokens",
            "a valid integer",
            '"x"',
        ),
        (
            {"metrics_summary": [{"input_tokens": "x"}]},
            "/metrics_summary/0/input_tokens",
            "a valid integer",
            '"x"',
        ),
        ({"metrics_summary": "none"}, "/metrics_summary", "a valid list", '"none"'),
        (
            {"user_name": "x" * 100, "outcome": ["y" * 100]},
            "/outcome",
            "a valid string",
            '["' + "y" * 78,
        ),
    ],
)
def test_a_wrong_value_is_noted_and_kept(
    fields: dict[str, Any], path: str, expected: str, got: str
) -> None:
    result = row(**fields)
    assert violations(result) == [(path, expected, got)]
    value: Any = fields
    for part in path.strip("/").split("/"):
        value = value[int(part)] if isinstance(value, list) else value[part]
    assert result["extras"] == {path: value}


def test_empty_text_means_not_mentioned_whatever_the_type() -> None:
    empty = {
        "consent_obtained": "",
        "consent_timestamp": "",
        "duration_seconds": "",
        "tags": "",
        "interruption_count": "",
        "connection": "",
    }
    assert row(**empty, discovered_signals={"team_size": "", "integration_needs": ""}) == row()


def test_an_end_before_the_start_gives_no_length() -> None:
    got = row(end_time="2026-03-05T11:00:00")
    assert "duration_seconds" not in got
    assert violations(got) == [("/end_time", "an end after the start", '"2026-03-05T11:00:00"')]


def test_what_is_right_beside_a_wrong_value_is_stored() -> None:
    got = row(
        transcript=[
            {"role": "user", "content": "hi", "created_at": "x"},
            5,
            {"role": "assistant", "content": "yes"},
        ]
    )
    assert got["transcript"] == [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "yes"},
    ]
    assert [path for path, _, _ in violations(got)] == ["/transcript/0/created_at", "/transcript/1"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [("NaN", "NaN"), ("Infinity", "Infinity"), ("-Infinity", "-Infinity"), ("1e400", "1e400")],
)
def test_nan_and_infinity_become_null_wherever_they_stand(written: str, kept: str) -> None:
    line = json.dumps(
        event(duration_seconds="@", user_name="@", user_metadata={"score": "@"}, own=["@"])
    ).replace('"@"', written)
    got = row_of_line(line)
    paths = ["/duration_seconds", "/own/0", "/user_metadata/score", "/user_name"]
    assert sorted(path for path, _, _ in violations(got)) == paths
    assert {told[1:] for told in violations(got)} == {("a finite number", kept)}
    assert {path: got["extras"][path] for path in paths} == dict.fromkeys(paths, kept)
    assert got["user_metadata"] == '{"score":null}'
    assert "duration_seconds" not in got
    assert "user_name" not in got


def test_a_row_lists_a_hundred_violations_at_most() -> None:
    got = row(transcript=[{"created_at": "x", "content": f"turn {index}"} for index in range(150)])
    assert len(got["contract_violations"]) == 100
    assert got["contract_violations"][-1] == {
        "path": "",
        "expected": "",
        "got": "51 more violations",
    }
    assert (
        "more" not in row(transcript=[{"created_at": "x"}] * 100)["contract_violations"][-1]["got"]
    )
    assert got["turn_count"] == 150


def test_fields_that_hold_more_wrong_values_than_can_be_named_are_null_as_a_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(validation, "MAX_ERRORS", 3)
    got = row(
        transcript=[1, {"content": "right"}, 2, 3, 4],
        tool_calls=[5, {"tool": "search"}, 6],
        tags=[[], []],
    )
    assert violations(got) == [
        ("/transcript", "at most 3 wrong values", '[1,{"content":"right"},2,3,4]'),
        ("/tool_calls", "at most 3 wrong values", '[5,{"tool":"search"},6]'),
        ("/tags/0", "a valid string", "[]"),
        ("/tags/1", "a valid string", "[]"),
    ]
    assert got["extras"]["/transcript"] == [1, {"content": "right"}, 2, 3, 4]
    assert "transcript" not in got
    assert "tool_calls" not in got


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"transcript": [{"role": "user", "content": "x"}] * 4}, "/transcript"),
        ({"tool_calls": [{"tool": "x"}] * 4}, "/tool_calls"),
        ({"events": [{"type": "x"}] * 4}, "/events"),
        ({"participants": [{"identity": "x"}] * 4}, "/participants"),
        ({"chat_history": {"items": [{"type": "x"}] * 4}}, "/chat_history/items"),
        ({"usage": {"odd": 1, "model_usage": [{"model": "x"}] * 4}}, "/usage/model_usage"),
    ],
)
def test_a_list_of_more_elements_than_a_call_can_have_is_null_as_a_whole(
    fields: dict[str, Any], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for most in (3, 4):
        monkeypatch.setattr(validation, "MAX_ITEMS", most)
        got = row(**fields, tags=["a", "b", "c", "d", "e"])
        noted = [told[:2] for told in violations({"contract_violations": ()} | got)]
        assert noted == [(path, "at most 3 elements")] * (most == 3)


def test_of_fields_with_too_many_wrong_values_only_as_many_as_must_are_null_as_a_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(validation, "MAX_ERRORS", 3)
    got = row(transcript=[1, 2], tool_calls=[3, 4, 5, 6], interruption_count="many")
    assert [told[:2] for told in violations(got)] == [
        ("/tool_calls", "at most 3 wrong values"),
        ("/interruption_count", "a valid integer"),
        ("/transcript/0", "an object"),
        ("/transcript/1", "an object"),
    ]


def test_half_a_million_wrong_values_are_not_described_one_by_one() -> None:
    line = json.dumps(event(transcript=[1] * 100_000))
    tracemalloc.start()
    got = row_of_line(line)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert got["extras"] == {"/transcript": [1] * 100_000}
    assert peak < 200 * len(line)


def test_a_container_with_too_many_values_without_a_column_is_kept_whole_and_once() -> None:
    turns = [{"content": f"turn {index}", "id": index} for index in range(101)]
    assert row(transcript=turns, other=1)["extras"] == {"/transcript": turns, "/other": 1}
    assert len(row(transcript=turns[:100])["extras"]) == 100
    assert len(row(transcript=turns[:100], other=1)["extras"]) == 101


def test_a_value_within_a_value_that_is_kept_is_not_kept_again_when_there_are_many() -> None:
    items = [{"type": "odd", "id": number} for number in range(50)] + [
        {"type": "message", "role": "user", "content": "hi", "x": 1}
    ] * 60
    assert row(chat_history={"items": items, "x": 1})["extras"] == {
        "/chat_history/items": items,
        "/chat_history/x": 1,
    }


def test_the_events_own_unknown_keys_are_kept_one_by_one_however_many() -> None:
    unknown = {f"key {index}": index for index in range(200)}
    assert row(**unknown)["extras"] == {f"/{key}": index for key, index in unknown.items()}


def test_a_lone_surrogate_costs_its_character_and_not_the_text() -> None:
    got = row_of_line(json.dumps(event(user_name="Ana \ud83d", other=["\udfff"])))
    assert sorted(violations(got)) == [
        ("/other/0", "Unicode text", '"\ufffd"'),
        ("/user_name", "Unicode text", '"Ana \ufffd"'),
    ]
    assert got["user_name"] == "Ana \ufffd"
    assert got["extras"] == {"/other": ["\ufffd"]}


def test_a_lone_surrogate_in_a_key_is_kept() -> None:
    got = row_of_line(json.dumps(event(cost_summary={"\ud800_cost": 1.5}, **{"\ud801": 2})))
    assert got["costs"] == [{"provider": "\\ud800", "cost_usd": 1.5}]
    assert got["extras"] == {"/\\ud801": 2}


def test_unknown_keys_are_kept_at_any_depth_under_their_pointer() -> None:
    got = row(
        connection={"via": "relay", "device_info": {"a/b": 1, "c~d": 2}},
        discovered_signals={"mood": "good"},
        errors={"vad": 1},
        **{"x.y": None},
    )
    assert got["extras"] == {
        "/connection/via": "relay",
        "/connection/device_info/a~1b": 1,
        "/connection/device_info/c~0d": 2,
        "/discovered_signals/mood": "good",
        "/errors/vad": 1,
        "/x.y": None,
    }


def test_keys_that_differ_in_case_are_other_keys() -> None:
    assert row(User_Name="Ana")["extras"] == {"/User_Name": "Ana"}


def test_integers_beyond_64_bits_are_kept_with_all_their_digits() -> None:
    line = json.dumps(event(own=2**100))
    assert row_of_line(line)["extras"] == {"/own": 2**100}


def test_of_a_key_that_stands_twice_the_last_value_is_taken() -> None:
    line = json.dumps(event(user_name="first")).replace(
        '"user_name": "first"', '"user_name": "first", "user_name": "last"'
    )
    assert row_of_line(line)["user_name"] == "last"


def test_control_characters_are_text_like_any_other() -> None:
    text = "a\x00b\x1f\x7f\u2028c"
    got = row(user_name=text, transcript=[{"content": text}], own=text)
    assert (got["user_name"], got["transcript"][0]["content"], got["extras"]["/own"]) == (
        text,
        text,
        text,
    )


def test_a_number_beyond_a_double_is_not_text_either() -> None:
    got = row_of_line(
        json.dumps(event(user_name="@", transcript=[{"content": "@"}])).replace('"@"', "1e400")
    )
    assert "user_name" not in got
    assert got["transcript"] == [{}]
    assert got["extras"] == {"/user_name": "1e400", "/transcript/0/content": "1e400"}
    assert row(user_name="inf")["user_name"] == "inf"


def test_a_number_beyond_a_double_within_metadata_costs_nothing_else() -> None:
    got = row(user_metadata='{"utm_source": 1e400, "plan_tier": "trial"}')
    assert (got.get("utm_source"), got["plan_tier"]) == (None, "trial")


def test_a_whole_number_of_more_digits_than_python_reads_is_kept_as_it_was_written() -> None:
    digits = "1" * 5_000
    got = row_of_line(json.dumps(event(own="@")).replace('"@"', digits))
    assert got["extras"] == {"/own": digits}


@pytest.mark.parametrize("depth", [150, 300, 5_000])
def test_a_value_is_kept_or_its_event_rejected_however_deep_it_is(depth: int) -> None:
    line = json.dumps(event(x="@")).replace('"@"', "[" * depth + "]" * depth)
    result = outcome(line)
    if depth < 250:
        assert len(result.lines) == 1
    else:
        assert [reject.code for reject in result.rejects] == ["too_deep"]
        assert result.rejects[0].log_event["message"] == line
