"""Parameters: each `?` of a query has the type of its value, as in EXECUTE … USING.

https://trino.io/docs/current/sql/execute.html
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from athena_duckdb.errors import QueryError
from athena_duckdb.expressions import rule
from athena_duckdb.scope import Expr, Scope, text_literal
from athena_duckdb.types import BIGINT, BOOLEAN, DATE, DOUBLE, INTEGER, UNKNOWN, Type

type Value = (
    str | int | float | bool | date | Type | None
)  # a type: any value of it, for a query that is not run


def bound(tree: Any, values: Sequence[Value]) -> Mapping[int, Expr]:
    """The value of each `?` by the place of its token.

    Raises QueryError where there are more or fewer of them than values.
    """
    places = sorted(_places(tree))
    if len(places) != len(values):
        raise QueryError(
            f"line 1:1: Incorrect number of parameters: expected {len(places)} but found "
            f"{len(values)}",
            "give a value for each ? of the query"
            if len(values) < len(places)
            else "write a ? for each value",
        )
    return {place: _expression(value) for place, value in zip(places, values, strict=True)}


def _places(tree: Any) -> list[int]:
    places, nodes = [], [tree]
    while nodes:
        node = nodes.pop()
        if (
            getattr(node, "symbol", None) and node.symbol.text == "?"
        ):  # of an expression, of LIMIT or of OFFSET
            places.append(node.symbol.tokenIndex)
        nodes.extend(getattr(node, "children", None) or ())
    return places


def _expression(value: Value) -> Expr:
    match value:
        case Type():
            return Expr(f"CAST(NULL AS {value.duckdb})", value)
        case bool():
            return Expr(str(value).upper(), BOOLEAN)
        case int():
            data_type = INTEGER if -(2**31) <= value < 2**31 else BIGINT
            return Expr(
                f"CAST({value} AS {data_type.duckdb})", data_type
            )  # no constant: ORDER BY ? names no column
        case float() | date():
            data_type = DOUBLE if isinstance(value, float) else DATE
            return Expr(f"CAST('{value}' AS {data_type.duckdb})", data_type)
    return text_literal(value) if value is not None else Expr("NULL", UNKNOWN)


@rule("Parameter")
def _parameter(node: Any, scope: Scope) -> Expr:
    return scope.parameters[node.start.tokenIndex]
