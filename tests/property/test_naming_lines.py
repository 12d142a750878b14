"""A line that names the event ends as a row or a reject, in whatever wrapper, whole or cut."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.property.strategies import TEXT
from tests.rows import event, outcome

NAMED = '"_event_type": "session_analytics"'
KEYS = st.sampled_from(["message", "msg", "log", "event", "body", "data", "analytics_data"]) | TEXT
OTHERS = st.dictionaries(KEYS, TEXT | st.integers(), max_size=2)


@st.composite
def wrapped(draw: st.DrawFn) -> str:
    """An event with some or no content, in up to fourteen wrappers of objects, lists and texts."""
    value: Any = event(**draw(OTHERS))
    for key in draw(st.sets(st.sampled_from(["session_id", "start_time"]))):
        del value[key]
    texts = 0  # each text doubles the escapes of those in it
    for _ in range(draw(st.integers(0, 14))):
        shape = draw(st.sampled_from(["object", "object", "list", "json", "repr", "prefix"]))
        if shape in {"json", "repr", "prefix"}:
            texts += 1
            if texts > 4 or isinstance(value, str):
                continue
        match shape:
            case "object":
                value = draw(OTHERS) | {draw(KEYS): value}
            case "list":
                value = [*draw(st.lists(TEXT, max_size=1)), value]
            case "json":
                value = json.dumps(value, ensure_ascii=draw(st.booleans()))
            case "repr":
                value = repr(value)
            case "prefix":
                value = f"stdout F {json.dumps(value)}\n"
    return value if isinstance(value, str) else json.dumps(value)


def kept(line: str) -> int:
    result = outcome(line)
    return sum(len(lines) for lines in result.lines.values()) + len(result.rejects)


@given(wrapped())
def test_an_event_in_any_wrapper_is_a_row_or_a_reject(line: str) -> None:
    assert kept(line) >= 1


@given(wrapped(), st.data())
def test_a_line_that_is_cut_behind_the_type_is_a_row_or_a_reject(
    line: str, data: st.DataObject
) -> None:
    named = line.rindex("session_analytics") + len("session_analytics") + 1
    end = data.draw(st.integers(named, max(named, len(line))))
    assert kept(line[:end]) >= 1
    start = data.draw(st.integers(0, line.index("_event_type")))
    assert kept(line[start:]) >= 1


@given(st.lists(wrapped().filter(lambda line: line.startswith('{"')), min_size=2, max_size=4))
def test_whole_objects_that_run_together_are_each_a_row_or_a_reject(lines: list[str]) -> None:
    assert kept("".join(lines)) >= len(lines)
