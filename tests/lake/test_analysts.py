"""Queries as analysts type them, mistakes and small expressions, answered as by a real Trino.

analysts/ holds a lake and what Trino 476 answered over it: times are text, `… TZ` what a clock in
the time's zone shows, decimals `dec 1.50`, intervals in seconds or months, maps lists of pairs;
at most 20 rows, `rows_in_all` where there are more.
"""

import json
import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from athena_duckdb.types import Type
from tests.athena_duckdb.answers import ordered, same
from voice_analytics.errors import UserError
from voice_analytics.lake.engine import Lake, Result, open_lake, run_query

pytestmark = pytest.mark.slow

_FOLDER = Path(__file__).with_name("analysts")
_CASES = json.loads((_FOLDER / "cases.json").read_text(encoding="utf-8"))
_MOST_ROWS = 20
# Athena's own form of these, and not Trino's, is the local engine's: see test_catalog_statements.py
_OF_ATHENA = ("DESCRIBE", "SHOW")
# columns have been added to the tables since these were asked
_OF_GROWN_TABLES = ("typeof(transcript)", "SELECT *", ".*", "session_id, tool_calls ")
_MOST_REFUSED = 0.1  # of the analysts' queries


@pytest.fixture(scope="module")
def lake() -> Iterator[Lake]:
    with open_lake(_FOLDER) as opened:
        yield opened


def _cases(kind: str) -> list[dict[str, Any]]:
    return [
        case
        for case in _CASES
        if case["kind"] == kind
        and not case["sql"].upper().startswith(_OF_ATHENA)
        and not (kind == "analyst" and any(part in case["sql"] for part in _OF_GROWN_TABLES))
    ]


def _shown(value: Any, of: Type) -> Any:  # noqa: C901, PLR0911 - a case a type
    match value:
        case bool() | int() | str() | None:
            return value
        case float():
            return (
                value if math.isfinite(value) else "NaN" if math.isnan(value) else _infinity(value)
            )
        case Decimal():
            return f"dec {value:f}"
        case datetime():
            zone = " TZ" if of.name == "timestamp with time zone" else ""
            return f"{value.isoformat(' ', 'milliseconds')[:23]}{zone}"
        case timedelta() if of.name == "interval year to month":
            return f"months {round(value.days / 30)}"
        case timedelta():
            return f"interval {value.total_seconds():.3f}"
        case date() | time():
            return str(value)
        case bytes():
            return f"hex {value.hex()}"
        case list():
            return [_shown(item, of.parts[0]) for item in value]
    if of.name == "map":
        pairs = [
            [_shown(key, of.parts[0]), _shown(item, of.parts[1])] for key, item in value.items()
        ]
        return {"map": sorted(pairs, key=json.dumps)}
    return [_shown(item, part) for item, part in zip(value.values(), of.parts, strict=True)]


def _infinity(value: float) -> str:
    return "Infinity" if value > 0 else "-Infinity"


def _rows(result: Result) -> list[list[Any]]:
    types = [column.type for column in result.columns]
    return [
        [_shown(value, of) for value, of in zip(row, types, strict=True)] for row in result.rows
    ]


def _with_sorted_maps(value: Any) -> Any:
    if isinstance(value, dict):
        return {"map": sorted(map(_with_sorted_maps, value["map"]), key=json.dumps)}
    return list(map(_with_sorted_maps, value)) if isinstance(value, list) else value


def _is_answered(case: dict[str, Any], result: Result) -> bool:
    local, trino = _rows(result), _with_sorted_maps(case["trino"]["rows"])
    if "rows_in_all" in case and len(local) != case["rows_in_all"]:
        return False
    if not ordered(case["sql"]):
        if len(local) > _MOST_ROWS:
            return True  # which of the rows Trino gave first is chance
        local, trino = sorted(local, key=json.dumps), sorted(trino, key=json.dumps)
    pairs = zip(local[: len(trino)], trino, strict=True)
    return all(_same(one, other) for one, other in pairs)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return _same(one["map"], other["map"])
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, str) and isinstance(other, str) and one.startswith("interval "):
        return math.isclose(float(one[9:]), float(other[9:]), abs_tol=0.001)
    return same(one, other)


@pytest.mark.parametrize("kind", ["analyst", "mistake", "expression"])
def test_what_is_answered_is_what_trino_answers(kind: str, lake: Lake) -> None:
    wrong = []
    for case in _cases(kind):
        try:
            result = run_query(case["sql"], lake)
        except UserError:
            continue
        if "rows" not in case["trino"] or not _is_answered(case, result):
            wrong.append(case["sql"])
    assert wrong == []


def test_few_of_the_analysts_queries_are_refused(lake: Lake) -> None:
    answered = [case for case in _cases("analyst") if "rows" in case["trino"]]
    refused = []
    for case in answered:
        try:
            run_query(case["sql"], lake)
        except UserError:
            refused.append(case["sql"])
    assert len(refused) <= _MOST_REFUSED * len(answered), refused
