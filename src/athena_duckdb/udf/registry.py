"""The functions that run in Python, and how a text of SQL calls them.

A call is `"py NAME -> TYPE"(…)`: DuckDB's name of the function holds what is needed to register it,
so a translated query, or a view kept as text, needs nothing beside its text to be run.

A rare call, `"py? NAME -> TYPE"(…)`, stands in the branch of a CASE that few texts need. Python's
functions take a third of a second to load, so a macro that fails stands for it until it is reached:
then `load_rare` puts the functions in place of the macros, and the query is run again.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Context, Inexact
from functools import cache
from importlib import import_module
from typing import Any, overload

import duckdb

from athena_duckdb.types import Type

_CALL = re.compile(r'"py(\??) (\w+) -> ((?:[^"]|"")+)"')
RARE = "a rare call of a function in Python"
_RARE_ARGUMENTS = ("a, b", "a, b, c")
_FLOATS = ("double", "real")
_FUNCTIONS: dict[str, Callable[..., Any]] = {}
# loaded with the first function that is needed: together they take a tenth of a second
_MODULES = (
    *("collections", "conversion", "formatting", "json_values"),
    *("durations", "iso_times", "joda_times", "mysql_times", "zones"),
    *("numbers", "regular_expressions", "texts"),
)

type Function = Callable[..., Any]

# as many digits as a double can have before its point, and behind it
EXACT = Context(prec=700)
EXACT.traps[Inexact] = False


class Failure(Exception):  # noqa: N818 - what Trino calls it
    """What Trino says of a value that a function does not take."""


def refuse_nan(value: Any) -> None:
    """Raise Failure for NaN, which DuckDB takes for null where it is part of a value."""
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - NaN alone is unequal
        raise Failure("the local engine cannot keep NaN within an array, a map or a row here")


@overload
def python(function: Function) -> Function: ...
@overload
def python(*, nulls: bool) -> Callable[[Function], Function]: ...
def python(function: Function | None = None, *, nulls: bool = False) -> Any:
    """Register a function under its name; null for any argument gives null unless `nulls`."""

    def add(added: Function) -> Function:
        _FUNCTIONS[added.__name__.rstrip("_")] = added if nulls else _null_on_null(added)
        return added

    return add(function) if function else add


def _null_on_null(function: Function) -> Function:
    def guarded(*values: Any) -> Any:
        for value in values:
            if value is None:
                return None
        return function(*values)

    return guarded


@cache
def _functions() -> Mapping[str, Function]:
    """All functions by name."""
    for module in _MODULES:
        import_module(f"athena_duckdb.udf.{module}")
    return _FUNCTIONS


def call(name: str, result: Type, *arguments: object, rare: bool = False) -> str:
    """DuckDB's text of a call with arguments that are DuckDB's texts."""
    if name not in _functions():
        raise KeyError(name)
    # DuckDB takes a NaN of Python for null
    type_name = "VARCHAR" if result.name in _FLOATS else result.duckdb.replace('"', '""')
    text = f'"py{"?" * rare} {name} -> {type_name}"({", ".join(map(str, arguments))})'
    return f"CAST({text} AS {result.duckdb})" if result.name in _FLOATS else text


def surely(sql: str) -> str:
    """A text of SQL whose rare calls are made as any other, as within TRY, which hides failures."""
    return sql.replace('"py? ', '"py ')


def register(connection: Any, sql: str) -> None:
    """Make all functions that a text of SQL calls known to DuckDB."""
    for rare, name, type_name in dict.fromkeys(_CALL.findall(sql)):
        if rare:
            _add_macro(connection, f"py? {name} -> {type_name}", type_name)
        elif name in _functions():
            _add_function(connection, "py", name, type_name.replace('""', '"'))


def load_rare(connection: Any) -> None:
    """Put the functions in place of the macros that stand for them."""
    rows = connection.execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'macro' AND "
        "starts_with(function_name, 'py? ')"
    ).fetchall()
    for (full_name,) in rows:
        match = _CALL.fullmatch(f'"{full_name}"')
        if match:
            connection.execute(f'DROP MACRO "{full_name}"')
            _add_function(connection, "py?", match[2], match[3])


def _add_macro(connection: Any, name: str, type_name: str) -> None:
    failure = f"CAST(CAST('trino: {RARE}' AS INTEGER) AS {type_name})"
    overloads = ", ".join(f"({arguments}) AS {failure}" for arguments in _RARE_ARGUMENTS)
    try:
        connection.execute(f'CREATE MACRO IF NOT EXISTS "{name}"{overloads}')
    except duckdb.CatalogException:  # the function stands there by now
        return


def _add_function(connection: Any, kind: str, name: str, type_name: str) -> None:
    function = _functions()[name]
    try:
        connection.create_function(
            f"{kind} {name} -> {type_name}",
            _as_text(function) if type_name == "VARCHAR" else function,
            None,
            type_name,
            null_handling="special",
        )
    except duckdb.NotImplementedException:  # it is registered
        return


def _as_text(function: Function) -> Function:
    def with_text(*values: Any) -> Any:
        result = function(*values)
        return repr(result) if isinstance(result, float) else result

    return with_text
