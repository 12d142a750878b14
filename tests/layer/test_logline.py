"""Whichever of its shapes a line has, the same event is found.

Lines of other kinds are set aside.
"""

import json
from typing import Any

import pytest
from session_analytics.logline import Ignored, MalformedLine, ParsedEvent, read_line
from session_analytics.schema.json_text import NonFinite, non_json_values

EVENT = {"_event_type": "session_analytics", "session_id": "s1", "_timestamp": 1772712000.5}
FORMATTER = {
    "level": "INFO",
    "name": "livekit.analytics",
    "pid": 4242,
    "job_id": "AJ_1",
    "timestamp": "2026-03-05T12:00:00+00:00",
}


def found(line: str) -> ParsedEvent:
    result = read_line(line)
    assert isinstance(result, ParsedEvent)
    return result


@pytest.mark.parametrize(
    ("line", "wrapper"),
    [
        pytest.param(json.dumps(EVENT), {}, id="a: flat"),
        pytest.param(
            json.dumps(FORMATTER | {"message": "done", "analytics_data": EVENT}),
            FORMATTER | {"message": "done"},
            id="b: wrapped",
        ),
        pytest.param(
            json.dumps(FORMATTER | {"message": json.dumps(EVENT)}), FORMATTER, id="d: escaped"
        ),
        pytest.param(
            json.dumps(FORMATTER | {"message": repr(EVENT)}),
            FORMATTER,
            id="a dict logged in a job's process",
        ),
        pytest.param(json.dumps(json.dumps(EVENT)), {}, id="the escaped text alone"),
        pytest.param("\ufeff" + json.dumps(EVENT), {}, id="a byte order mark before it"),
        pytest.param(" \t" + json.dumps(EVENT) + "\r\n", {}, id="white space around it"),
    ],
)
def test_every_shape_gives_the_event_and_the_rest_of_its_wrapper(
    line: str, wrapper: dict[str, Any]
) -> None:
    assert found(line)[:2] == (EVENT, wrapper)


def test_a_dict_logged_as_the_message_is_the_flat_shape_with_the_formatters_keys() -> None:
    line = EVENT | {"message": "", "timestamp": "2026-03-05T12:00:00+00:00"}
    assert found(json.dumps(line)).event == line


def test_a_wrapper_says_enough_where_the_event_bears_no_type() -> None:
    assert found('{"message": "x", "analytics_data": {"session_id": "s1"}}').event == {
        "session_id": "s1"
    }


def test_a_type_beside_the_wrapped_event_is_enough_too() -> None:
    line = (
        '{"_event_type": "session_analytics", "level": "INFO", "analytics_data": {"session_id": '
        '"s1"}}'
    )
    assert found(line)[:2] == ({"session_id": "s1"}, {"level": "INFO"})
    other = '{"_event_type": "log", "analytics_data": {"_event_type": "session_analytics"}}'
    assert found(other)[:2] == ({"_event_type": "session_analytics"}, {"_event_type": "log"})


def test_a_cut_text_beside_a_whole_event_hides_nothing() -> None:
    line = {
        "analytics_data": '{"_event_type": "session_analytics", "cut',
        "message": json.dumps(EVENT),
    }
    assert found(json.dumps(line)).event == EVENT


def test_every_wrapper_of_a_nest_is_kept() -> None:
    nest = {
        "a": 1,
        "message": json.dumps({"b": 2, "message": json.dumps({"c": 3, "analytics_data": EVENT})}),
    }
    assert found(json.dumps(nest))[:2] == (
        EVENT,
        {"c": 3, "_wrapper": {"b": 2, "_wrapper": {"a": 1}}},
    )
    assert found(json.dumps({"x": 1, "message": {"analytics_data": EVENT}}))[:2] == (
        EVENT,
        {"x": 1},
    )


def test_an_event_may_have_a_key_named_like_the_wrapper() -> None:
    line = EVENT | {"analytics_data": {"a": 1}}
    assert found(json.dumps(line))[:2] == (line, {})


@pytest.mark.parametrize(
    "line",
    [
        {"level": "INFO", "analytics_data": json.dumps(EVENT)},
        {"level": "INFO", "message": EVENT},
    ],
)
def test_the_event_is_found_as_text_or_object_in_either_key(line: dict[str, Any]) -> None:
    assert found(json.dumps(line))[:2] == (EVENT, {"level": "INFO"})


def test_a_wrapper_within_a_message_keeps_the_keys_of_both() -> None:
    inner = json.dumps({"level": "INFO", "analytics_data": EVENT})
    assert found(json.dumps({"level": "WARN", "message": inner})).wrapper == {
        "level": "INFO",
        "_wrapper": {"level": "WARN"},
    }


@pytest.mark.parametrize(
    "line",
    [
        "plain text",
        "",
        "null",
        "[1, 2]",
        '{"_event_type": "heartbeat", "session_id": "s1"}',
        '{"message": "wrote the session_analytics event, its _event_type is right"}',
        '{"message": "x", "analytics_data": {"_event_type": "other"}}',
        '{"_event_type": "other", "analytics_data": {"session_id": "s1"}}',
        '{"_event_type": ["session_analytics"], "analytics_data": {"session_id": "s1"}}',
        '{"message": "session_analytics", "analytics_data": "text"}',
        "an analytics_data line that is no JSON",
        '["session_analytics"]',
        '"session_analytics"',
    ],
)
def test_a_line_of_another_kind_is_ignored(line: str) -> None:
    assert read_line(line) == Ignored()


CUT, PREFIXED, REPR = (
    "not JSON: cut off, or broken",
    "text stands before the JSON object: log the object alone",
    "Python's repr of a dict, and not JSON",
)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"_event_type": "session_analytics", "session_id": "s1", "transcr', CUT),
        ("_event_type: session_analytics", CUT),
        ('INFO {"_event_type": "session_analytics"}', PREFIXED),
        ('INFO:agent:{"_event_type": "session_analytics"}', PREFIXED),
        (
            json.dumps(
                {"level": "INFO", "message": '{"_event_type": "session_analytics", "transcr'}
            ),
            CUT,
        ),
        (
            json.dumps(
                {
                    "level": "INFO",
                    "message": "{'_event_type': 'session_analytics', 'close': <CloseReason.ERROR: "
                    "'error'>}",
                }
            ),
            REPR,
        ),
    ],
)
def test_a_broken_event_is_no_line_of_another_kind(line: str, why: str) -> None:
    assert read_line(line) == MalformedLine("not_json", why)


def test_an_event_where_none_can_be_read_is_not_overlooked() -> None:
    for line in (json.dumps([EVENT]), json.dumps({"message": "Session: " + json.dumps(EVENT)})):
        result = read_line(line)
        assert isinstance(result, MalformedLine)
        assert result.code == "not_json"


@pytest.mark.parametrize("depth", [100_000, 400_000])
def test_nesting_that_no_parser_reads_is_malformed(depth: int) -> None:
    line = '{"_event_type": "session_analytics", "x": ' + "[" * depth + "]" * depth + "}"
    assert read_line(line) == MalformedLine("too_deep", "nested deeper than 250 levels")


def test_nan_and_overflow_keep_their_source_text() -> None:
    result = found(
        '{"_event_type": "session_analytics", "a": NaN, "b": [{"c": -Infinity}], "d": 1e400, "e": '
        "1e300}"
    )
    numbers, texts = non_json_values(result.event)
    assert numbers == {("a",): "NaN", ("b", 0, "c"): "-Infinity", ("d",): "1e400"}
    assert texts == {}
    assert result.event["d"] == NonFinite("1e400")
    assert result.event["e"] == 1e300


def test_integers_keep_all_their_digits() -> None:
    line = '{"_event_type": "session_analytics", "n": 123456789012345678901234567890}'
    assert found(line).event["n"] == 123456789012345678901234567890
    assert found(line).is_json


def test_lone_surrogates_and_control_characters_are_read() -> None:
    result = found('{"_event_type": "session_analytics", "a": "\\ud800", "b": "x\ty"}')
    assert (result.event["a"], result.event["b"]) == ("\ud800", "x\ty")
    assert non_json_values(result.event) == ({}, {("a",): "\ufffd"})
    assert not result.is_json
