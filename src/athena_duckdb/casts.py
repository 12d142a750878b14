"""CAST and TRY_CAST between the pairs of types for which DuckDB can be given Trino's result.

https://trino.io/docs/current/functions/conversion.html
"""

from typing import Any

from athena_duckdb.expressions import no_equal, rule, translate
from athena_duckdb.grammar import source_text
from athena_duckdb.scope import Expr, Scope, cast
from athena_duckdb.type_names import from_text
from athena_duckdb.types import INTEGERS, UNKNOWN, UTC, VARCHAR, Type, common

# The forms of text that Trino reads; DuckDB alone would also read others, such as '1.5' as an
# integer.
_INTEGER = r"[+-]?\d+"
_TEXT_FORMS = {
    **dict.fromkeys(INTEGERS, _INTEGER),
    "double": r"\s*([+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|Infinity)|NaN)\s*",
    "decimal": r"[+-]?(\d+\.?\d*|\.\d+)",
    "boolean": r"(?i)true|false|t|f|1|0",
    "date": r"\s*\d{4}-\d{1,2}-\d{1,2}\s*",
    "timestamp": r"\s*\d{4}-\d{1,2}-\d{1,2}( \d{1,2}:\d{1,2}(:\d{1,2}(\.\d{1,3})?)?)?\s*",
}
# DuckDB would round a double by its binary value, Trino by its decimal digits
_INEXACT = {("double", "decimal"), ("real", "decimal"), ("double", "real"), ("boolean", "decimal")}
_JSON_SCALARS = {"varchar", "bigint", "integer", "double", "boolean"}


@rule("Cast")
def _cast(node: Any, scope: Scope) -> Expr:
    value = translate(node.expression(), scope)
    wanted = source_text(node.type_())
    try:
        to = from_text(wanted)
    except ValueError as error:
        raise no_equal(node, f"the type {wanted}") from error
    result = converted(node, value, to)
    return result if node.CAST() else Expr(f"TRY({result.sql})", to)


def converted(node: Any, value: Expr, to: Type) -> Expr:
    """CAST(value AS to)."""
    of = value.type
    if of == UNKNOWN:
        return cast(value, to)
    if to.name == "varchar":
        return _to_text(node, value, to)
    if of.name == "varchar":
        return _from_text(node, value, to)
    if of.name == "json":
        return _from_json(node, value, to)
    if of.name == "row" and to.name == "row" and len(of.parts) == len(to.parts):
        return _row(node, value, to)
    return _other(node, value, to)


def _other(node: Any, value: Expr, to: Type) -> Expr:
    of = value.type
    if of.name == UTC.name and to.name in ("date", "timestamp"):
        return Expr(f"CAST({local_time(node, value)} AS {to.duckdb})", to)
    if of.name in ("double", "real") and to.name in INTEGERS:
        # DuckDB rounds a half to the even number, Trino away from zero
        return Expr(f"CAST(round({value.sql}) AS {to.duckdb})", to)
    if (of.name, to.name) in _INEXACT:
        raise no_equal(node)
    if {of.numeric, to.numeric} == {True} or (
        "boolean" in (of.name, to.name) and (of.numeric or to.numeric)
    ):
        return Expr(f"CAST({value.sql} AS {to.duckdb})", to)
    if (of.name, to.name) == ("timestamp", "date"):
        return Expr(f"CAST({value.sql} AS DATE)", to)
    if common(of, to) == to or _same_shape(of, to):
        return cast(value, to)
    raise no_equal(node, f"CAST from {of} to {to}")


def local_time(node: Any, value: Expr) -> str:
    """What a clock shows in the value's own zone."""
    if not value.type.zone:
        raise no_equal(
            node,
            "a calendar value of a time whose zone differs from value to value (write AT TIME ZONE "
            "'UTC' first); this",
        )
    return f"timezone('{value.type.zone}', {value.sql})"


def _to_text(node: Any, value: Expr, to: Type) -> Expr:
    match value.type.name:
        case (
            "varchar"
            | "date"
            | "boolean"
            | "decimal"
            | "tinyint"
            | "smallint"
            | "integer"
            | "bigint"
        ):
            text = f"CAST({value.sql} AS VARCHAR)"
        case "timestamp":
            text = f"strftime({value.sql}, '%Y-%m-%d %H:%M:%S.%g')"
        case "double":
            text = f"trino_double_text({value.sql})"
        case "json":
            text = f"trino_json_varchar({value.sql})"
        case _:
            raise no_equal(node, f"CAST from {value.type} to varchar")
    return Expr(f"substr({text}, 1, {to.size[0]})" if to.size else text, VARCHAR)


def _from_text(node: Any, value: Expr, to: Type) -> Expr:
    form = _TEXT_FORMS.get(to.name)
    if form is None:
        raise no_equal(node, f"CAST from varchar to {to}")
    return Expr(f"CAST(trino_text_of_form({value.sql}, '{form}', '{to}') AS {to.duckdb})", to)


def _from_json(node: Any, value: Expr, to: Type) -> Expr:
    if to.name in _JSON_SCALARS:
        return Expr(_scalar(value.sql, to), to)
    of = to.parts[-1] if to.parts else to
    inner = "lambda_item" if of.name == "json" else _scalar("lambda_item", of)
    if of.name not in {*_JSON_SCALARS, "json"}:
        raise no_equal(node, f"CAST from json to {to}")
    if to.name == "array":
        return Expr(
            f"CAST(list_transform(trino_json_items({value.sql}), lambda lambda_item: {inner}) AS "
            f"{to.duckdb})",
            to,
        )
    if to.name == "map" and to.parts[0].name == "varchar":
        items = f"CAST(trino_json_object({value.sql}) AS MAP(VARCHAR, JSON))"
        values = f"list_transform(map_values({items}), lambda lambda_item: {inner})"
        return Expr(f"CAST(map(map_keys({items}), {values}) AS {to.duckdb})", to)
    raise no_equal(node, f"CAST from json to {to}")


def _scalar(sql: str, to: Type) -> str:
    return f"trino_json_{to.name}({sql})"


def _row(node: Any, value: Expr, to: Type) -> Expr:
    keys = value.type.field_keys
    inner = [
        converted(node, Expr(f'({value.sql})."{key}"', part), wanted).sql
        for key, part, wanted in zip(keys, value.type.parts, to.parts, strict=True)
    ]
    packed = ", ".join(f'"{key}" := {sql}' for key, sql in zip(to.field_keys, inner, strict=True))
    return Expr(f"CASE WHEN ({value.sql}) IS NOT NULL THEN struct_pack({packed}) END", to)


def _same_shape(of: Type, to: Type) -> bool:
    """Whether only the names of rows' fields differ."""
    return of == to or (
        of.name == to.name
        and len(of.parts) == len(to.parts) > 0
        and all(map(_same_shape, of.parts, to.parts))
    )
