"""Athena's arithmetic in plain Python: percentiles, rounding and order.

`None` is SQL's NULL: it is left out of sums, averages and percentiles, and comes last in any order.
"""

import math
from collections.abc import Callable, Hashable, Iterable
from operator import itemgetter
from typing import Any

type Row = dict[str, Any]


def rounded(value: float | None, digits: int = 0) -> float | None:
    """As Trino rounds a double: a half goes away from zero, on the scaled number."""
    if value is None:
        return None
    scaled = math.floor(abs(value) * 10**digits + 0.5)
    return math.copysign(scaled / 10**digits, value)


def percentile[T: float](values: Iterable[T | None], share: float) -> T | None:
    """The value of the rank floor(share * n), counted from 0, as Trino's of few values is."""
    known = sorted(value for value in values if value is not None)
    return known[min(len(known) - 1, math.floor(share * len(known)))] if known else None


def total[T: float](values: Iterable[T | None]) -> T | None:
    """SQL's sum: NULL where there is nothing to add."""
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known else None


def average(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def ratio(
    part: float | None, whole: float | None, digits: int, *, factor: float = 1
) -> float | None:
    """The quotient; NULL where a part is missing or there is nothing to divide by."""
    return None if part is None or not whole else rounded(factor * part / whole, digits)


def percent(part: float | None, whole: float | None, digits: int = 1) -> float | None:
    return ratio(part, whole, digits, factor=100)


def ordered(rows: Iterable[Row], *columns: str) -> list[Row]:
    """The rows by these columns; `-` before a name is DESC."""
    result = list(rows)
    for column in reversed(columns):
        name = column.removeprefix("-")
        known = sorted(
            (row for row in result if row[name] is not None),
            key=itemgetter(name),
            reverse=column.startswith("-"),
        )
        result = known + [row for row in result if row[name] is None]
    return result


def grouped[T, K: Hashable](items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """The items by their key, as GROUP BY makes groups."""
    groups: dict[K, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def joined(texts: Iterable[str | None], separator: str = ", ") -> str | None:
    """Distinct texts in order: array_join of array_sort of array_agg(DISTINCT …)."""
    return separator.join(sorted({text for text in texts if text is not None})) or None
