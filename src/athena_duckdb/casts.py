"""CAST and TRY_CAST.

https://trino.io/docs/current/functions/conversion.html
"""

import re
from typing import Any

from athena_duckdb import udf
from athena_duckdb.expressions import computed_before, mismatch, no_equal, rule, translate, tried
from athena_duckdb.grammar import refused, source_text
from athena_duckdb.scope import Expr, Scope, cast, lambda_name, text_literal
from athena_duckdb.type_names import from_text
from athena_duckdb.types import (
    INTEGERS,
    TIMESTAMP,
    UNKNOWN,
    UTC,
    VARCHAR,
    Type,
    common,
    decimal,
    walk,
)

# The forms of text that Trino reads; DuckDB alone would also read others, such as '1.5' as an
# integer.
_TEXT_FORMS = {
    **dict.fromkeys(INTEGERS, r"\s*[+-]?\d+\s*"),
    **dict.fromkeys(
        ("double", "real"), r"\s*([+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|Infinity|NaN))\s*"
    ),
    "boolean": r"(?i)true|false|t|f|1|0",
    "date": r"\s*\d{4}-\d{1,2}-\d{1,2}\s*",
    "timestamp": r"\s*\d{4}-\d{1,2}-\d{1,2}( \d{1,2}:\d{1,2}(:\d{1,2}(\.\d{1,12})?)?)?\s*",
    "time": r"\d{1,2}:\d{1,2}(:\d{1,2}(\.\d{1,12})?)?",
}
_FLOATS = ("double", "real")
_TYPES = "such are varchar, bigint, double, decimal(10, 2), boolean, date, timestamp, array(…)"
INTERVALS = {"interval day to second": "to_milliseconds", "interval year to month": "to_months"}
_NO_TYPE_OF_TRINO = {
    "string": "varchar",
    "text": "varchar",
    "float": "real or double",
    "int8": "bigint",
    "int64": "bigint",
    "long": "bigint",
    "number": "decimal(38, 9) or double",
    "numeric": "decimal",
    "bool": "boolean",
    "datetime": "timestamp",
    "binary": "varbinary",
    "struct": "row",
}
_MORE_TYPES_OF_TRINO = re.compile(
    r"(?i)(char|uuid|ipaddress|time|timestamp|\w*(hyperloglog|digest|geography)|geometry|color|"
    r"codepoints|bingtile|jsonpath|jsonpath2016|joniregexp|likepattern|kdbtree|model|"
    r"array|map|row|function)\b.*"
)
_SURE = re.compile(r"""r\d+\.("\w+"|\w+)|'[^']*'""")  # a column or a text, which never fails
_DECIMAL = re.compile(r"(?i)decimal\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)")


@rule("Cast")
def _cast(node: Any, scope: Scope) -> Expr:
    to = _named_type(node)

    def cast_in(inside: Scope) -> Expr:
        value = translate(node.expression(), inside)
        if node.CAST() and to.nested and (text := _parsed_text(node.expression(), inside)):
            value = text._replace(type=Type("json"))
        return converted(node, value, to)

    if node.CAST():
        return cast_in(scope)
    if scope.before_try is None:
        value = translate(node.expression(), scope)
        if not _SURE.fullmatch(value.sql):  # a failure of the value itself fails TRY_CAST too
            return tried(scope, lambda inside: converted(node, computed_before(inside, value), to))
    return tried(scope, cast_in)


def _parsed_text(node: Any, scope: Scope) -> Expr | None:
    """The text of json_parse(text): its CAST to an array, a map or a row reads the text itself."""
    while node.getChildCount() == 1:
        node = node.getChild(0)
    if type(node).__name__ != "FunctionCallContext" or len(node.expression()) != 1:
        return None
    if source_text(node.qualifiedName()).lower() != "json_parse":
        return None
    return translate(node.expression(0), scope)


def _named_type(node: Any) -> Type:
    name = source_text(node.type_())
    try:
        to = from_text(name)
    except ValueError as error:
        instead = _NO_TYPE_OF_TRINO.get(name.lower())
        if instead:
            raise refused(node, f"Unknown type: {name}", f"write {instead}") from error
        if _MORE_TYPES_OF_TRINO.fullmatch(name):
            raise no_equal(node, f"the type {name}") from error
        if digits := _DECIMAL.fullmatch(name):
            problem = f"DECIMAL precision must be in range [1, 38]: {digits[1]}"
            if 0 < int(digits[1]) <= 38:
                problem = f"DECIMAL scale must be in range [0, precision]: {digits[2]}"
            raise refused(node, problem, "write decimal(38, 9)") from error
        raise refused(node, f"Unknown type: {name}", _TYPES) from error
    return decimal(38, 0) if to == Type("decimal") else to


def converted(node: Any, value: Expr, to: Type) -> Expr:  # noqa: PLR0911 - a case a kind of type
    """CAST(value AS to)."""
    source = value.type
    if source == UNKNOWN:
        return cast(value, to)
    if source == to and not to.size:
        return value
    if to.name == "json":
        return _to_json(node, value)
    if source.name == "json":
        return _from_json(node, value, to)
    if to.name == "varchar":
        return _to_text(node, value, to)
    if source.name == "varchar":
        return _from_text(node, value, to)
    if source.nested and source.name == to.name and len(source.parts) == len(to.parts):
        return _nested(node, value, to)
    return _other(node, value, to)


def _other(node: Any, value: Expr, to: Type) -> Expr:
    source = value.type
    if source.name in (UTC.name, "timestamp", "date", "time"):
        return _moment(node, value, to)
    if source.numeric and to.numeric:
        return _number(value, to)
    if source.name == "boolean" and to.numeric:
        text = f"CAST({value.sql} AS INTEGER)"
        return Expr(f"CAST({text} AS {to.duckdb})", to)
    if source.numeric and to.name == "boolean":
        return Expr(f"({value.sql} <> 0)", to)
    if common(source, to) == to:
        return cast(value, to)
    raise mismatch(node, f"Cannot cast {source} to {to}")


def _number(value: Expr, to: Type) -> Expr:
    source = value.type
    if source.name in _FLOATS and to.name in INTEGERS:
        # DuckDB rounds a half to the even number, Trino away from zero
        return Expr(f"CAST(round({value.sql}) AS {to.duckdb})", to)
    if source.name in _FLOATS and to.name == "decimal":
        return Expr(udf.call(f"decimal_of_{source.name}", to, value.sql, *to.size), to)
    if source.name == "decimal" and to.name == "decimal":
        return rescaled(value, to)
    if source.name == "decimal" and to.name in _FLOATS:
        return Expr(f"CAST(CAST({value.sql} AS VARCHAR) AS {to.duckdb})", to)
    return Expr(f"CAST({value.sql} AS {to.duckdb})", to)


def rescaled(value: Expr, to: Type) -> Expr:
    """A decimal with other digits, a half rounded away from zero."""
    (digits, scale), (target_digits, target_scale) = value.type.size, to.size
    if target_scale >= scale and target_digits - target_scale >= digits - scale:
        return Expr(f"CAST({value.sql} AS {to.duckdb})", to)
    return Expr(udf.call("decimal_rescale", to, value.sql, *to.size), to)


def _moment(node: Any, value: Expr, to: Type) -> Expr:
    source = value.type
    if source.name == UTC.name and to.name in ("date", "timestamp", "time"):
        local = Expr(local_time(node, value), Type("timestamp", size=source.size))
        return _moment(node, local, to)
    if source.name == "timestamp" and to.name in ("date", "time"):
        operand = value.sql if to.name == "date" else with_precision(value.sql, source, to)
        return Expr(f"CAST({operand} AS {to.duckdb})", to)
    if source.name == to.name and source.name in ("timestamp", "time", UTC.name):
        zoned = Type(to.name, size=to.size, zone=source.zone)
        return Expr(with_precision(value.sql, source, zoned), zoned)
    if common(source, to) is not None and (source.name, to.name) in (
        ("date", "timestamp"),
        ("date", UTC.name),
        ("timestamp", UTC.name),
    ):
        operand = with_precision(value.sql, source, to) if source.name != "date" else value.sql
        return cast(Expr(operand, source), to)
    if (source.name, to.name) == ("date", "date"):
        return value
    if source.name == "time" and to.name in ("timestamp", UTC.name):
        raise no_equal(node, f"CAST from {source} to {to}")
    raise mismatch(node, f"Cannot cast {source} to {to}")


def with_precision(sql: str, source: Type, to: Type) -> str:
    """A time with as many digits of its seconds as a type has, a half rounded up."""
    if to.precision >= source.precision:
        return sql
    if source.name == "time":
        return f"trino_round_time({sql}, {10 ** (6 - to.precision)})"
    if source.name == UTC.name:
        rounded = f"trino_round_moment(timezone('UTC', {sql}), {10 ** (6 - to.precision)})"
        return f"timezone('UTC', {rounded})"
    return f"trino_round_moment({sql}, {10 ** (6 - to.precision)})"


def local_time(node: Any, value: Expr) -> str:
    """What a clock shows in the value's own zone."""
    if not value.type.zone:
        raise no_equal(
            node,
            "a calendar value of a time whose zone differs from value to value (write AT TIME ZONE "
            "'UTC' first); this",
        )
    return in_local_time(value.sql, value.type.zone)


def in_local_time(instant: str, zone: str) -> str:
    """DuckDB's text of what a clock in a zone shows at an instant; the zone may be an offset."""
    if zone[0] in "+-":
        return udf.call("local_in_zone", TIMESTAMP, f"timezone('UTC', {instant})", f"'{zone}'")
    return f"timezone('{zone}', {instant})"


def instant_in(local: str, zone: str) -> str:
    """DuckDB's text of the instant at which a clock in a zone shows a time."""
    if zone[0] in "+-":
        return f"timezone('UTC', {udf.call('instant_of', TIMESTAMP, local, f"'{zone}'")})"
    return f"timezone('{zone}', {local})"


def _to_text(node: Any, value: Expr, to: Type) -> Expr:
    if value.type.name == "varchar":
        return Expr(f"substr({value.sql}, 1, {to.size[0]})" if to.size else value.sql, to)
    text = text_of(node, value)
    if to.size:
        text = f"trino_sized_text({text}, {to.size[0]})"
    return Expr(text, to)


def text_of(node: Any, value: Expr) -> str:  # noqa: C901, PLR0911 - a case a type
    """DuckDB's text of CAST(value AS varchar)."""
    data_type = value.type
    match data_type.name:
        case "date" | "boolean" | "tinyint" | "smallint" | "integer" | "bigint":
            return f"CAST({value.sql} AS VARCHAR)"
        case "decimal":
            # DuckDB leaves the zero before the point out where the type has no digit there
            digits, scale = data_type.size
            if digits > scale:
                return f"CAST({value.sql} AS VARCHAR)"
            if digits == 38:
                return udf.call("format", VARCHAR, "'%s'", value.sql)
            return f"CAST(CAST({value.sql} AS DECIMAL({digits + 1}, {scale})) AS VARCHAR)"
        case "timestamp" | "time":
            date = "%Y-%m-%d " if data_type.name == "timestamp" else ""
            sql = value.sql if date else f"(DATE '2000-01-01' + {value.sql})"
            if data_type.precision == 0:
                return f"strftime({sql}, '{date}%H:%M:%S')"
            text = f"strftime({sql}, '{date}%H:%M:%S.%f')"
            return f"left({text}, {(11 if date else 0) + 9 + data_type.precision})"
        case UTC.name if data_type.zone:
            instant = f"timezone('UTC', {value.sql})"
            return udf.call(
                "zoned_text", VARCHAR, instant, f"'{data_type.zone}'", data_type.precision
            )
        case "double" | "real":
            return udf.call(f"{data_type.name}_text", VARCHAR, value.sql)
        case "interval day to second":
            return f"trino_interval_text({value.sql})"
        case "interval year to month":
            return f"trino_months_text({value.sql})"
    if data_type.name == UTC.name:
        return local_time(node, value)
    raise mismatch(node, f"Cannot cast {data_type} to varchar")


def _from_text(node: Any, value: Expr, to: Type) -> Expr:
    if to.name == "varbinary":
        return Expr(f"encode({value.sql})", to)
    if to.name == "decimal":
        return Expr(udf.call("decimal_of_text", to, value.sql, *to.size), to)
    form = _TEXT_FORMS.get(to.name)
    if form is None:
        if to.name == UTC.name or to.nested:
            raise no_equal(node, f"CAST from varchar to {to}")
        raise mismatch(node, f"Cannot cast varchar to {to}")
    read = f"CAST(trino_text_of_form({value.sql}, '{form}', '{to}') AS {to.duckdb})"
    if to.name in ("timestamp", "time"):
        read = with_precision(read, Type(to.name, size=(6,)), to)
    return Expr(read, to)


def _to_json(node: Any, value: Expr) -> Expr:
    to = Type("json")
    source = value.type
    if any(part.name in (*INTERVALS, "varbinary", "time", UTC.name) for part in walk(source)):
        raise mismatch(node, f"Cannot cast {source} to json")
    return Expr(udf.call("cast_to_json", to, value.sql, text_literal(type_text(source)).sql), to)


def _from_json(node: Any, value: Expr, to: Type) -> Expr:
    never = ("date", "timestamp", "time", UTC.name, "varbinary", *INTERVALS)
    if any(part.name in never for part in walk(to)):
        raise mismatch(node, f"Cannot cast json to {to}")
    if to.name == "varchar":
        text = udf.call("cast_from_json_text", VARCHAR, value.sql, f"'{to}'")
        return Expr(f"trino_sized_text({text}, {to.size[0]})" if to.size else text, to)
    return Expr(udf.call("cast_from_json", to, value.sql, text_literal(type_text(to)).sql), to)


def type_text(data_type: Type) -> str:
    """The type as text that `from_text` reads; a row's fields without names are numbered."""
    inside = ", ".join(map(type_text, data_type.parts))
    if data_type.name == "row":
        fields = zip(data_type.fields, data_type.parts, strict=True)
        inside = ", ".join(
            f'"{field}" {type_text(part)}' if field else type_text(part) for field, part in fields
        )
    return f"{data_type.name}({inside})" if inside else str(data_type)


def _nested(node: Any, value: Expr, to: Type) -> Expr:
    """CAST of an array, a map or a row, part by part."""
    source = value.type
    if source.name == "row":
        return _row(node, value, to)
    if source.name == "array":
        return Expr(_each(value.sql, source.parts[0], to.parts[0], node), to)
    keys = _each(f"map_keys({value.sql})", source.parts[0], to.parts[0], node)
    values = _each(f"map_values({value.sql})", source.parts[1], to.parts[1], node)
    if keys == f"map_keys({value.sql})" and values == f"map_values({value.sql})":
        return value._replace(type=to)
    return Expr(udf.call("map_of", to, keys, values), to)


def _each(sql: str, source: Type, to: Type, node: Any) -> str:
    if source == to:
        return sql
    name = lambda_name(sql)
    inner = converted(node, Expr(name, source), to).sql
    return sql if inner == name else f"list_transform({sql}, lambda {name}: {inner})"


def _row(node: Any, value: Expr, to: Type) -> Expr:
    keys = value.type.field_keys
    inner = [
        converted(node, Expr(f'({value.sql})."{key}"', part), target).sql
        for key, part, target in zip(keys, value.type.parts, to.parts, strict=True)
    ]
    packed = ", ".join(f'"{key}" := {sql}' for key, sql in zip(to.field_keys, inner, strict=True))
    return Expr(f"CASE WHEN ({value.sql}) IS NOT NULL THEN struct_pack({packed}) END", to)
