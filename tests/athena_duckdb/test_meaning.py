"""Each construct that the local engine takes gives what Trino documents.

The cases are in cases.txt.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from athena_duckdb import QueryError, connect, execute
from athena_duckdb.aggregates import AGGREGATES, WINDOWS
from athena_duckdb.calls import trino_functions
from athena_duckdb.forms import FORMS
from athena_duckdb.functions import SCALARS
from athena_duckdb.to_duckdb import to_duckdb
from athena_duckdb.types import UTC
from athena_duckdb.value_text import as_text

_CASES = [
    tuple(line.split(" => ", maxsplit=1))
    for line in Path(__file__).with_name("cases.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("--")
]
_NULL_IS_A_VALUE = {
    "concat_ws",
    "round",
}  # nulls are left out; a decimal's round() is refused without its precision
_SAMPLES = {
    "varchar": "'7'",
    "bigint": "CAST(1 AS bigint)",
    "integer": "1",
    "double": "1e0",
    "decimal": "1.5",
    "N": "1",
    "O": "1",
    "S": "1",
    "K": "'k'",
    "date": "DATE '2025-01-01'",
    "timestamp": "TIMESTAMP '2025-01-01 00:00:00'",
    "timestamp with time zone": "TIMESTAMP '2025-01-01 00:00:00 UTC'",
    "interval day to second": "INTERVAL '1' DAY",
    "json": "json_parse('[1]')",
    "array(T)": "ARRAY[1]",
    "array(O)": "ARRAY[1]",
    "array(K)": "ARRAY['k']",
    "array(V)": "ARRAY[1]",
    "array(varchar)": "ARRAY['a']",
    "array(array(T))": "ARRAY[ARRAY[1]]",
    "map(K, V)": "map(ARRAY['k'], ARRAY[1])",
    "function(T, boolean)": "x -> true",
    "function(T, U)": "x -> x",
    "function(S, T, S)": "(s, x) -> s",
    "function(S, R)": "s -> s",
}


def _typed(parameter: str) -> str:
    """A type that an overload takes, for its variables: N is 1, K is 'k'."""
    return re.sub(r"\b[NOSTV]\b", "integer", re.sub(r"\bK\b", "varchar", parameter)).replace(
        "decimal", "decimal(2, 1)"
    )


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
            "NULL" if value is None else as_text(value, of)
            for value, of in zip(row, types, strict=True)
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
    held = [of for _, of, *_ in connection.execute(f"DESCRIBE {translation.sql}").fetchall()]
    wanted = [
        "TIMESTAMP" if column.type.name == UTC.name else column.type.duckdb
        for column in translation.columns
    ]
    assert [of.replace('"', "").replace(", ", ",") for of in held] == [
        of.replace('"', "").replace(", ", ",") for of in wanted
    ]


@pytest.mark.parametrize("name", sorted(SCALARS | AGGREGATES | WINDOWS | FORMS))
def test_each_function_has_a_case(name: str) -> None:
    assert any(f"{name}(" in sql and not value.startswith("error") for sql, value in _CASES)


@pytest.mark.parametrize("name", sorted(SCALARS.keys() - _NULL_IS_A_VALUE))
def test_null_for_any_argument_gives_null_in_each_overload(name: str, connection: Any) -> None:
    for signature in filter(lambda one: one.template, SCALARS[name]):
        for at, missing in enumerate(signature.parameters):
            if missing.name == "function":
                continue
            given = [_SAMPLES[str(of)] for of in signature.parameters]
            given[at] = f"CAST(NULL AS {_typed(str(missing))})"
            assert _answer(f"{name}({', '.join(given)})", connection) == "NULL"


def test_each_function_here_is_one_of_trinos() -> None:
    assert (SCALARS | AGGREGATES | WINDOWS | FORMS).keys() <= trino_functions()


def test_no_case_stands_twice() -> None:
    assert len({sql for sql, _ in _CASES}) == len(_CASES)
