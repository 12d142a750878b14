"""Arithmetic, comparison and logic, with Trino's rules for types.

Trino divides integers as integers, and decimals at the scale of the operands; it compares no text
with a number or a time. https://trino.io/docs/current/functions/decimal.html
"""

from typing import Any
from zoneinfo import available_timezones

from athena_duckdb.expressions import condition, mismatch, no_equal, rule, translate, unified
from athena_duckdb.grammar import refused
from athena_duckdb.scope import Expr, Scope, cast
from athena_duckdb.types import (
    BOOLEAN,
    INTEGERS,
    TIMESTAMP,
    UNKNOWN,
    UTC,
    VARCHAR,
    Type,
    as_decimal,
    common,
    decimal,
)

_INTERVALS = ("interval day to second", "interval year to month")


@rule("ArithmeticBinary")
def _arithmetic(node: Any, scope: Scope) -> Expr:
    left, right, operator = (
        translate(node.left, scope),
        translate(node.right, scope),
        node.operator.text,
    )
    left, right = (
        cast(side, other.type) if side.type == UNKNOWN else side
        for side, other in ((left, right), (right, left))
    )
    if left.type.numeric and right.type.numeric:
        return _calculated(node, left, operator, right)
    if operator in "+-":
        found = _moved(left, operator, right)
        if found:
            return found
    raise mismatch(node, f"Cannot apply operator: {left.type} {operator} {right.type}")


def _calculated(node: Any, left: Expr, operator: str, right: Expr) -> Expr:
    to = common(left.type, right.type)
    if to is None or to.name == "real":
        raise no_equal(node, "arithmetic with real")
    if to.name == "decimal":
        return _of_decimals(node, left, operator, right)
    one, other = cast(left, to).sql, cast(right, to).sql
    if to.name in INTEGERS and operator == "/":
        return Expr(f"({one} // {other})", to)
    return Expr(f"({one} {operator} {other})", to)


def _of_decimals(node: Any, left: Expr, operator: str, right: Expr) -> Expr:
    one, other = cast(left, as_decimal(left.type)), cast(right, as_decimal(right.type))
    (left_digits, left_scale), (right_digits, right_scale) = one.type.size, other.type.size
    scale = max(left_scale, right_scale)
    match operator:
        case "*":
            return Expr(
                f"({one.sql} * {other.sql})",
                decimal(left_digits + right_digits, left_scale + right_scale),
            )
        case "/":
            return _quotient(one, other)
        case "%":
            raise no_equal(node, "the remainder of decimals")
    to = decimal(max(left_digits - left_scale, right_digits - right_scale) + scale + 1, scale)
    return Expr(f"CAST({one.sql} {operator} {other.sql} AS {to.duckdb})", to)


def _quotient(one: Expr, other: Expr) -> Expr:
    """Exact, at the larger scale of the two, a half rounded away from zero.

    Computed on the digits without their points.
    """
    (left_digits, left_scale), right_scale = one.type.size, other.type.size[1]
    scale = max(left_scale, right_scale)
    to = decimal(left_digits + right_scale + max(right_scale - left_scale, 0), scale)
    numerator, denominator = _digits(one.sql, left_scale), _digits(other.sql, right_scale)
    factor = 10 ** (scale - left_scale + right_scale)
    digits = f"trino_round_division({numerator} * {factor}, {denominator})"
    return Expr(f"CAST({digits} * CAST('1e-{scale}' AS DECIMAL(38, {scale})) AS {to.duckdb})", to)


def _digits(sql: str, scale: int) -> str:
    """A decimal's digits without its point."""
    return (
        f"CAST(replace(CAST({sql} AS VARCHAR), '.', '') AS HUGEINT)"
        if scale
        else f"CAST({sql} AS HUGEINT)"
    )


def _moved(left: Expr, operator: str, right: Expr) -> Expr | None:
    """A time plus or minus an interval, or the interval between two times."""
    if right.type.name in _INTERVALS and operator in "+-":
        return _shifted(left, operator, right)
    if left.type.name in _INTERVALS and operator == "+":
        return _shifted(right, operator, left)
    times = common(left.type, right.type)
    if operator == "-" and times and times.name in ("date", "timestamp", UTC.name):
        to = TIMESTAMP if times.name == "date" else times
        return Expr(f"({cast(left, to).sql} - {cast(right, to).sql})", Type(_INTERVALS[0]))
    return None


def _shifted(moment: Expr, operator: str, interval: Expr) -> Expr | None:
    shifted = f"({moment.sql} {operator} {interval.sql})"
    match moment.type.name:
        case "date" if interval.constant in ("day", "month", "year"):
            return Expr(f"CAST({shifted} AS DATE)", moment.type)
        case "timestamp":
            return Expr(shifted, moment.type)
        case UTC.name if interval.type.name == _INTERVALS[0] or moment.type.zone == "UTC":
            return Expr(shifted, moment.type)
        case name if name == interval.type.name:
            return Expr(shifted, moment.type)
    return None


@rule("ArithmeticUnary")
def _signed(node: Any, scope: Scope) -> Expr:
    value = translate(node.valueExpression(), scope)
    if not value.type.numeric:
        raise mismatch(node, f"Cannot apply operator: {node.operator.text}{value.type}")
    return Expr(f"({node.operator.text}{value.sql})", value.type)


@rule("Concatenation")
def _joined(node: Any, scope: Scope) -> Expr:
    left, right = translate(node.left, scope), translate(node.right, scope)
    if "array" in (left.type.name, right.type.name):
        both = [
            side
            if side.type.name == "array"
            else Expr(f"[{side.sql}]", Type("array", (side.type,)))
            for side in (left, right)
        ]
        one, other = unified(node, both)
        return Expr(f"({one.sql} || {other.sql})", one.type)
    if not {left.type.name, right.type.name} <= {"varchar", "unknown"}:
        raise mismatch(
            node, f"Unexpected parameters ({left.type}, {right.type}) for function concat"
        )
    return Expr(f"({cast(left, VARCHAR).sql} || {cast(right, VARCHAR).sql})", VARCHAR)


@rule("And", "Or")
def _logic(node: Any, scope: Scope) -> Expr:
    left, right = node.booleanExpression()
    return Expr(
        f"({condition(left, scope)} {node.getChild(1).getText().upper()} "
        f"{condition(right, scope)})",
        BOOLEAN,
    )


@rule("LogicalNot")
def _negated(node: Any, scope: Scope) -> Expr:
    return Expr(f"(NOT {condition(node.booleanExpression(), scope)})", BOOLEAN)


@rule("AtTimeZone")
def _at_time_zone(node: Any, scope: Scope) -> Expr:
    zone = node.timeZoneSpecifier().getChild(2).getText()
    if not zone.startswith("'"):
        raise no_equal(node)
    return in_zone(node, translate(node.valueExpression(), scope), zone[1:-1])


def in_zone(node: Any, moment: Expr, zone: str) -> Expr:
    """The same instant, shown in a zone.

    A time without zone is one of UTC, as Athena's sessions are.
    """
    if moment.type.name not in ("timestamp", UTC.name):
        raise mismatch(
            node, f"Type of value must be a time with or without time zone (actual {moment.type})"
        )
    instant = cast(moment, UTC).sql if moment.type.name == "timestamp" else moment.sql
    return Expr(instant, Type(UTC.name, zone=known_zone(node, zone)))


def known_zone(node: Any, zone: str) -> str:
    """The zone's name; refused where it is none, or an offset, of which DuckDB has none."""
    if zone not in available_timezones():
        raise refused(
            node,
            f"'{zone}' is not a time zone of the local engine",
            "give a name such as America/New_York",
        )
    return zone
