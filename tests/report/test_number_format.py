"""Numbers as a person reads them."""

from typing import Any

import pytest

from voice_analytics.report.number_format import heading, kind, percent, texts


@pytest.mark.parametrize(
    ("column", "values", "shown"),
    [
        ("calls", [1234, 0, None], ["1,234", "0", "\N{EN DASH}"]),
        ("minutes", [358.0, 285.3], ["358.0", "285.3"]),
        ("p95_ms", [1305.0, 12.0], ["1,305", "12"]),
        ("calls_percent", [33.333, 0.0], ["33.33", "0.00"]),
        ("cost_usd", [1234.5, 2.0], ["$1,234.50", "$2.00"]),
        ("cost_per_call_usd", [0.0561, 0.06], ["$0.0561", "$0.0600"]),
        ("consent_obtained", [True, False], ["yes", "no"]),
        ("stage", ["total", ""], ["total", ""]),
        ("calls", [], []),
    ],
)
def test_a_column_is_written_with_the_places_that_it_needs(
    column: str, values: list[Any], shown: list[str]
) -> None:
    assert texts(column, values) == shown


@pytest.mark.parametrize(
    ("column", "head"),
    [
        ("dt", "day"),
        ("cost_per_call_usd", "cost per call (USD)"),
        ("p95_ms", "p95 (ms)"),
        ("within_target_percent", "within target (%)"),
    ],
)
def test_a_heading_names_the_unit(column: str, head: str) -> None:
    assert heading(column) == head


def test_numbers_days_and_texts_are_told_apart() -> None:
    assert kind("calls", [None, 1]) == "number"
    assert kind("dt", ["2026-11-22"]) == kind("last_asked_on", []) == "day"
    assert kind("qualified", [True]) == kind("stage", ["total"]) == "text"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (605, 1000, "60.5 %"),
        (1, 16, "6.3 %"),
        (3, 16, "18.8 %"),
        (1, 3, "33.3 %"),
        (0, 7, "0.0 %"),
        (7, 7, "100.0 %"),
    ],
)
def test_the_half_of_a_place_goes_up(part: int, whole: int, shown: str) -> None:
    assert percent(part, whole) == shown
