"""Python's text of an object is read within bounds, and as what it is alone."""

import pytest
from session_analytics.schema import python_text
from session_analytics.schema.python_text import collection_items, enum_member, parse_repr


@pytest.mark.parametrize("text", ["['a', 1]", "{'a': 1}", "('a')", "[", "set(1)", "a"])
def test_what_is_not_a_collection_of_texts_has_no_items(text: str) -> None:
    assert collection_items(text) is None


def test_a_collection_has_items_up_to_the_limit_of_its_text() -> None:
    most = "x" * (20_000 - len("['']"))
    assert collection_items(f"['{most}']") == [most]
    assert collection_items(f"['{most}x']") is None


def test_a_member_is_named_up_to_the_limit_of_its_text() -> None:
    most = "B" * (200 - len("State."))
    assert enum_member(f"State.{most}") == most
    assert enum_member(f"State.{most}B") is None


def test_a_repr_of_too_many_values_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python_text, "MAX_VALUES", 3)
    assert parse_repr("[1, 2, 3]") == [1, 2, 3]
    with pytest.raises(ValueError, match="too many values"):
        parse_repr("[1, 2, 3, 4]")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<Size.LARGE: XL>", "XL"),
        ("<Size.SMALL: small>", "small"),
        ("{1, 'a'}", [1, "a"]),
        (r"b'\xff'", "\ufffd"),
        ("1+2j", "(1+2j)"),
        ("datetime.datetime(2026, 3, 5, 11, 50)", "2026-03-05T11:50:00.000000"),
    ],
)
def test_a_value_in_a_repr_is_one_of_json(written: str, read: object) -> None:
    assert parse_repr(f"[{written}, <object>]") == [read, "<object>"]
    assert parse_repr(f"[{written}]") == [read]
