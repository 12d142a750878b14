"""What the parser bounds: depth, digits, paths, and what it tries of a torn text."""

from typing import Any

import pytest
from session_analytics.schema import json_text
from session_analytics.schema.json_text import (
    MAX_DEPTH,
    MAX_TORN,
    NonFinite,
    TooDeepError,
    non_json_values,
    objects_run_together,
    parse,
)

NAN = NonFinite("NaN")


def pieces(text: str, wanted: str = "") -> list[tuple[str, Any]]:
    """The pieces of a text that are not empty, and the objects that have the wanted text."""
    made = list(objects_run_together(text, lambda each: wanted in each))
    assert not any(document.is_json is not False for _, document in made if document)
    return [(piece, document and document.value) for piece, document in made if piece]


def test_a_document_that_is_not_json_is_as_deep_as_one_that_is() -> None:
    for opened, closed in ("[", "]"), ('{"a":', "}"):
        parse(opened * MAX_DEPTH + "NaN" + closed * MAX_DEPTH)
        with pytest.raises(TooDeepError):
            parse(opened * (MAX_DEPTH + 1) + "NaN" + closed * (MAX_DEPTH + 1))


def test_an_integer_of_more_digits_than_python_converts_keeps_its_text() -> None:
    most, more = "1" * 4_300, "1" * 4_301
    assert parse(f"[NaN, {most}, {more}]").value == [NAN, int(most), more]


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (7, [("c",), ("a", 0), ("a", 1), ("b", 0)]),
        (6, [("c",), ("a", 0), ("a", 1), ("b",)]),
        (4, [("c",), ("a",), ("b", 0)]),
    ],
)
def test_a_field_whose_paths_are_too_long_together_is_named_as_a_whole(
    most: int, expected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_text, "MAX_PATH_KEYS", most)
    numbers, texts = non_json_values({"c": NAN, "a": [NAN, NAN], "b": [NAN]})
    assert [sorted(numbers), texts] == [sorted(expected), {}]


def test_a_field_that_is_named_as_a_whole_loses_its_surrogates_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_text, "MAX_PATH_KEYS", 1)
    numbers, texts = non_json_values({"a": ["x\ud800", NAN, 1, {"k": "\udfff"}]})
    assert numbers == [("a",)]
    assert texts == {("a",): ["x\ufffd", NAN, 1, {"k": "\ufffd"}]}


def test_an_object_is_found_behind_fewer_torn_ones_than_are_tried() -> None:
    torn, whole = "{" * (MAX_TORN - 1), '{"a": 1}'
    assert pieces(torn + whole) == [(torn, None), (whole, {"a": 1})]
    assert pieces("{" + torn + whole) == [("{" + torn + whole, None)]


def test_what_is_read_to_its_end_in_vain_is_read_few_times() -> None:
    text = '{"a": ' * 20 + '{"b": 1}'
    assert pieces(text) == [(text, None)]


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100_000])
def test_an_object_that_is_too_deep_hides_none_behind_it(depth: int) -> None:
    deep, whole = '{"a": ' + "[" * depth + "]" * depth + "}", '{"b": 1}'
    assert pieces(deep + whole) == [(deep, None), (whole, {"b": 1})]


def test_a_whole_object_that_is_not_wanted_is_no_torn_piece() -> None:
    text = '{"b": 1}{"a": 1}{"b": 2}'
    assert pieces(text, "b") == [('{"b": 1}', {"b": 1}), ('{"b": 2}', {"b": 2})]
