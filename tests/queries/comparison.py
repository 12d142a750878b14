"""Whether a view shows what is expected of it for the corner cases."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.queries import expected_calls, expected_days, expected_parts
from tests.queries.expected_calls import Row
from voice_analytics.lake.engine import Lake, run_query

# By view: its rows as the events tell them, or, of failed records, the kept objects in the lake.
EXPECTED: dict[str, Callable[[Path], list[Row]]] = {
    "sessions": lambda _: expected_calls.sessions(),
    "tool_calls": lambda _: expected_parts.tool_calls(),
    "turns": lambda _: expected_parts.turns(),
    "stage_latencies": lambda _: expected_parts.stage_latencies(),
    "model_usage": lambda _: expected_parts.model_usage(),
    "costs": lambda _: expected_parts.costs(),
    "lead_scores": lambda _: expected_calls.lead_scores(),
    "rejects": lambda _: expected_days.rejects(),
    "failed_records": expected_days.failed_records,
    "daily_summary": lambda _: expected_days.daily_summary(),
    "data_quality": lambda _: expected_days.data_quality(),
}


def rows(sql: str, lake: Lake, *values: str | int) -> list[Row]:
    """The answer of a query, a dict a row."""
    result = run_query(sql, lake, values)
    names = [column.name for column in result.columns]
    return [dict(zip(names, row, strict=True)) for row in result.rows]


def differences(expected: list[Row], shown: list[Row]) -> list[str]:
    """Rows that are missing (-) and rows too many (+), in the columns that are expected."""
    columns = list(expected[0])
    there, here = (sorted(_text(row, columns) for row in given) for given in (expected, shown))
    for text in list(there):
        if text in here:
            there.remove(text)
            here.remove(text)
    return [*(f"- {text}" for text in there), *(f"+ {text}" for text in here)]


def _text(row: Row, columns: list[str]) -> str:
    return ", ".join(f"{name}: {_canonical(row[name])!r}" for name in columns)


def _canonical(value: Any) -> Any:
    """A number is told by twelve digits: sums of doubles depend on their order, and 3 is 3.0."""
    match value:
        case bool():
            return value
        case int() | float():
            return f"{value:.12g}"
        case list():
            return [_canonical(item) for item in value]
        case dict():
            return sorted((key, _canonical(item)) for key, item in value.items())
    return value
