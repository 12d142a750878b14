"""Arithmetic, comparison and logic, with Trino's rules for types.

Trino divides integers as integers, and decimals at the scale of the operands; it compares no text
with a number or a time. https://trino.io/docs/current/functions/decimal.html
"""

from collections.abc import Sequence
from typing import Any

from athena_duckdb import udf
from athena_duckdb.casts import in_local_time, instant_in
from athena_duckdb.errors import QueryError
from athena_duckdb.expressions import condition, mismatch, no_equal, rule, translate, unified
from athena_duckdb.grammar import refused
from athena_duckdb.scope import Expr, Scope, cast
from athena_duckdb.types import (
    BIGINT,
    BOOLEAN,
    INTEGERS,
    TIMESTAMP,
    UNKNOWN,
    UTC,
    VARCHAR,
    Type,
    array,
    as_decimal,
    common,
    decimal,
    moment,
)
from athena_duckdb.udf.registry import Failure
from athena_duckdb.udf.zones import zone_name

_INTERVALS = ("interval day to second", "interval year to month")
_TIMES = ("date", "time", "timestamp", UTC.name)
_MOST_EXACT = 38  # digits of a decimal
_SHORT = 18  # digits up to which DuckDB multiplies without widening


@rule("ArithmeticBinary")
def _arithmetic(node: Any, scope: Scope) -> Expr:
    left, right, operator = (
        translate(node.left, scope),
        translate(node.right, scope),
        node.operator.text,
    )
    place = type("Place", (), {"start": node.operator, "stop": node.operator})
    if UNKNOWN in (left.type, right.type):
        left, right = _null_as(left.type, operator, right.type, place, (left, right))
    if left.type.numeric and right.type.numeric:
        return calculated(left, operator, right)
    result = _moved(left, operator, right) or _of_intervals(left, operator, right)
    if result:
        return result
    hint = "use CAST, or a literal of the other type"
    if operator == "+" and "varchar" in (left.type.name, right.type.name):
        hint = "text is joined with ||"
    raise refused(place, f"Cannot apply operator: {left.type} {operator} {right.type}", hint)


def _null_as(
    left: Type, operator: str, right: Type, place: Any, values: Sequence[Expr]
) -> tuple[Expr, ...]:
    """The two sides with NULL in the type that Trino takes it for beside the other one.

    Refused where Trino finds more than one type.
    """
    other = right if left == UNKNOWN else left
    if other.name in _INTERVALS:
        null_type = other if operator == "-" and right == UNKNOWN else BIGINT
        is_unclear = operator == "+" or (operator == "-" and left == UNKNOWN)
    elif other.name in _TIMES:
        is_date = other.name == "date"
        interval = Type(_INTERVALS[is_date])
        null_type = interval if right == UNKNOWN or operator == "+" else other
        is_unclear = (
            not is_date and (other.name != "time" or operator == "-") and null_type != other
        )
    else:
        null_type = other
        is_float = other.name in ("real", "double")
        is_unclear = is_float and (operator == "*" or (operator == "/" and left == UNKNOWN))
    if is_unclear:
        raise _no_candidate(place, "CAST the null to the type that is meant")
    return tuple(cast(value, null_type) if value.type == UNKNOWN else value for value in values)


def calculated(left: Expr, operator: str, right: Expr) -> Expr:
    """The result of arithmetic on numbers."""
    to = common(left.type, right.type)
    if to is None or to.name == "decimal":
        return _of_decimals(left, operator, right)
    left_sql, right_sql = cast(left, to).sql, cast(right, to).sql
    if to.name in INTEGERS and operator == "/":
        return Expr(f"({left_sql} // {right_sql})", to)
    if to.name in ("double", "real") and operator == "%":
        # DuckDB gives null for a remainder of 0, Java NaN
        return Expr(f"trino_remainder({left_sql}, {right_sql})", to)
    return Expr(f"({left_sql} {operator} {right_sql})", to)


def _of_decimals(left: Expr, operator: str, right: Expr) -> Expr:
    left_decimal, right_decimal = (
        cast(left, as_decimal(left.type)),
        cast(right, as_decimal(right.type)),
    )
    (left_digits, left_scale), (right_digits, right_scale) = (
        left_decimal.type.size,
        right_decimal.type.size,
    )
    scale = max(left_scale, right_scale)
    whole = max(left_digits - left_scale, right_digits - right_scale)
    match operator:
        case "*":
            scale, digits = left_scale + right_scale, left_digits + right_digits
        case "/":
            digits = left_digits + right_scale + max(right_scale - left_scale, 0)
        case "%":
            digits = min(left_digits - left_scale, right_digits - right_scale) + scale
        case _:
            digits = whole + scale + 1
    to = decimal(digits, scale)
    if operator == "/" and left_digits + scale - left_scale + right_scale < _MOST_EXACT - 1:
        return _quotient(left_decimal, right_decimal, to)
    if operator in "+-" and digits <= _MOST_EXACT:
        return Expr(f"CAST({left_decimal.sql} {operator} {right_decimal.sql} AS {to.duckdb})", to)
    if operator == "*" and digits <= _MOST_EXACT:
        wide = f"CAST({left_decimal.sql} AS DECIMAL({max(left_digits, 19)}, {left_scale}))"
        product = (
            f"{left_decimal.sql} * {right_decimal.sql}"
            if digits <= _SHORT
            else f"{wide} * {right_decimal.sql}"
        )
        return Expr(f"CAST({product} AS {to.duckdb})", to)
    function = {"*": "product", "/": "quotient", "%": "remainder"}.get(operator, "sum")
    second = f"(-{right_decimal.sql})" if operator == "-" else right_decimal.sql
    return Expr(udf.call(f"decimal_{function}", to, left_decimal.sql, second, *to.size), to)


def _quotient(dividend: Expr, divisor: Expr, to: Type) -> Expr:
    """Exact, at the larger scale of the two, a half rounded away from zero.

    Computed on the digits without their points.
    """
    left_scale, right_scale, scale = dividend.type.size[1], divisor.type.size[1], to.size[1]
    numerator, denominator = _digits(dividend.sql, left_scale), _digits(divisor.sql, right_scale)
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


def _moved(left: Expr, operator: str, right: Expr) -> Expr | None:  # noqa: PLR0911
    """A time plus or minus an interval, or the interval between two times."""
    if right.type.name in _INTERVALS and operator in "+-":
        return _shifted(left, operator, right)
    if left.type.name in _INTERVALS and operator == "+":
        return _shifted(right, operator, left)
    times = common(left.type, right.type)
    if operator != "-" or times is None:
        return None
    if times.name in ("date", "timestamp", UTC.name):
        to = TIMESTAMP if times.name == "date" else times
        left_sql, right_sql = cast(left, to).sql, cast(right, to).sql
        if to.precision <= 3:
            return Expr(f"(epoch_ms({left_sql}) - epoch_ms({right_sql}))", Type(_INTERVALS[0]))
        digits = f"trino_rounded(epoch_us({left_sql}) - epoch_us({right_sql}), 1000)"
        return Expr(f"({digits} // 1000)", Type(_INTERVALS[0]))
    if times.name == "time":
        left_sql, right_sql = (
            f"epoch_ms(DATE '1970-01-01' + {side.sql})" for side in (left, right)
        )
        return Expr(f"({left_sql} - {right_sql})", Type(_INTERVALS[0]))
    return None


def _shifted(time: Expr, operator: str, interval: Expr) -> Expr | None:
    """A time moved by an interval: months keep the clock of the time's own zone."""
    months = interval.type.name == _INTERVALS[1]
    amount = interval.sql if operator == "+" else f"(-{interval.sql})"
    match time.type.name:
        case "date" if months:
            return Expr(f"CAST({time.sql} + to_months({amount}) AS DATE)", time.type)
        case "date":
            return Expr(f"trino_date_plus({time.sql}, {amount})", time.type)
        case "timestamp" if months:
            return Expr(f"({time.sql} + to_months({amount}))", time.type)
        case "time" | "timestamp" | UTC.name if not months:
            result_type = moment(time.type.name, max(3, time.type.precision), time.type.zone)
            return Expr(f"({time.sql} + to_milliseconds({amount}))", result_type)
        case UTC.name if time.type.zone:
            local = f"{in_local_time(time.sql, time.type.zone)} + to_months({amount})"
            return Expr(instant_in(f"({local})", time.type.zone), time.type)
    return None


def _of_intervals(left: Expr, operator: str, right: Expr) -> Expr | None:
    """The sum of intervals, and an interval times or by a number."""
    if left.type == right.type and left.type.name in _INTERVALS and operator in "+-":
        return Expr(f"({left.sql} {operator} {right.sql})", left.type)
    if right.type.name in _INTERVALS and operator == "*":
        left, right = right, left
    if left.type.name not in _INTERVALS or operator not in "*/" or not right.type.numeric:
        return None
    interval_type = left.type
    if right.type.name in INTEGERS:
        sql = f"{left.sql} {'*' if operator == '*' else '//'} {right.sql}"
    else:
        sql = f"trunc(CAST({left.sql} AS DOUBLE) {operator} CAST({right.sql} AS DOUBLE))"
    return Expr(f"CAST({sql} AS {interval_type.duckdb})", interval_type)


@rule("ArithmeticUnary")
def _signed(node: Any, scope: Scope) -> Expr:
    value = translate(node.valueExpression(), scope)
    if not value.type.numeric and value.type.name not in (*_INTERVALS, "unknown"):
        raise mismatch(node, f"Cannot apply operator: {node.operator.text}{value.type}")
    if value.type == UNKNOWN:
        raise _no_candidate(node, "CAST the null to a number")
    if node.operator.text == "+":
        return value._replace(constant=None)
    if value.type.name in INTEGERS:
        # DuckDB would widen the least integer
        return Expr(f"CAST((-{value.sql}) AS {value.type.duckdb})", value.type)
    return Expr(f"(-{value.sql})", value.type)


@rule("Concatenation")
def _joined(node: Any, scope: Scope) -> Expr:
    place = type("Place", (), {"start": node.CONCAT().symbol, "stop": node.CONCAT().symbol})
    return joined(place, [translate(node.left, scope), translate(node.right, scope)])


def joined(place: Any, values: Sequence[Expr]) -> Expr:
    """Texts, bytes or arrays joined, as `||` and concat join them; a null makes null."""
    names = {value.type.name for value in values}
    if "array" in names:
        return _joined_arrays(place, values)
    if names <= {"varbinary", "unknown"} and names != {"unknown"}:
        return _with_bars([cast(value, Type("varbinary")) for value in values])
    if names == {"varchar", "unknown"} and len(values) > 2:
        return _with_bars([cast(value, VARCHAR) for value in values])
    if "unknown" in names and any(isinstance(value.constant, str) for value in values):
        return Expr("CAST(NULL AS VARCHAR[])", array(VARCHAR))  # as Trino has it
    if "unknown" in names:
        raise _no_candidate(place, "a null beside || is CAST(NULL AS varchar)")
    if names != {"varchar"}:
        types = ", ".join(str(value.type) for value in values)
        problem = f"Unexpected parameters ({types}) for function concat"
        raise refused(place, problem, "|| joins text: CAST(value AS varchar)")
    return _with_bars([cast(value, VARCHAR) for value in values])


def _joined_arrays(place: Any, values: Sequence[Expr]) -> Expr:
    """Arrays joined, or an element put before or behind one."""
    types = {value.type for value in values}
    of_none = array(UNKNOWN)
    if types == {of_none, UNKNOWN}:
        return Expr("CAST(NULL AS INTEGER[])", of_none)
    unclear = UNKNOWN in types or (
        of_none in types and any(of != of_none and _depth(of) for of in types)
    )
    if unclear and len(values) == 2:  # it may be an element, and it may be an array
        raise _no_candidate(place, "CAST the null, or the empty array, to what it is meant to be")
    deepest = max(_depth(value.type) for value in values)
    elements = [value for value in values if _depth(value.type) < deepest and value.type != UNKNOWN]
    if elements and len(values) > 2:
        listed = ", ".join(str(value.type) for value in values)
        raise refused(
            place, f"Unexpected parameters ({listed}) for function concat", "use ARRAY[…]"
        )
    arrays = [
        Expr(f"[{value.sql}]", array(value.type)) if value in elements else value
        for value in values
    ]
    whole = _with_bars(unified(place, arrays))
    given = " AND ".join(f"{value.sql} IS NOT NULL" for value in values)
    return whole._replace(sql=f"CASE WHEN {given} THEN {whole.sql} END")


def _with_bars(values: Sequence[Expr]) -> Expr:
    return Expr(f"({' || '.join(value.sql for value in values)})", values[0].type)


def _no_candidate(place: Any, hint: str) -> QueryError:
    problem = "Could not choose a best candidate operator. Explicit type casts must be added"
    return refused(place, problem, hint)


def _depth(of: Type) -> int:
    """How many arrays stand within one another."""
    return 1 + _depth(of.parts[0]) if of.name == "array" else 0


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


def in_zone(node: Any, time: Expr, zone: str) -> Expr:
    """The same instant, shown in a zone.

    A time without zone is one of UTC, as Athena's sessions are.
    """
    if time.type.name not in ("timestamp", UTC.name):
        raise mismatch(
            node, f"Type of value must be a time with or without time zone (actual {time.type})"
        )
    instant = cast(time, UTC).sql if time.type.name == "timestamp" else time.sql
    return Expr(instant, Type(UTC.name, size=time.type.size, zone=known_zone(node, zone)))


def known_zone(node: Any, zone: str) -> str:
    """The zone's name or offset; refused where it is neither."""
    try:
        return zone_name(zone)
    except Failure as failure:
        raise refused(node, str(failure), "give a name such as America/New_York") from failure
