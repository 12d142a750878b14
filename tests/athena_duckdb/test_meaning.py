"""Each construct that the local engine takes gives what Trino documents.

The cases are in cases.txt.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from athena_duckdb import QueryError, connect, execute
from athena_duckdb.aggregates import AGGREGATES, WINDOWS
from athena_duckdb.calls import trino_functions
from athena_duckdb.casts import INTERVALS
from athena_duckdb.engine import prepare
from athena_duckdb.forms import FORMS
from athena_duckdb.functions import SCALARS
from athena_duckdb.to_duckdb import to_duckdb
from athena_duckdb.types import UTC
from athena_duckdb.value_text import as_text

pytestmark = pytest.mark.slow

_CASES = [
    tuple(line.split(" => ", maxsplit=1))
    for line in Path(__file__).with_name("cases.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("--")
]
_OF_TRINO = [
    case["sql"]
    for line in Path(__file__).with_name("trino_tests.ndjson").read_text("utf-8").splitlines()
    if "rows" in (case := json.loads(line)) and not case.get("unsupported")
]
_QUERIES = ("SELECT", "WITH", "VALUES")


@pytest.fixture(scope="module")
def connection() -> Iterator[Any]:
    with connect() as opened:
        yield opened


def _query(sql: str) -> str:
    return sql if sql.startswith(_QUERIES) else f"SELECT {sql}"


def _answer(sql: str, connection: Any) -> str:
    result = execute(connection, _query(sql))
    types = [column.type for column in result.columns]
    rows = [
        ", ".join(
            "NULL" if value is None else as_text(value, data_type)
            for value, data_type in zip(row, types, strict=True)
        )
        for row in result.rows
    ]
    return " | ".join(rows)


@pytest.mark.parametrize(
    ("sql", "value"), [case for case in _CASES if not case[1].startswith("error")]
)
def test_the_value_is_trinos(sql: str, value: str, connection: Any) -> None:
    assert _answer(sql, connection) == value


@pytest.mark.parametrize(("sql", "value"), [case for case in _CASES if case[1].startswith("error")])
def test_what_trino_or_the_local_engine_must_refuse_is_one_clear_line(
    sql: str, value: str, connection: Any
) -> None:
    with pytest.raises(QueryError) as refused:
        _answer(sql, connection)
    assert value.removeprefix("error ") in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("sql", [sql for sql, value in _CASES if not value.startswith("error")])
def test_duckdb_holds_the_value_in_the_type_that_trino_gives_it(sql: str, connection: Any) -> None:
    translation = to_duckdb(_query(sql), {})
    prepare(connection, translation.sql)
    held = [
        data_type
        for _, data_type, *_ in connection.execute(f"DESCRIBE {translation.sql}").fetchall()
    ]
    wanted = [
        "TIMESTAMP"
        if column.type.name == UTC.name
        else "INTERVAL"
        if column.type.name in INTERVALS
        else column.type.duckdb
        for column in translation.columns
    ]
    assert [data_type.replace('"', "").replace(", ", ",") for data_type in held] == [
        data_type.replace('"', "").replace(", ", ",") for data_type in wanted
    ]


@pytest.mark.parametrize("name", sorted(SCALARS | AGGREGATES | WINDOWS | FORMS))
def test_each_function_has_a_case(name: str) -> None:
    answered = [sql for sql, value in _CASES if not value.startswith("error")]
    assert any(re.search(rf"\b{name}\(", sql, re.IGNORECASE) for sql in (*answered, *_OF_TRINO))


def test_each_function_here_is_one_of_trinos() -> None:
    assert (SCALARS | AGGREGATES | WINDOWS | FORMS).keys() <= trino_functions()


def test_no_case_stands_twice() -> None:
    assert len({sql for sql, _ in _CASES}) == len(_CASES)


def test_what_needs_too_much_memory_is_refused_with_a_clear_word(connection: Any) -> None:
    with pytest.raises(QueryError, match="the local engine pads a text"):
        execute(connection, "SELECT lpad('x', 2147483647, 'y')")
    [(allowed,)] = connection.execute("SELECT current_setting('memory_limit')").fetchall()
    assert float(allowed.split()[0]) <= 4 or "MiB" in allowed
    connection.execute("SET memory_limit = '100MB'")
    with pytest.raises(QueryError, match="has not the memory for this query"):
        execute(
            connection,
            "SELECT array_agg(a) FROM UNNEST(repeat('long text', 10000)) AS t (a), "
            "UNNEST(sequence(1, 10000)) AS u (b)",
        )
    connection.execute("SET memory_limit = '4GiB'")
