"""Functions and constructors whose arguments are more than values.

Conditionals, arrays, rows, subscripts, constant texts.
"""

from collections.abc import Callable, Sequence
from typing import Any

from athena_duckdb import udf
from athena_duckdb.casts import text_of
from athena_duckdb.expressions import (
    condition,
    mismatch,
    no_equal,
    rule,
    translate,
    tried,
    unified,
)
from athena_duckdb.functions import SCALARS
from athena_duckdb.grammar import refused
from athena_duckdb.operators import calculated, joined
from athena_duckdb.predicates import compared
from athena_duckdb.scope import Expr, Scope, cast, lambda_name, text_literal
from athena_duckdb.signatures import resolve
from athena_duckdb.texts import TEXT_FORMS
from athena_duckdb.times import TIME_FORMS
from athena_duckdb.types import (
    BIGINT,
    INTEGERS,
    UNKNOWN,
    VARCHAR,
    Type,
    array,
    as_decimal,
    common,
    decimal,
)

type Form = Callable[[Any, Sequence[Any], Scope], Expr]


def _if(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2, 3)
    when = condition(arguments[0], scope)
    values = [translate(argument, scope) for argument in arguments[1:]]
    if len(values) > 1 and common(values[0].type, values[1].type) is None:
        problem = f"Result types for IF must be the same: {values[0].type} vs {values[1].type}"
        raise mismatch(node, problem)
    values = unified(node, values)
    otherwise = f" ELSE {values[1].sql}" if len(values) > 1 else ""
    return Expr(f"CASE WHEN {when} THEN {values[0].sql}{otherwise} END", values[0].type)


def _coalesce(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2, None)
    given = [translate(argument, scope) for argument in arguments]
    values = unified(node, given, "COALESCE operands", arguments)
    return Expr(f"coalesce({', '.join(value.sql for value in values)})", values[0].type)


def _nullif(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2, 2)
    value, other = (translate(argument, scope) for argument in arguments)
    return Expr(
        f"CASE WHEN {compared(node, value, '=', other)} THEN NULL ELSE {value.sql} END", value.type
    )


def _try(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 1, 1)
    return tried(scope, lambda inside: translate(arguments[0], inside))


def _concat(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2, None)
    return joined(node, [translate(argument, scope) for argument in arguments])


def _array_join(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2, 3)
    items, *texts = [translate(argument, scope) for argument in arguments]
    if items.type.name != "array" or any(common(text.type, VARCHAR) != VARCHAR for text in texts):
        given = ", ".join(str(value.type) for value in (items, *texts))
        raise mismatch(node, f"Unexpected parameters ({given}) for function array_join")
    element_type = items.type.parts[0]
    sql = items.sql
    if element_type.name not in ("varchar", "unknown"):
        name = lambda_name(sql)
        sql = f"list_transform({sql}, lambda {name}: {text_of(node, Expr(name, element_type))})"
    elif element_type.name == "unknown":
        sql = f"CAST({sql} AS VARCHAR[])"
    separator, *for_null = [cast(text, VARCHAR).sql for text in texts]
    if not isinstance(texts[0].constant, str):  # DuckDB's function takes a constant alone
        filled = for_null[0] if for_null else "NULL"
        joined_by = f"trino_array_join_by({sql}, {separator}, {filled}, {bool(for_null)})"
        return Expr(joined_by, VARCHAR)
    if for_null:
        return Expr(f"trino_array_join_all({sql}, {separator}, {for_null[0]})", VARCHAR)
    return Expr(f"trino_array_join({sql}, {separator})", VARCHAR)


def _zip(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2, None)
    values = [translate(argument, scope) for argument in arguments]
    if any(value.type.name != "array" for value in values):
        raise mismatch(node, "zip takes arrays")
    result_type = array(
        Type("row", tuple(value.type.parts[0] for value in values), (None,) * len(values))
    )
    given = [value.sql for value in values]
    all_there = " AND ".join(f"{sql} IS NOT NULL" for sql in given)
    name = lambda_name(" ".join(given))
    fields = ", ".join(
        f'"{key}" := ({name})[{index}]'
        for index, key in enumerate(result_type.parts[0].field_keys, start=1)
    )
    zipped = f"list_transform(list_zip({', '.join(given)}), lambda {name}: struct_pack({fields}))"
    return Expr(f"CASE WHEN {all_there} THEN {zipped} END", result_type)


_PLACES = (*map(Type, ("tinyint", "smallint", "integer")), UNKNOWN)


def _rounding(function: str) -> Form:
    """Round and truncate of a decimal, whose results have digits of their own."""

    def translated(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
        values = [translate(argument, scope) for argument in arguments]
        if function == "truncate" and values and values[0].type.name in INTEGERS:
            values[0] = cast(values[0], as_decimal(values[0].type))
        if not values or values[0].type.name != "decimal":
            return resolve(node, function, SCALARS[function], arguments, scope)
        _count(node, arguments, 1, 2)
        if any(place.type not in _PLACES for place in values[1:]):
            given = ", ".join(str(one.type) for one in values)
            raise mismatch(node, f"Unexpected parameters ({given}) for function {function}")
        value, places = values[0], values[1].sql if len(values) > 1 else "0"
        digits, scale = value.type.size
        if function == "round":
            to = (
                decimal(digits + 1, scale)
                if len(values) > 1
                else decimal(digits - scale + min(scale, 1), 0)
            )
        else:
            to = decimal(digits, scale) if len(values) > 1 else decimal(max(digits - scale, 1), 0)
        if (
            function == "round"
            and isinstance(constant := values[1].constant if len(values) > 1 else 0, int)
            and 0 <= constant <= scale
            and to.size[0] > digits
        ):
            operand = (
                f"CAST({value.sql} AS DECIMAL({to.size[0]}, {scale}))"
                if len(values) > 1
                else value.sql
            )
            return Expr(f"CAST(round({operand}, {constant}) AS {to.duckdb})", to)
        return Expr(udf.call(f"decimal_{function}", to, value.sql, places, *to.size), to)

    return translated


def _whole(function: str) -> Form:
    """Ceil and floor."""

    def translated(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
        _count(node, arguments, 1, 1)
        value = translate(arguments[0], scope)
        if value.type.name != "decimal":
            return resolve(node, function, SCALARS[function], arguments, scope)
        digits, scale = value.type.size
        to = decimal(digits - scale + min(scale, 1), 0)
        name = "floor" if function == "floor" else "ceil"
        return Expr(f"CAST({name}({value.sql}) AS {to.duckdb})", to)

    return translated


def _mod(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2, 2)
    left, right = (translate(argument, scope) for argument in arguments)
    if not left.type.numeric or not right.type.numeric:
        return resolve(node, "mod", SCALARS["mod"], arguments, scope)
    return calculated(left, "%", right)


def _typeof(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 1, 1)
    value = translate(arguments[0], scope)
    data_type = value.type
    if value.constant is not None and data_type == VARCHAR:
        data_type = Type("varchar", size=(len(str(value.constant)),))
    return text_literal(type_text(data_type))._replace(constant=None)


def _codepoint(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 1, 1)
    value = translate(arguments[0], scope)
    of_one = value.type.size == (1,) or len(str(value.constant)) == 1
    if value.type.name != "varchar" or not of_one:
        problem = f"Unexpected parameters ({value.type}) for function codepoint"
        raise refused(node, problem, "CAST the text AS varchar(1)")
    return Expr(f"unicode({value.sql})", Type("integer"))


def type_text(data_type: Type) -> str:
    """A type as Trino writes it, with the digits of a time's seconds."""
    if data_type.name in ("timestamp", "time"):
        return f"{data_type.name}({data_type.precision})"
    if data_type.name == "timestamp with time zone":
        return f"timestamp({data_type.precision}) with time zone"
    if data_type.name == "decimal":
        return f"decimal({data_type.size[0]},{data_type.size[1]})"
    if data_type.nested:
        inside = [type_text(part) for part in data_type.parts]
        if data_type.name == "row":
            fields = zip(data_type.fields, inside, strict=True)
            inside = [f"{field} {part}" if field else part for field, part in fields]
        return f"{data_type.name}({', '.join(inside)})"
    return str(data_type)


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
    "array_join": _array_join,
    "zip": _zip,
    "round": _rounding("round"),
    "truncate": _rounding("truncate"),
    "ceil": _whole("ceil"),
    "ceiling": _whole("ceiling"),
    "floor": _whole("floor"),
    "mod": _mod,
    "typeof": _typeof,
    "codepoint": _codepoint,
    **TEXT_FORMS,
    **TIME_FORMS,
}


@rule("ArrayConstructor")
def _array(node: Any, scope: Scope) -> Expr:
    values = (
        unified(
            node,
            [translate(item, scope) for item in node.expression()],
            "ARRAY elements",
            node.expression(),
        )
        if node.expression()
        else []
    )
    array_type = array(values[0].type if values else UNKNOWN)
    return Expr(
        f"CAST([{', '.join(value.sql for value in values)}] AS {array_type.duckdb})", array_type
    )


@rule("RowConstructor")
def _row(node: Any, scope: Scope) -> Expr:
    values = [translate(item, scope) for item in node.expression()]
    row_type = Type("row", tuple(value.type for value in values), (None,) * len(values))
    packed = ", ".join(
        f'"{key}" := {value.sql}' for key, value in zip(row_type.field_keys, values, strict=True)
    )
    return Expr(f"struct_pack({packed})", row_type)


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
            position = index.constant - 1
            return Expr(
                f'({value.sql})."{value.type.field_keys[position]}"', value.type.parts[position]
            )
    problem = f"Cannot use {index.type} for subscript of {value.type}"
    if value.type.name == "varchar" and isinstance(index.constant, str):
        hint = f"of a JSON text take json_extract_scalar(value, '$.{index.constant}')"
        raise refused(node, problem, hint)
    raise mismatch(node, problem)


@rule("Trim")
def _trim(node: Any, scope: Scope) -> Expr:
    source = translate(node.trimSource, scope)
    chars = translate(node.trimChar, scope) if node.trimChar else None
    if any(common(text.type, VARCHAR) != VARCHAR for text in (source, chars) if text):
        raise mismatch(node, f"Unexpected parameters ({source.type}) for function trim")
    side = node.trimsSpecification().getText().upper() if node.trimsSpecification() else "BOTH"
    function = {"BOTH": "trim", "LEADING": "ltrim", "TRAILING": "rtrim"}[side]
    if chars:
        return Expr(udf.call("trim_of", VARCHAR, source.sql, chars.sql, f"'{side}'"), VARCHAR)
    return Expr(f"{function}({source.sql}, trino_blanks())", VARCHAR)


@rule("Normalize")
def _normalize(node: Any, scope: Scope) -> Expr:
    value = translate(node.valueExpression(), scope)
    if common(value.type, VARCHAR) != VARCHAR:
        raise mismatch(node, f"Unexpected parameters ({value.type}) for function normalize")
    form = node.normalForm().getText().upper() if node.normalForm() else "NFC"
    return Expr(udf.call("normalize", VARCHAR, cast(value, VARCHAR).sql, f"'{form}'"), VARCHAR)


@rule("Substring", "Position")
def _standard(node: Any, scope: Scope) -> Expr:
    values = [translate(argument, scope) for argument in node.valueExpression()]
    texts, numbers = (
        (values, []) if type(node).__name__ == "PositionContext" else (values[:1], values[1:])
    )
    if any(common(argument.type, VARCHAR) != VARCHAR for argument in texts) or any(
        argument.type.name not in (*INTEGERS, "unknown") for argument in numbers
    ):
        given = ", ".join(str(argument.type) for argument in values)
        if values[0].type.name == "varbinary":
            raise no_equal(node, f"substring({given})")
        raise mismatch(node, f"Unexpected parameters ({given})")
    texts = [cast(argument, VARCHAR) for argument in texts]
    numbers = [cast(argument, BIGINT) for argument in numbers]
    values = [*texts, *numbers]
    if not numbers:
        return Expr(f"strpos({texts[1].sql}, {texts[0].sql})", Type("bigint"))
    function = "trino_substr" if len(numbers) == 1 else "trino_substr_of_length"
    return Expr(f"{function}({', '.join(argument.sql for argument in values)})", VARCHAR)
