"""What a value must be beyond its type, at the edges."""

from datetime import datetime

import pytest
from session_analytics.schema.values import (
    EARLIEST,
    MAX_TEXTS,
    is_masked,
    latency,
    one_as_list,
    phrase,
    utc,
)


def test_a_time_is_truncated_to_milliseconds() -> None:
    moment = datetime(2026, 3, 5, 11, 50, 0, 1_999)  # noqa: DTZ001 - times are naive UTC
    assert utc(moment).microsecond == 1_000


def test_an_offset_is_taken_off_and_the_first_moment_is_a_time() -> None:
    assert utc(datetime.fromisoformat("2026-03-05T13:50:00+02:00")).hour == 11
    assert utc(EARLIEST) == EARLIEST


@pytest.mark.parametrize("value", [0.0, 0.5, -1])
def test_a_latency_is_0_or_more_or_none(value: float) -> None:
    assert latency(value) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [("***", True), ("******", True), ("**", False), ("", False), ("***X", False), ("a***", False)],
)
def test_a_text_is_masked_where_it_is_three_asterisks_or_more(value: str, expected: bool) -> None:
    assert is_masked(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<Tool.Salesforce: 2>", "Salesforce"),
        ("Tool.SAP", "SAP"),
        ("Acme.IO", "Acme.IO"),
        ("Node.js", "Node.js"),
        ("<b>bold.</b>", "<b>bold.</b>"),
    ],
)
def test_a_phrase_is_the_member_only_where_python_wrote_one(value: str, expected: str) -> None:
    assert phrase(value) == expected


def test_a_list_has_texts_up_to_the_limit() -> None:
    most = ["a"] * MAX_TEXTS
    assert one_as_list(most) is most
    with pytest.raises(ValueError, match=f"at most {MAX_TEXTS} texts"):
        one_as_list([*most, "a"])
