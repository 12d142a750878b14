"""The answers of the saved queries on the corner cases, and what they must be.

A query that has a function of its name in `answers_*.py` is held against it; each query has an
example in `examples/` besides.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tests.queries import (
    answers_business,
    answers_experience,
    answers_health,
    answers_knowledge,
    answers_one_call,
    answers_operations,
    answers_sales,
)
from tests.queries.comparison import rows
from tests.queries.expected_calls import Row
from voice_analytics.catalog.saved_queries import period, queries
from voice_analytics.lake.engine import Lake

QUERIES = queries()

_FIRST, _LAST = date(2026, 2, 1), date(2026, 3, 31)  # around the days of the corner cases
_MODULES = (
    answers_business,
    answers_experience,
    answers_health,
    answers_knowledge,
    answers_one_call,
    answers_operations,
    answers_sales,
)
# by query, what computes its answer
COMPUTED: dict[str, Callable[..., list[Row]]] = {
    name: vars(module)[name] for module in _MODULES for name in QUERIES if name in vars(module)
}
# columns in the function's own words, which the tests of the layer hold
_WORDED = {
    "reject_reasons": {"error_path", "error_message"},
    "violations_by_field": {"expected", "example"},
    "unknown_fields": {"example"},
}

type Line = list[tuple[str, Any]]  # a row with its columns in their order


def answer(sql: str, lake: Lake, *values: str) -> list[Row]:
    """What a query answers over the days of the corner cases."""
    return rows(period(sql, _FIRST, _LAST), lake, *values)


def compared(name: str, sql: str, lake: Lake, *values: str) -> list[Line]:
    """The answer, with what can be expected of it."""
    worded = _WORDED.get(name, ())
    return [
        _line({column: value for column, value in row.items() if column not in worded})
        for row in answer(sql, lake, *values)
    ]


@cache
def expected(name: str, lake: Path, *values: str) -> list[Line]:
    """What the events say, worked out without SQL."""
    compute = COMPUTED[name]
    wanted = compute(lake) if name == "failed_deliveries" else compute(*values)
    return [_line(row) for row in wanted]


def _line(row: Row) -> Line:
    """Doubles by twelve digits.

    The last ones of a sum depend on the order in which it is added up.
    """
    return [
        (column, float(f"{value:.12g}") if isinstance(value, float) else value)
        for column, value in row.items()
    ]
