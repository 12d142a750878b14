"""Functions and constructors whose arguments are more than values.

Conditionals, arrays, rows, subscripts, constant texts.
"""

from collections.abc import Callable, Sequence
from typing import Any

from athena_duckdb.expressions import condition, mismatch, no_equal, rule, translate, unified
from athena_duckdb.predicates import compared
from athena_duckdb.scope import Expr, Scope, cast
from athena_duckdb.texts import TEXT_FORMS
from athena_duckdb.times import TIME_FORMS
from athena_duckdb.types import INTEGERS, UNKNOWN, VARCHAR, Type, array, common

type Form = Callable[[Any, Sequence[Any], Scope], Expr]


def _if(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2, 3)
    when = condition(arguments[0], scope)
    values = unified(node, [translate(argument, scope) for argument in arguments[1:]])
    otherwise = f" ELSE {values[1].sql}" if len(values) > 1 else ""
    return Expr(f"CASE WHEN {when} THEN {values[0].sql}{otherwise} END", values[0].type)


def _coalesce(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2, None)
    values = unified(node, [translate(argument, scope) for argument in arguments])
    return Expr(f"coalesce({', '.join(value.sql for value in values)})", values[0].type)


def _nullif(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2, 2)
    value, other = (translate(argument, scope) for argument in arguments)
    return Expr(
        f"CASE WHEN {compared(node, value, '=', other)} THEN NULL ELSE {value.sql} END", value.type
    )


def _try(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 1, 1)
    value = translate(arguments[0], scope)
    return Expr(f"TRY({value.sql})", value.type)


def _concat(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2, None)
    values = unified(node, [translate(argument, scope) for argument in arguments])
    if values[0].type.name not in ("varchar", "array"):
        raise mismatch(
            node,
            f"Unexpected parameters ({', '.join(str(value.type) for value in values)}) for "
            f"function concat",
        )
    return Expr(f"({' || '.join(value.sql for value in values)})", values[0].type)


def _count(node: Any, arguments: Sequence[Any], least: int, most: int | None) -> None:
    if len(arguments) < least or (most is not None and len(arguments) > most):
        raise mismatch(
            node,
            f"{node.qualifiedName().getText()} takes {least}{'' if most == least else ' or more'} "
            f"arguments",
        )


FORMS: dict[str, Form] = {
    "if": _if,
    "coalesce": _coalesce,
    "nullif": _nullif,
    "try": _try,
    "concat": _concat,
    **TEXT_FORMS,
    **TIME_FORMS,
}


@rule("ArrayConstructor")
def _array(node: Any, scope: Scope) -> Expr:
    values = (
        unified(node, [translate(item, scope) for item in node.expression()])
        if node.expression()
        else []
    )
    of = array(values[0].type if values else UNKNOWN)
    return Expr(f"CAST([{', '.join(value.sql for value in values)}] AS {of.duckdb})", of)


@rule("RowConstructor")
def _row(node: Any, scope: Scope) -> Expr:
    values = [translate(item, scope) for item in node.expression()]
    of = Type("row", tuple(value.type for value in values), (None,) * len(values))
    packed = ", ".join(
        f'"{key}" := {value.sql}' for key, value in zip(of.field_keys, values, strict=True)
    )
    return Expr(f"struct_pack({packed})", of)


@rule("Subscript")
def _subscript(node: Any, scope: Scope) -> Expr:
    value, index = translate(node.value, scope), translate(node.index, scope)
    match value.type.name:
        case "array" if index.type.name in INTEGERS:
            return Expr(f"trino_subscript({value.sql}, {index.sql})", value.type.parts[0])
        case "map" if common(index.type, value.type.parts[0]) == value.type.parts[0]:
            return Expr(
                f"trino_map_subscript({value.sql}, {cast(index, value.type.parts[0]).sql})",
                value.type.parts[1],
            )
        case "row" if isinstance(index.constant, int) and 1 <= index.constant <= len(
            value.type.parts
        ):
            at = index.constant - 1
            return Expr(f'({value.sql})."{value.type.field_keys[at]}"', value.type.parts[at])
    raise mismatch(node, f"Cannot apply operator: {value.type}[{index.type}]")


@rule("Trim")
def _trim(node: Any, scope: Scope) -> Expr:
    source = translate(node.trimSource, scope)
    chars = translate(node.trimChar, scope) if node.trimChar else None
    if any(common(one.type, VARCHAR) != VARCHAR for one in (source, chars) if one):
        raise mismatch(node, f"Unexpected parameters ({source.type}) for function trim")
    side = node.trimsSpecification().getText().upper() if node.trimsSpecification() else "BOTH"
    function = {"BOTH": "trim", "LEADING": "ltrim", "TRAILING": "rtrim"}[side]
    return Expr(f"{function}({source.sql}, {chars.sql if chars else 'trino_blanks()'})", VARCHAR)


@rule("Substring", "Position")
def _standard(node: Any, scope: Scope) -> Expr:
    values = [translate(one, scope) for one in node.valueExpression()]
    texts, numbers = (
        (values, []) if type(node).__name__ == "PositionContext" else (values[:1], values[1:])
    )
    if any(one.type.name != "varchar" for one in texts) or any(
        one.type.name not in INTEGERS for one in numbers
    ):
        raise no_equal(node)
    if not numbers:
        return Expr(f"strpos({texts[1].sql}, {texts[0].sql})", Type("bigint"))
    function = "trino_substr" if len(numbers) == 1 else "trino_substr_of_length"
    return Expr(f"{function}({', '.join(one.sql for one in values)})", VARCHAR)
