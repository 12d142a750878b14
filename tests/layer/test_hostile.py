"""What tries to cost more than itself: depth, counts, texts that are slow to search."""

import json
import warnings
from typing import Any

import pytest
from session_analytics.batch import MAX_LINE_CHARACTERS
from session_analytics.flatten.conversation import MAX_PARTS
from session_analytics.flatten.validation import MAX_ITEMS
from session_analytics.logline import read_line
from session_analytics.schema.json_text import MAX_PATH_KEYS, non_json_values, objects_run_together
from session_analytics.schema.python_text import (
    MAX_VALUES,
    collection_items,
    enum_member,
    parse_repr,
)
from session_analytics.schema.values import MAX_TEXTS

from tests.fuzz.hostile import COSTLY, small_lines
from tests.rows import event, outcome, row, row_of_line


def violations(got: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (violation["path"], violation["expected"])
        for violation in got.get("contract_violations", [])
    ]


@pytest.mark.parametrize("levels", [7, 190])
def test_depth_is_counted_through_nested_texts(levels: int) -> None:
    text = json.dumps(event())
    for _ in range(3):
        nested: Any = text
        for _ in range(levels):
            nested = {"message": nested}
        text = json.dumps(nested)
    good = json.dumps(event())
    result = outcome(good, text, good)
    assert [reject.code for reject in result.rejects] == ["too_deep"]
    assert sum(map(len, result.lines.values())) == 2


@pytest.mark.parametrize("bad", ['{"score": NaN}', '["\\ud800"]', '{"_wrapper": [1e400]}'])
def test_an_event_may_have_a_key_named_like_its_wrapper(bad: str) -> None:
    own = json.dumps(event(_wrapper="@")).replace('"@"', bad)
    got = row_of_line(f'{{"level": "INFO", "analytics_data": {own}}}')
    assert len(got["contract_violations"]) == 1
    assert got["extras"]["/_wrapper/level"] == "INFO"


@pytest.mark.slow
def test_a_field_with_too_many_deep_numbers_is_null_as_a_whole() -> None:
    deep = {"a": [[[float("nan")] * 10]] * (MAX_PATH_KEYS // 40)}
    got = row_of_line(json.dumps(event(x=deep, y=[float("nan")])))
    assert violations(got) == [("/x", "a finite number"), ("/y/0", "a finite number")]
    assert len(got["extras"]["/x"]["a"]) == MAX_PATH_KEYS // 40


@pytest.mark.slow
def test_a_field_with_too_many_lone_surrogates_keeps_its_texts() -> None:
    document = {"x": [["a\ud800"] * (MAX_PATH_KEYS // 3 + 1)], "y": "b\ud800"}
    numbers, texts = non_json_values(document)
    assert numbers == []
    assert texts.keys() == {("x",), ("y",)}
    assert set(texts["x",][0]) == {"a\ufffd"}


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        ("transcript", [{}] * (MAX_ITEMS + 1), "/transcript"),
        ("tool_calls", [1] * (MAX_ITEMS + 1), "/tool_calls"),
        ("chat_history", {"items": [{}] * (MAX_ITEMS + 1)}, "/chat_history/items"),
        ("tags", ["x"] * (MAX_TEXTS + 1), "/tags"),
    ],
)
def test_a_list_longer_than_a_call_can_have_is_null_and_kept(
    key: str, value: Any, path: str
) -> None:
    got = row(**{key: value})
    assert [noted for noted, _ in violations(got)] == [path]
    assert "turn_count" not in got
    assert got["extras"][path] == (value if isinstance(value, list) else value["items"])


@pytest.mark.slow
def test_a_list_as_long_as_a_call_can_have_is_stored() -> None:
    assert row(transcript=[{"role": "user", "content": "x"}] * MAX_ITEMS)["turn_count"] == MAX_ITEMS


def test_a_turn_of_too_many_parts_has_no_words() -> None:
    for parts, words in ((MAX_PARTS, MAX_PARTS), (MAX_PARTS + 1, None)):
        got = row(transcript=[{"role": "user", "content": ["x"] * parts}])
        assert (got["turn_count"], got.get("user_word_count")) == (1, words)
        assert bool(violations(got)) == (words is None)


@pytest.mark.parametrize(("more", "code"), [(0, "not_json"), (1, "too_large")])
def test_a_line_longer_than_any_row_is_rejected_unread(more: int, code: str) -> None:
    line = json.dumps(event())[:-1].ljust(MAX_LINE_CHARACTERS + more)
    good = json.dumps(event())
    result = outcome(good, line, good)
    assert [reject.code for reject in result.rejects] == [code]
    assert result.rejects[0].log_event["message"] == line
    assert sum(map(len, result.lines.values())) == 2


def test_a_wrapper_around_many_events_is_kept_once() -> None:
    events = [event(session_id=f"s{number}") for number in range(3)]
    line = json.dumps({"note": "x" * 500, "room": "r", "name": "n" * 201, "data": events})
    result = outcome(line)
    rows = [json.loads(made.text) for of_a_day in result.lines.values() for made in of_a_day]
    assert [made["room"] for made in rows] == ["r"] * 3
    assert ["note" in made.get("extras", "") for made in rows] == [True, False, False]
    second = outcome(*[made.log_event["message"] for made in next(iter(result.lines.values()))])
    texts = [json.loads(made.text) for of_a_day in second.lines.values() for made in of_a_day]
    assert [made | {"event_id": ""} for made in texts] == [made | {"event_id": ""} for made in rows]


def test_what_is_read_in_vain_is_read_some_times_alone() -> None:
    torn = '{"a":' * 40 + "1," * 1_000
    whole = json.dumps(event())
    pieces = list(objects_run_together(torn + whole, lambda _: True))
    assert "".join(text for text, _ in pieces) == torn + whole


@pytest.mark.slow
def test_a_repr_of_too_many_values_is_refused() -> None:
    assert len(parse_repr(str([0] * MAX_VALUES))) == MAX_VALUES
    with pytest.raises(ValueError, match="too many"):
        parse_repr(str([0] * (MAX_VALUES + 2)))


def test_python_text_is_of_a_bounded_length() -> None:
    assert enum_member("A" + "a" * 198 + ".B") is None
    assert enum_member("A" + "a" * 196 + ".BC") == "BC"
    assert collection_items("{" + "'a'," * 4_998 + "'a'}") == ["a"]
    assert collection_items("{" + "'a'," * 5_000 + "'a'}") is None


def test_an_escape_in_a_text_warns_nobody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert parse_repr("{'a': '\\S', 'b': <E.x: 1>}") == {"a": "\\S", "b": 1}


@pytest.mark.parametrize(
    "text",
    [
        "_event_type" + "&_;" * 40 + "x",
        "_event_type" + ("\\" * 5 + "u0022") * 12 + "x",
        "_event_type" + "%22" * 40 + "x",
        "{'session_analytics': '" + "\\'" * 200_000,
        "{'session_analytics': " + "a." * 200_000,
        "{'session_analytics': datetime.datetime(1" + ", fold=, tzinfo=" * 20_000,
        "{'session_analytics': " + "<" * 200_000,
        "session_analytics" + " " * 200_000 + "std",
    ],
    ids=lambda text: text[:40],
)
def test_a_text_that_is_slow_to_search_is_of_another_kind(text: str) -> None:
    assert read_line(text + " session_analytics") == []


@pytest.mark.slow
@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_line_costs_itself_alone(name: str) -> None:
    good = json.dumps(event(session_id="good"))
    result = outcome(good, COSTLY[name](20_000), good)
    rows = [json.loads(made.text) for of_a_day in result.lines.values() for made in of_a_day]
    assert sum(made["session_id"] == "good" for made in rows) == 2
    assert {reject.code for reject in result.rejects} <= {"not_json", "too_deep", "no_start_time",
        "missing_session_id", "unknown_shape"}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_hostile_lines_never_meet_a_fault(seed: int) -> None:
    lines = small_lines(seed)
    result = outcome(*lines)
    assert [reject.message for reject in result.rejects if reject.code == "fault"] == []
    assert result.events >= len(lines)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        (
            {"metrics_summary": {"<object>": 1, "llm_tokens": "x", "total_llm_calls": 7}},
            "/metrics_summary/llm_tokens",
        ),
        ({"usage": {"<object>": {}, "model_usage": [{"input_tokens": "x"}]}}, "/usage/model_usage"),
        ({"transcript": [{"role": "user", "content": {"str": 1}}]}, "/transcript/0/content"),
    ],
)
def test_a_key_named_like_a_member_of_a_union_misleads_nobody(
    fields: dict[str, Any], path: str
) -> None:
    got = row(**fields)
    assert [noted for noted, _ in violations(got) if noted.startswith(path)]
    assert len(violations(got)) == 1
    assert got.get("llm_call_count") == fields.get("metrics_summary", {}).get("total_llm_calls")
