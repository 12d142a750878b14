"""UNNEST of arrays (of rows: a column a field) and maps, side by side, padded with nulls.

Beside other relations it is computed in a SELECT over them, and not in a LATERAL one: DuckDB passes
a filter of the query around, such as that on dt, down through the one and not through the other.
Trino passes it down through UNNEST.
"""
# ruff: noqa: S608 - writing SQL is what this module does; its parts are its own, or quoted

from collections.abc import Sequence
from typing import Any, NamedTuple

from athena_duckdb.expressions import mismatch, translate
from athena_duckdb.scope import Expr, Field, Scope
from athena_duckdb.types import BIGINT, quoted


class _Unnested(NamedTuple):
    """DuckDB's texts of what is unnested, and of the number of rows that makes.

    The fields of relation `entry`.
    """

    items: list[str]
    rows: str
    fields: list[Field]


def alone(node: Any, scope: Scope) -> tuple[list[Field], str]:
    """UNNEST with no relation before it, of constants or of columns of the query around."""
    relation, inner = f"r{scope.fresh()}", f"r{scope.fresh()}"
    unnest = _unnested(node, scope, inner)
    columns = ", ".join(
        f"{field.value.sql} AS c{index}" for index, field in enumerate(unnest.fields)
    )
    items = ", ".join(f"unnest({item}) AS u{index}" for index, item in enumerate(unnest.items))
    sql = f"LATERAL (SELECT {columns} FROM (SELECT {items}) AS {inner}) AS {relation}"
    return [
        field._replace(value=field.value._replace(sql=f"{relation}.c{index}"))
        for index, field in enumerate(unnest.fields)
    ], sql


def beside(
    node: Any, left: Sequence[Field], left_sql: str, scope: Scope, *, keep_empty: bool
) -> tuple[list[Field], list[Field], str]:
    """UNNEST joined to the relations before it: their fields, its own, and DuckDB's text of both.

    `keep_empty` gives a row of nulls where there is nothing to unnest, as LEFT JOIN does.
    """
    relation = f"r{scope.fresh()}"
    unnest = _unnested(node, scope, relation)
    # a list of one null makes the one row
    items = [
        f"CASE WHEN {unnest.rows} > 0 THEN {item} ELSE [NULL] END" if keep_empty else item
        for item in unnest.items
    ]
    columns = [f"{field.value.sql} AS c{index}" for index, field in enumerate(left)]
    columns += [f"unnest({item}) AS u{index}" for index, item in enumerate(items)]
    left_fields = [
        field._replace(value=Expr(f"{relation}.c{index}", field.value.type))
        for index, field in enumerate(left)
    ]
    return (
        left_fields,
        unnest.fields,
        f"(SELECT {', '.join(columns)} FROM {left_sql}) AS {relation}",
    )


def _unnested(node: Any, scope: Scope, relation: str) -> _Unnested:
    names: list[str | None] = []
    values: list[Expr] = []
    items: list[str] = []
    for index, expression in enumerate(node.expression()):
        value = translate(expression, scope)
        entry, data_type = f"{relation}.u{index}", value.type
        if data_type.name not in ("array", "map"):
            raise mismatch(expression, f"Cannot unnest type: {data_type}")
        items.append(value.sql if data_type.name == "array" else f"map_entries({value.sql})")
        if data_type.name == "map":
            names += [None, None]
            values += [
                Expr(f"{entry}.key", data_type.parts[0]),
                Expr(f"{entry}.value", data_type.parts[1]),
            ]
        elif data_type.parts[0].name == "row":
            row = data_type.parts[0]
            names += row.fields
            values += [
                Expr(f"{entry}.{quoted(key)}", part)
                for key, part in zip(row.field_keys, row.parts, strict=True)
            ]
        else:
            names.append(None)
            values.append(Expr(entry, data_type.parts[0]))
    lengths = [f"coalesce(len({item}), 0)" for item in items]
    rows = f"greatest({', '.join(lengths)})" if len(lengths) > 1 else lengths[0]
    if node.ORDINALITY():
        names.append(None)
        values.append(Expr(f"{relation}.u{len(items)}", BIGINT))
        items.append(f"range(1, {rows} + 1)")
    return _Unnested(
        items, rows, [Field(name, (), value) for name, value in zip(names, values, strict=True)]
    )
