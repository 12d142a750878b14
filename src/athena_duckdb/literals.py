"""Literals, and the names of columns."""

import re
from decimal import Decimal
from typing import Any

from athena_duckdb.casts import converted
from athena_duckdb.expressions import mismatch, no_equal, rule, translate
from athena_duckdb.grammar import refused, source_text
from athena_duckdb.scope import Expr, Scope, identifier, text_literal
from athena_duckdb.type_names import from_text
from athena_duckdb.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    TIMESTAMP,
    UNKNOWN,
    UTC,
    Type,
    decimal,
    quoted,
)

_TIMESTAMP = re.compile(
    r"(\d{4}-\d{1,2}-\d{1,2}(?: \d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d{1,3})?)?)?)(?: "
    r"?([A-Za-z][\w/+-]*))?"
)
_INTERVALS = ("day", "hour", "minute", "second", "month", "year")


@rule("NullLiteral")
def _null(node: Any, scope: Scope) -> Expr:  # noqa: ARG001 - a rule's signature
    return Expr("NULL", UNKNOWN)


@rule("BooleanLiteral")
def _boolean(node: Any, scope: Scope) -> Expr:  # noqa: ARG001
    return Expr(node.getText().upper(), BOOLEAN)


@rule("StringLiteral")
def _string(node: Any, scope: Scope) -> Expr:  # noqa: ARG001
    text = node.getText()
    if not text.startswith("'"):
        raise no_equal(node)
    return text_literal(text[1:-1].replace("''", "'"))


@rule("NumericLiteral")
def _number(node: Any, scope: Scope) -> Expr:  # noqa: ARG001
    text, kind = node.getText(), type(node.number()).__name__
    if kind == "DoubleLiteralContext":
        return Expr(f"CAST('{text}' AS DOUBLE)", DOUBLE)
    if kind == "DecimalLiteralContext":
        return _decimal(text)
    if not -(2**63) <= int(text) < 2**63:
        raise refused(
            node, f"Invalid numeric literal: {text}", "write it as a decimal, with a point"
        )
    of = INTEGER if -(2**31) <= int(text) < 2**31 else BIGINT
    return Expr(f"CAST({text} AS {of.duckdb})", of, int(text))


def _decimal(text: str) -> Expr:
    _, digits, exponent = Decimal(text).as_tuple()
    scale = -int(exponent)
    of = decimal(max(len(digits), scale), scale)
    return Expr(f"CAST('{text}' AS {of.duckdb})", of)


@rule("IntervalLiteral")
def _interval(node: Any, scope: Scope) -> Expr:  # noqa: ARG001
    interval = node.interval()
    unit, text = interval.from_.getText().lower(), interval.string().getText()[1:-1]
    if interval.to or unit not in _INTERVALS or not re.fullmatch(r"\d+", text):
        raise no_equal(node)
    sign = "-" if interval.sign and interval.sign.text == "-" else ""
    name = "interval year to month" if unit in ("month", "year") else "interval day to second"
    # the constant is the unit: Trino adds no hours, minutes or seconds to a date
    return Expr(f"(INTERVAL '{sign}{text}' {unit.upper()})", Type(name), unit)


@rule("TypeConstructor")
def _typed(node: Any, scope: Scope) -> Expr:
    word, text = (
        source_text(node.getChild(0)).lower(),
        node.string().getText()[1:-1].replace("''", "'"),
    )
    match word:
        case "timestamp":
            return _timestamp(node, text)
        case "date" if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text.strip()):
            return Expr(f"DATE '{text.strip()}'", DATE)
        case "date":
            raise refused(node, f"'{text}' is not a valid date literal", "write DATE '2025-10-31'")
        case "json" | "bigint" | "double" | "varchar" | "boolean" | "integer":
            if word == "json":
                raise no_equal(node, "a JSON literal")
            return converted(node, text_literal(text), from_text(word))
        case "decimal" if re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
            return _decimal(text)
    del scope
    raise no_equal(node)


def _timestamp(node: Any, text: str) -> Expr:
    found = _TIMESTAMP.fullmatch(text.strip())
    if not found:
        raise refused(
            node,
            f"'{text}' is not a valid timestamp literal",
            "write TIMESTAMP '2025-10-31 05:18:16.953'",
        )
    moment = f"CAST('{found[1]}' AS TIMESTAMP)"
    if found[2]:
        return Expr(f"timezone('{found[2]}', {moment})", Type(UTC.name, zone=found[2]))
    return Expr(moment, TIMESTAMP)


@rule("ColumnReference", "Dereference")
def _column(node: Any, scope: Scope) -> Expr:
    names = _dotted(node)
    if names is None:
        return field_of(node, translate(node.base, scope), identifier(node.fieldName))
    found = scope.find(names, node)
    if found is None:
        quoted_text = len(names) == 1 and node.getText().startswith('"')
        single = (
            f"text takes single quotes: '{names[0]}'"
            if quoted_text and not re.fullmatch(r"[a-z_]\w*", names[0])
            else ""
        )
        raise refused(
            node, f"Column '{'.'.join(names)}' cannot be resolved", single or scope.nearest(names)
        )
    value, left = found
    for name in left:
        value = field_of(node, value, name)
    return value


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
        raise mismatch(node, f"Expression is of type {row.type}, which has no field {name}")
    if name not in row.type.fields:
        raise refused(
            node,
            f"the row has no field {name}",
            f"its fields are {', '.join(filter(None, row.type.fields))}",
        )
    at = row.type.fields.index(name)
    return Expr(f"({row.sql}).{quoted(row.type.field_keys[at])}", row.type.parts[at])
