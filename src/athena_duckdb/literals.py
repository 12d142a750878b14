"""Literals, and the names of columns."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from athena_duckdb.casts import converted, instant_in
from athena_duckdb.errors import QueryError
from athena_duckdb.expressions import no_equal, rule, translate
from athena_duckdb.grammar import refused, source_text
from athena_duckdb.scope import Expr, Scope, identifier, text_literal
from athena_duckdb.type_names import from_text
from athena_duckdb.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    JSON,
    UNKNOWN,
    Type,
    decimal,
    moment,
    quoted,
)
from athena_duckdb.udf import json_values
from athena_duckdb.udf.registry import Failure
from athena_duckdb.udf.zones import zone_name, zone_of

_TIMESTAMP = re.compile(
    r"([+-]?\d{4,}-\d{1,2}-\d{1,2})(?: (\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?)?"
    r"(?: ?((?:UTC|GMT|UT)?[+-]\d{1,2}(?::?\d{2})?|[A-Za-z][\w/+-]*))?"
)
_TIME = re.compile(r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?")
_HIDDEN = ("$file_size", "$file_modified_time", "$partition", "$bucket")  # of a table in Athena
_LAST_YEAR = 9999  # of Python's dates
_MICROSECONDS = 6  # digits of the seconds that DuckDB holds
_OF_A_DAY = {"day": 86_400_000, "hour": 3_600_000, "minute": 60_000, "second": 1000}
_OF_A_YEAR = {"year": 12, "month": 1}
_ESCAPED_LETTER = re.compile(r"\\(?:\\|\+([0-9a-fA-F]{6})|([0-9a-fA-F]{4}))|\\")
# what TypeConstructor reads beside times: each is a CAST of the text
_CAST_TYPES = {"bigint", "double", "varchar", "boolean", "integer", "int", "smallint", "tinyint"}
_CAST_TYPES |= {"real", "varbinary"}


@rule("NullLiteral")
def _null(node: Any, scope: Scope) -> Expr:  # noqa: ARG001 - a rule's signature
    return Expr("NULL", UNKNOWN)


@rule("BooleanLiteral")
def _boolean(node: Any, scope: Scope) -> Expr:  # noqa: ARG001
    return Expr(node.getText().upper(), BOOLEAN)


@rule("StringLiteral")
def _string(node: Any, scope: Scope) -> Expr:  # noqa: ARG001
    text = node.getText()
    if text.startswith("'"):
        return text_literal(text[1:-1].replace("''", "'"))
    if node.string().getChildCount() > 1:
        raise no_equal(node, "UESCAPE")

    def letter(match: re.Match[str]) -> str:
        if match[0] == "\\":
            raise refused(node, f"Incomplete escape sequence: {text}", "double the backslash")
        return chr(int(match[1] or match[2], 16)) if match[1] or match[2] else "\\"

    return text_literal(
        _ESCAPED_LETTER.sub(letter, text[text.index("'") + 1 : -1]).replace("''", "'")
    )


@rule("BinaryLiteral")
def _bytes(node: Any, scope: Scope) -> Expr:  # noqa: ARG001
    digits = re.sub(r"\s", "", node.getText()[2:-1])
    if len(digits) % 2 or re.search(r"[^0-9a-fA-F]", digits):
        raise refused(node, "Binary literal must contain an even number of hex digits", "X'0F'")
    return Expr(f"unhex('{digits}')", Type("varbinary"))


@rule("NumericLiteral")
def _number(node: Any, scope: Scope) -> Expr:  # noqa: ARG001
    text, kind = node.getText().replace("_", ""), type(node.number()).__name__
    if kind == "DoubleLiteralContext":
        return Expr(f"CAST('{text}' AS DOUBLE)", DOUBLE)
    if kind == "DecimalLiteralContext":
        return _decimal(node, text)
    value = int(text, 0) if re.match(r"-?0[xXbBoO]", text) else int(text)
    if not -(2**63) <= value < 2**63:
        raise refused(
            node, f"Invalid numeric literal: {text}", "write it as a decimal, with a point"
        )
    integer_type = INTEGER if -(2**31) <= value < 2**31 else BIGINT
    return Expr(f"CAST({value} AS {integer_type.duckdb})", integer_type, value)


def _decimal(node: Any, text: str) -> Expr:
    _, digits, exponent = Decimal(text).as_tuple()
    scale = max(-int(exponent), 0)
    count = max(len(digits) + max(int(exponent), 0), scale)
    if count > 38:
        raise refused(node, f"Invalid decimal literal: {text}", "a decimal has at most 38 digits")
    decimal_type = decimal(count, scale)
    return Expr(f"CAST('{text}' AS {decimal_type.duckdb})", decimal_type)


@rule("IntervalLiteral")
def _interval(node: Any, scope: Scope) -> Expr:  # noqa: ARG001
    interval = node.interval()
    unit, text = interval.from_.getText().lower(), interval.string().getText()[1:-1]
    last = interval.to.getText().lower() if interval.to else unit
    months = unit in _OF_A_YEAR
    if interval.to and last == unit:
        problem = f"Invalid interval qualifier: {unit.upper()} TO {unit.upper()}"
        raise refused(node, problem, f"write INTERVAL '1' {unit.upper()}")
    value = _months(unit, last, text) if months else _milliseconds(unit, last, text)
    if value is None:
        raise refused(node, f"'{text}' is not a valid interval literal", "write INTERVAL '2' DAY")
    if interval.sign and interval.sign.text == "-":
        value = -value
    name = "interval year to month" if months else "interval day to second"
    interval_type = Type(name)
    return Expr(f"CAST({value} AS {interval_type.duckdb})", interval_type)


def _months(unit: str, last: str, text: str) -> int | None:
    form = (
        r"([+-])?\s*(\d+)(?:-(\d+))?" if (unit, last) == ("year", "month") else r"([+-])?\s*(\d+)"
    )
    match = re.fullmatch(form, text.strip())
    if not match or (unit, last) == ("month", "year"):
        return None
    value = int(match[2]) * _OF_A_YEAR[unit] + int((*match.groups(), "0")[2] or 0)
    return -value if match[1] == "-" else value


def _milliseconds(unit: str, last: str, text: str) -> int | None:
    units = list(_OF_A_DAY)
    if unit not in units or last not in units or units.index(last) < units.index(unit):
        return None
    fields = units[units.index(unit) : units.index(last) + 1]
    form = {"day": "", "hour": " ", "minute": ":", "second": ":"}
    pattern = r"([+-])?\s*(\d+)" + "".join(rf"(?:{form[field]}(\d+))?" for field in fields[1:])
    if last == "second":
        pattern += r"(?:\.(\d{1,9}))?"
    match = re.fullmatch(pattern, text.strip())
    if not match:
        return None
    numbers = match.groups()[1 : 1 + len(fields)]
    value = sum(
        int(number or 0) * _OF_A_DAY[field] for field, number in zip(fields, numbers, strict=True)
    )
    if last == "second" and match.groups()[-1]:
        value += int(match.groups()[-1][:3].ljust(3, "0"))
    return -value if match[1] == "-" else value


@rule("TypeConstructor")
def _typed(node: Any, scope: Scope) -> Expr:
    text = node.string().getText()[1:-1].replace("''", "'")
    word = "double" if node.DOUBLE() else source_text(node.getChild(0)).lower()
    match word:
        case "timestamp":
            return _timestamp(node, text)
        case "time":
            return _time(node, text)
        case "date":
            wrong = refused(
                node, f"'{text}' is not a valid DATE literal", "write DATE '2025-10-31'"
            )
            if not re.fullmatch(r"[+-]?\d+-\d{1,2}-\d{1,2}", text.strip()):
                raise wrong
            return Expr(f"DATE '{_day(node, text, wrong)}'", DATE)
        case "json":
            return _json(node, text)
        case "decimal" if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text):
            return _decimal(node, text)
        case _ if word in _CAST_TYPES:
            return converted(node, text_literal(text), from_text(word))
    if word == "interval":
        raise refused(
            node, "INTERVAL takes YEAR, MONTH, DAY, HOUR, MINUTE or SECOND", "no plural s"
        )
    del scope
    raise no_equal(node, f"a literal of type {word}")


def _json(node: Any, text: str) -> Expr:
    try:
        canonical = json_values.write(json_values.parse(text))
    except ValueError as error:
        raise refused(
            node, f"'{text}' is not a valid JSON literal", "text in it takes double quotes"
        ) from error
    return Expr(f"CAST({text_literal(canonical).sql} AS JSON)", JSON)


def _day(node: Any, text: str, wrong: QueryError) -> str:
    """The date of a text, such as 2025-1-31, in ISO's form. Raises `wrong` for one that is not."""
    year, month, day = re.fullmatch(r"([+-]?\d+)-(\d+)-(\d+)", text.strip()).groups()  # type: ignore[union-attr] # a literal's form
    if not 0 < int(year) <= _LAST_YEAR:
        raise no_equal(node, f"the year {year}")
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise wrong from None


def _timestamp(node: Any, text: str) -> Expr:
    match = _TIMESTAMP.fullmatch(text.strip())
    wrong = refused(
        node,
        f"'{text}' is not a valid TIMESTAMP literal",
        "write TIMESTAMP '2025-10-31 05:18:16.953'",
    )
    if not match:
        raise wrong
    written, hour, minute, second, digits, zone = match.groups()
    day = _day(node, written, wrong)
    _refuse_digits(node, digits)
    if int(hour or 0) > 23 or int(minute or 0) > 59 or int(second or 0) > 59:
        raise wrong
    clock = f"{hour or 0}:{minute or 0}:{second or 0}.{digits or 0}"
    local = f"CAST('{day} {clock}' AS TIMESTAMP)"
    if not zone:
        return Expr(local, moment("timestamp", len(digits or "")))
    shown = datetime.fromisoformat(
        f"{day}T{int(hour or 0):02}:{int(minute or 0):02}:{int(second or 0):02}"
    )
    try:
        zone = zone_name(zone)
        zoned = shown.replace(tzinfo=zone_of(zone))
    except Failure as failure:
        raise refused(node, str(failure), "give a name such as America/New_York") from failure
    if zoned.astimezone(UTC).astimezone(zoned.tzinfo).replace(tzinfo=None) != shown:
        raise wrong  # the clock leaves this hour out
    return Expr(
        instant_in(local, zone), moment("timestamp with time zone", len(digits or ""), zone)
    )


def _time(node: Any, text: str) -> Expr:
    match = _TIME.fullmatch(text.strip())
    if not match:
        if re.search(r"[+-]\d", text):
            raise no_equal(node, "time with time zone")
        raise refused(node, f"'{text}' is not a valid TIME literal", "write TIME '05:18:16'")
    hour, minute, second, digits = match.groups()
    _refuse_digits(node, digits)
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        raise refused(node, f"'{text}' is not a valid TIME literal", "write TIME '05:18:16'")
    clock = f"{int(hour):02}:{int(minute):02}:{int(second or 0):02}.{digits or 0}"
    return Expr(f"TIME '{clock}'", moment("time", len(digits or "")))


def _refuse_digits(node: Any, digits: str | None) -> None:
    if digits and len(digits) > _MICROSECONDS:
        raise no_equal(node, "a time with more than 6 digits of its seconds")


@rule("ColumnReference", "Dereference")
def _column(node: Any, scope: Scope) -> Expr:
    names = _dotted(node)
    if names is None:
        return field_of(node, translate(node.base, scope), identifier(node.fieldName))
    match = scope.find(names, node)
    if match is None:
        if names[-1] in _HIDDEN:
            raise no_equal(node, f"the column {names[-1]}")
        raise refused(
            node, f"Column '{'.'.join(names)}' cannot be resolved", _unresolved(node, names, scope)
        )
    value, left = match
    for name in left:
        value = field_of(node, value, name)
    return value


def _unresolved(node: Any, names: list[str], scope: Scope) -> str:
    """What to do about a column that is not there."""
    if len(names) == 1 and names[0] in scope.aliases:
        return f"an alias of SELECT is not known here: write {scope.aliases[names[0]]} itself"
    close = scope.nearest(names)
    quoted_text = node.getText().startswith('"')
    if len(names) == 1 and (quoted_text or not close.startswith(("did you mean", "there is no"))):
        return f"{close}; text takes single quotes: '{node.getText().strip('"')}'"
    return close


def _dotted(node: Any) -> list[str] | None:
    """The names of `a.b.c`: None where the base is another expression."""
    kind = type(node).__name__
    if kind == "ColumnReferenceContext":
        return [identifier(node)]
    base = _dotted(node.base) if kind == "DereferenceContext" else None
    return [*base, identifier(node.fieldName)] if base else None


def field_of(node: Any, row: Expr, name: str) -> Expr:
    """A row's field."""
    if row.type.name != "row":
        hints = {
            "varchar": f"of a JSON text take json_extract_scalar(value, '$.{name}')",
            "json": f"take json_extract_scalar(value, '$.{name}')",
            "array": "unnest it: CROSS JOIN UNNEST(value) AS t (…), or take value[1]",
            "map": f"take element_at(value, '{name}')",
        }
        problem = f"Expression is of type {row.type.name}, not a ROW, and has no field {name}"
        raise refused(node, problem, hints.get(row.type.name, "select the value itself"))
    if name not in row.type.fields:
        raise refused(
            node,
            f"the row has no field {name}",
            f"its fields are {', '.join(filter(None, row.type.fields))}",
        )
    index = row.type.fields.index(name)
    return Expr(f"({row.sql}).{quoted(row.type.field_keys[index])}", row.type.parts[index])
