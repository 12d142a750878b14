"""Queries of Trino's own tests are answered as Trino 476 answers them.

Each line of trino_tests.ndjson is a query, the file of Trino's tests that it is from, and Trino's
types and rows, or its error. `unsupported` marks what the local engine refuses though Trino
answers: the list is exact, so that it shrinks with each thing that becomes supported.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from athena_duckdb import QueryError, connect, execute
from tests.athena_duckdb.answers import local_rows, same_rows, trino_rows

pytestmark = pytest.mark.slow

_LINES = Path(__file__).with_name("trino_tests.ndjson").read_text(encoding="utf-8").splitlines()
_CASES = [json.loads(line) for line in _LINES]
_SOURCES = sorted({case["source"] for case in _CASES})


@pytest.fixture(scope="module")
def connection() -> Iterator[Any]:
    with connect() as opened:
        yield opened


def _differences(case: dict[str, Any], connection: Any) -> str:
    """What is wrong about the local answer: "" if nothing is."""
    sql = case["sql"]
    try:
        result = execute(connection, sql)
    except QueryError as error:
        if "error" in case or case.get("unsupported"):
            return ""
        return f"{sql}\n  is refused: {error}"
    if "error" in case:
        return f"{sql}\n  is answered: {result.rows}\n  Trino: {case['error']}"
    if case.get("unsupported"):
        return f"{sql}\n  is supported by now: take the mark away"
    local, trino = local_rows(result), trino_rows(case["rows"], case["types"])
    if same_rows(sql, local, trino):
        return ""
    return f"{sql}\n  gives {local}\n  Trino: {trino}"


@pytest.mark.parametrize("source", _SOURCES)
def test_queries_of_trinos_tests_are_answered_as_by_trino(source: str, connection: Any) -> None:
    cases = [case for case in _CASES if case["source"] == source]
    wrong = [text for case in cases if (text := _differences(case, connection))]
    assert not wrong, "\n".join(wrong)


def test_most_queries_are_answered() -> None:
    answered_by_trino = [case for case in _CASES if "rows" in case]
    unsupported = [case for case in answered_by_trino if case.get("unsupported")]
    assert len(_CASES) >= 2000
    assert len(unsupported) <= 0.25 * len(answered_by_trino)
