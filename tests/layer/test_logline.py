"""The same event is found in whatever a logger or a shipper made of its line.

A line of another kind has no part; one that names the event is never without.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from session_analytics.logline import (
    MAX_LEVELS,
    MalformedLine,
    OtherLogger,
    ParsedEvent,
    Part,
    read_line,
)
from session_analytics.schema.json_text import NonFinite, non_json_values

EVENT = {"_event_type": "session_analytics", "session_id": "s1", "_timestamp": 1772712000.5}
TEXT = json.dumps(EVENT)
FORMATTER = {
    "level": "INFO",
    "name": "livekit.analytics",
    "pid": 4242,
    "job_id": "AJ_1",
    "timestamp": "2026-03-05T12:00:00+00:00",
}


def found(line: Any) -> ParsedEvent:
    """The one event of a line, given as text or as what its JSON says."""
    (part,) = read_line(line if isinstance(line, str) else json.dumps(line))
    assert isinstance(part.result, ParsedEvent)
    return part.result


def malformed(line: str) -> MalformedLine:
    (part,) = read_line(line)
    assert isinstance(part.result, MalformedLine)
    return part.result


@pytest.mark.parametrize(
    ("line", "wrapper"),
    [
        pytest.param(EVENT, {}, id="a: flat"),
        pytest.param(
            FORMATTER | {"message": "done", "analytics_data": EVENT},
            FORMATTER | {"message": "done"},
            id="b: wrapped",
        ),
        pytest.param(FORMATTER | {"message": TEXT}, FORMATTER, id="d: escaped"),
        pytest.param(FORMATTER | {"message": repr(EVENT)}, FORMATTER, id="a dict from a job"),
        pytest.param(repr(EVENT), {}, id="a printed dict"),
        pytest.param(json.dumps(TEXT), {}, id="the escaped text alone"),
        pytest.param("\ufeff" + TEXT, {}, id="a byte order mark before it"),
        pytest.param(" \t" + TEXT + "\r\n", {}, id="white space around it"),
        pytest.param(f" \t{EVENT!r}\r\n", {}, id="white space around a printed dict"),
        pytest.param([EVENT], {}, id="in a list"),
        pytest.param({"log": TEXT + "\n", "stream": "stdout"}, {"stream": "stdout"}, id="Docker"),
        pytest.param({"log": f"stdout F {TEXT}\n", "x": 1}, {"x": 1}, id="Fluent Bit"),
        pytest.param(f"2026-03-05T12:00:00.1Z stdout F {TEXT}", {}, id="containerd"),
        pytest.param({"msg": TEXT, "level": 30}, {"level": 30}, id="pino"),
        pytest.param({"event": TEXT, "level": "info"}, {"level": "info"}, id="structlog"),
        pytest.param({"body": TEXT, "n": 9}, {"n": 9}, id="OpenTelemetry"),
        pytest.param({"body": {"stringValue": TEXT}, "n": 9}, {"n": 9}, id="OTLP"),
        pytest.param({"text": "over", "record": {"message": TEXT}}, {"text": "over"}, id="loguru"),
        pytest.param({"message": "over", "data": EVENT}, {"message": "over"}, id="an own key"),
        pytest.param({"a": {"b": {"c": {"d": EVENT}}}}, {}, id="deep"),
        pytest.param({"_event_type": "log", "x": {"y": TEXT}}, {"_event_type": "log"}, id="typed"),
    ],
)
def test_the_event_is_found_in_every_wrapper_and_the_rest_is_kept(
    line: Any, wrapper: dict[str, Any]
) -> None:
    assert found(line)[:2] == (EVENT, wrapper)


def test_a_dict_logged_as_the_message_is_the_flat_shape_with_the_formatters_keys() -> None:
    line = EVENT | {"message": "", "timestamp": "2026-03-05T12:00:00+00:00"}
    assert found(line).event == line


@pytest.mark.parametrize(
    ("line", "wrapper"),
    [
        ({"message": "x", "analytics_data": {"session_id": "s1"}}, {"message": "x"}),
        (
            {"log": json.dumps({"message": "x", "analytics_data": {"session_id": "s1"}})},
            {"message": "x"},
        ),
        (
            {"_event_type": "session_analytics", "n": 1, "analytics_data": {"session_id": "s1"}},
            {"n": 1},
        ),
        (
            {"_event_type": "session_analytics", "n": {"x": 1}, "payload": {"session_id": "s1"}},
            {"n": {"x": 1}},
        ),
        (
            {"payload": {"session_id": "s2"}, "analytics_data": {"session_id": "s1"}},
            {"payload": {"session_id": "s2"}},
        ),
    ],
)
def test_the_type_may_stand_beside_the_event_or_be_implied_by_analytics_data(
    line: dict[str, Any], wrapper: dict[str, Any]
) -> None:
    assert found(line) == ({"session_id": "s1"}, wrapper, True)


def test_an_object_under_analytics_data_is_the_event_whatever_it_holds() -> None:
    assert found({"analytics_data": {"x": 1}}).event == {"x": 1}


def test_a_typed_event_under_analytics_data_wins_over_the_object_around_it() -> None:
    around = {"_event_type": "session_analytics", "session_id": "around"}
    assert found(around | {"analytics_data": EVENT})[:2] == (EVENT, around)


@pytest.mark.parametrize("key", ["message", "msg", "event"])
def test_the_fields_of_an_event_may_be_logged_beside_a_message_that_names_it(key: str) -> None:
    line = {key: "session_analytics", "session_id": "s1", "start_time": 5}
    assert found(line).event == line


def test_a_cut_text_beside_a_whole_event_hides_nothing() -> None:
    cut = '{"_event_type": "session_analytics", "cut'
    assert found({"analytics_data": cut, "message": TEXT}).event == EVENT


def test_every_wrapper_of_a_nest_is_kept() -> None:
    nest = {
        "a": 1,
        "message": json.dumps({"b": 2, "message": json.dumps({"c": 3, "analytics_data": EVENT})}),
    }
    expected = {"c": 3, "_wrapper": {"b": 2, "_wrapper": {"a": 1}}}
    assert found(nest)[:2] == (EVENT, expected)


def test_a_wrappers_own_key_named_wrapper_is_kept_beside_the_next_wrapper() -> None:
    nest = {"a": 1, "log": {"_wrapper": "mine", "log": EVENT}}
    assert found(nest).wrapper == {"_wrapper": ["mine", {"a": 1}]}


@pytest.mark.parametrize(
    "kind", ["EventType.session_analytics", "<EventType.CALL: 'session_analytics'>"]
)
@pytest.mark.parametrize("wrap", [dict, lambda event: {"log": event}, str])
def test_the_type_may_be_pythons_text_of_an_enum(
    kind: str, wrap: Callable[[dict[str, Any]], Any]
) -> None:
    typed = EVENT | {"_event_type": kind}
    assert found(wrap(typed)).event == typed
    line = json.dumps(wrap(typed))
    assert malformed(line[: line.index("s1")]).code == "not_json"
    typed.pop("session_id")
    assert found(wrap(typed | {"analytics_data": {"room": "r"}})).event == {"room": "r"}


def test_an_event_may_have_keys_named_like_those_of_wrappers() -> None:
    line = EVENT | {"analytics_data": {"a": 1}, "log": TEXT, "message": "x"}
    assert found(line)[:2] == (line, {})


def test_objects_that_processes_ran_together_are_events_each() -> None:
    other = TEXT.replace("s1", "s2")
    logged = json.dumps({"log": TEXT + other, "n": 1})
    lists = f"[{TEXT}, {other}]", f"[{logged}]"
    for line in (TEXT + other, f"{TEXT}\n{other}", logged, '{"a": 1}' + logged, *lists):
        parts = read_line(line)
        events = [part.result for part in parts if isinstance(part.result, ParsedEvent)]
        assert [parsed.event["session_id"] for parsed in events] == ["s1", "s2"]
        assert [found(part.text or "")[:2] for part in parts] == [each[:2] for each in events]


def test_only_an_event_beside_others_has_a_text_of_its_own() -> None:
    for line in (TEXT, f"[{TEXT}]", json.dumps({"log": TEXT, "n": 1})):
        assert [part.text for part in read_line(line)] == [None]
    for part in read_line(json.dumps({"log": TEXT + TEXT[:60], "job_id": "j"})):
        assert list(json.loads(part.text or "")) == ["job_id", "log"]
    (cut,) = read_line(json.dumps({"log": '{"a": 1}' + TEXT[:60], "n": 1}))
    assert json.loads(cut.text or "") == {"n": 1, "log": TEXT[:60]}


@pytest.mark.parametrize(("length", "events"), [(200, 2), (201, 1)])
def test_each_event_of_a_wrapper_has_its_short_ids(length: int, events: int) -> None:
    parts = read_line(json.dumps({"log": TEXT + TEXT, "job_id": "j" * length}))
    parsed = [part.result for part in parts if isinstance(part.result, ParsedEvent)]
    assert len(parsed) == 2
    assert sum("job_id" in each.wrapper for each in parsed) == events


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ('{"message": "job started"}' + TEXT, [ParsedEvent]),
        (TEXT + '{"message": "job started", "level"', [ParsedEvent]),
        (TEXT + TEXT[:60], [ParsedEvent, MalformedLine]),
        (TEXT[:60] + TEXT, [MalformedLine, ParsedEvent]),
        (TEXT[:40] + '{"a": {"b": 1}}' + TEXT[40:] + TEXT, [MalformedLine, ParsedEvent]),
        ('"role": "user"}], "x": 1}' + TEXT, [ParsedEvent]),
        ('"_event_type": "session_analytics"}' + TEXT, [MalformedLine, ParsedEvent]),
        (TEXT[:-1] + ', "transcript": [{"role": "user"}, {"role', [MalformedLine]),
        ("{" * 3_000 + TEXT, [MalformedLine]),
        (
            TEXT + '{"key": "_event_type", "value": "session_analytics"}',
            [ParsedEvent, MalformedLine],
        ),
        ('{"a": 1}{"analytics_data": {"session_id": "s1"}}', [ParsedEvent]),
        ('{"a": 1}{"b": {"c": ' + TEXT + "}}", [ParsedEvent]),
    ],
)
def test_what_is_torn_is_malformed_and_costs_no_whole_event(line: str, kinds: list[type]) -> None:
    assert [type(part.result) for part in read_line(line)] == kinds


@pytest.mark.parametrize(
    "line",
    [
        "plain text",
        "",
        "null",
        "[1, 2]",
        '{"_event_type": "heartbeat", "session_id": "s1"}',
        '{"_event_type": "session_analytics_v2", "session_id": "s1"}',
        '{"message": "wrote the session_analytics event, its _event_type is right"}',
        '{"message": "x", "analytics_data": {"_event_type": "other"}}',
        '{"_event_type": "other", "analytics_data": {"session_id": "s1"}}',
        '{"_event_type": ["session_analytics"], "analytics_data": {"session_id": "s1"}}',
        '{"message": "session_analytics", "analytics_data": "text"}',
        '{"message": "another line that only speaks of session_analytics"}',
        "an analytics_data line that is not JSON",
        '["session_analytics"]',
        '"session_analytics"',
    ],
)
def test_a_line_of_another_kind_has_no_part(line: str) -> None:
    assert read_line(line) == []


CUT, PREFIXED, REPR = (
    "not JSON: cut off, or broken",
    "text stands before the JSON object: log the object alone",
    "Python's repr of a dict, and not JSON",
)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"_event_type": "session_analytics", "session_id": "s1", "transcr', CUT),
        ("_event_type: session_analytics", PREFIXED),
        ("_event_type=session_analytics session_id=s1", PREFIXED),
        ('INFO {"_event_type": "session_analytics"}', PREFIXED),
        ('INFO {"_event_type": "session_analytics", "x": {"y": 1}}', PREFIXED),
        ('[INFO] agent: {"_event_type": "session_analytics"}', PREFIXED),
        (json.dumps({"message": f"Session: {TEXT}"}), PREFIXED),
        (json.dumps({"message": '{"_event_type": "session_analytics", "transcr'}), CUT),
        (json.dumps({"message": "{'_event_type': 'session_analytics', 'a': open()}"}), REPR),
        (json.dumps({"message": "{'_event_type': 'session_analytics', 'a': 'cut"}), REPR),
        (" {'_event_type': 'session_analytics', 'a': 'cut", REPR),
    ],
)
def test_a_broken_event_says_why(line: str, why: str) -> None:
    assert malformed(line) == MalformedLine("not_json", why)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"attributes": [{"key": "_event_type", "value": "session_analytics"}]}, "unknown_shape"),
        (
            {"attrs": [{"key": "_event_type", "value": {"stringValue": "session_analytics"}}]},
            "unknown_shape",
        ),
        ({"a": "&quot;_event_type&quot;: &quot;session_analytics&quot;"}, "unknown_shape"),
        ({"a": 'x "_event_type"=>"session_analytics"'}, "unknown_shape"),
        ({"a": '{ x "_event_type"=>"session_analytics"'}, "not_json"),
    ],
)
def test_a_line_that_names_the_event_where_none_is_found_is_not_overlooked(
    line: Any, code: str
) -> None:
    assert malformed(json.dumps(line)).code == code


def test_an_object_beside_an_event_that_names_one_is_of_unknown_shape() -> None:
    named = '{"key": "_event_type", "value": "session_analytics"}'
    _, part = read_line(TEXT + named)
    assert part.text == named
    assert isinstance(part.result, MalformedLine)
    assert part.result.code == "unknown_shape"


@pytest.mark.parametrize(
    ("wrap", "most"),
    [
        pytest.param(lambda inner: {"a": inner}, MAX_LEVELS - 1, id="objects"),
        pytest.param(lambda inner: [inner], MAX_LEVELS - 1, id="lists"),
        pytest.param(lambda inner: {"a": json.dumps(inner)}, (MAX_LEVELS - 1) // 2, id="texts"),
    ],
)
def test_an_event_below_too_many_wrappers_is_not_overlooked(
    wrap: Callable[[Any], Any], most: int
) -> None:
    line: Any = EVENT
    for _ in range(most):
        line = wrap(line)
    assert found(json.dumps(line)).event == EVENT
    assert malformed(json.dumps(wrap(line))).code == "too_deep"


def test_a_line_that_a_container_runtime_cut_says_so() -> None:
    line = json.dumps(EVENT | {"x": "y" * 20_000})[: 16 * 1024]
    for cut in (line, json.dumps({"log": line, "partial_message": "true"}), f"stdout P {line}"):
        assert malformed(cut).message.startswith("cut off at 16 KiB")


@pytest.mark.parametrize("depth", [100_000, 400_000])
def test_nesting_that_no_parser_reads_is_malformed(depth: int) -> None:
    line = '{"_event_type": "session_analytics", "x": ' + "[" * depth + "]" * depth + "}"
    assert malformed(line) == MalformedLine("too_deep", "nested deeper than 250 levels")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<CloseReason.USER_INITIATED: 'user_initiated'>", "user_initiated"),
        ("<Level.HIGH: 3>", 3),
        ("<Agent object at 0x7f>", "<Agent object at 0x7f>"),
        ("{'b', 'a'}", ["a", "b"]),
        ("(1, 2)", [1, 2]),
        ("b'x'", "x"),
        ("UUID('1-2')", "1-2"),
        ("Decimal('1.5')", "1.5"),
        ("datetime.datetime(2026, 3, 5, 11, 50)", "2026-03-05T11:50:00.000000"),
        (
            "datetime.datetime(2026, 3, 5, 11, 50, 1, 5, tzinfo=datetime.timezone.utc)",
            "2026-03-05T11:50:01.000005",
        ),
        ("nan", "nan"),
        ("'a <X.Y: 1> (b) nan'", "a <X.Y: 1> (b) nan"),
        ('"it\'s"', "it's"),
    ],
)
def test_objects_of_python_in_a_repr_are_their_values(written: str, read: Any) -> None:
    line = repr(EVENT)[:-1] + f", 'x': {written}, 'y': <X.Y: 'z'>}}"
    assert found({"message": line}).event["x"] == read


def test_nan_and_overflow_keep_their_source_text() -> None:
    result = found(
        '{"_event_type": "session_analytics", "a": NaN, "b": [{"c": -Infinity}], "d": 1e400, "e": '
        "1e300}"
    )
    numbers, texts = non_json_values(result.event)
    assert numbers == [("a",), ("b", 0, "c"), ("d",)]
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
    assert non_json_values(result.event) == ([], {("a",): "\ufffd"})
    assert not result.is_json


@pytest.mark.parametrize(
    ("line", "is_json"),
    [
        (TEXT, True),
        (f"[{TEXT}]", True),
        ('{"a": [' + TEXT + "]}", True),
        (json.dumps({"message": TEXT}), True),
        (json.dumps({"message": repr(EVENT)}), False),
        ('{"n": NaN, "a": ' + TEXT + "}", False),
        ('{"n": NaN, "message": ' + json.dumps(TEXT) + "}", False),
    ],
)
def test_an_event_is_json_where_no_part_of_its_line_needs_the_lenient_parser(
    line: str, is_json: bool
) -> None:
    assert found(line).is_json is is_json


ALLOWED = frozenset({"livekit.analytics"})
OTHER = [Part(None, OtherLogger())]


@pytest.mark.parametrize("key", ["name", "logger", "logger_name"])
def test_what_another_logger_wrote_is_not_an_event(key: str) -> None:
    for line in (
        {key: "livekit.agents", "message": TEXT},
        {key: "livekit.agents", "message": TEXT[:60]},
        {key: "livekit.agents", "message": "", **EVENT},
        {key: "livekit.agents", "analytics_data": EVENT},
        {key: "livekit.agents", "message": json.dumps({key: "livekit.analytics", "message": TEXT})},
        {"log": json.dumps({key: "livekit.agents", "message": TEXT}), "stream": "stdout"},
    ):
        assert read_line(json.dumps(line), ALLOWED) == OTHER
        assert read_line(json.dumps(line)) != OTHER


def test_what_another_logger_wrote_is_none_in_a_list_a_repr_or_run_together() -> None:
    foreign = {"name": "livekit.agents", "message": TEXT}
    for line in (f"[{json.dumps(foreign)}]", repr(foreign), '{"a": 1}' + json.dumps(foreign)):
        assert [type(part.result) for part in read_line(line, ALLOWED)] == [OtherLogger]


def test_what_an_allowed_logger_or_none_wrote_is_an_event() -> None:
    for line in (
        EVENT,
        EVENT | {"name": "an agent's own key"},
        {"_event_type": "session_analytics", "name": "an agent's own key"},
        {"name": "livekit.analytics", "message": TEXT},
        {"message": TEXT},
    ):
        (part,) = read_line(json.dumps(line), ALLOWED)
        assert isinstance(part.result, ParsedEvent)
