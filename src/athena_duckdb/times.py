"""Functions of times whose unit, format or zone is a constant text.

https://trino.io/docs/current/functions/datetime.html
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from athena_duckdb import udf
from athena_duckdb.casts import instant_in, local_time, with_precision
from athena_duckdb.errors import QueryError
from athena_duckdb.expressions import common_type, mismatch, no_equal, translate
from athena_duckdb.functions import SCALARS
from athena_duckdb.grammar import refused
from athena_duckdb.operators import in_zone, known_zone
from athena_duckdb.scope import Expr, Scope, cast, text_literal
from athena_duckdb.signatures import resolve
from athena_duckdb.types import BIGINT, TIMESTAMP, UNKNOWN, UTC, VARCHAR, Type, common

_OF_A_DAY = ("millisecond", "second", "minute", "hour")
_UNITS = (*_OF_A_DAY, "day", "week", "month", "quarter", "year")
_TIMES = ("date", "timestamp", UTC.name)
# MySQL's letters (date_format, date_parse) and Joda's (format_datetime) with those of DuckDB's
# strftime; the rest is refused
_MYSQL = {
    "Y": "%Y",
    "y": "%y",
    "m": "%m",
    "c": "%-m",
    "M": "%B",
    "b": "%b",
    "d": "%d",
    "e": "%-d",
    "j": "%j",
    "W": "%A",
    "a": "%a",
}
_MYSQL |= {
    "H": "%H",
    "k": "%-H",
    "h": "%I",
    "I": "%I",
    "l": "%-I",
    "i": "%M",
    "S": "%S",
    "s": "%S",
    "f": "%f",
    "p": "%p",
}
_MYSQL |= {"T": "%H:%M:%S", "v": "%V", "x": "%G", "%": "%%"}
_JODA = {
    "yyyy": "%Y",
    "yy": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "M": "%-m",
    "dd": "%d",
    "d": "%-d",
}
_JODA |= {"HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "ss": "%S", "SSS": "%g"}
_JODA |= {"EEEE": "%A", "EEE": "%a", "E": "%a", "a": "%p"}
_JODA_PART = re.compile(r"'[^']*'|(?P<letter>[A-Za-z])(?P=letter)*|[^A-Za-z']+")


def constant_text(node: Any, argument: Any, scope: Scope, what: str) -> str:
    """An argument that must be a literal text for its meaning to be known beforehand."""
    value = translate(argument, scope)
    if not isinstance(value.constant, str) or value.type != VARCHAR:
        raise no_equal(node, f"{what} that is not a literal text")
    return value.constant


def _unit(node: Any, argument: Any, scope: Scope, data_type: Type) -> str:
    if argument.getText().lower() in _UNITS:
        name = argument.getText().lower()
        try:
            translate(argument, scope)
        except QueryError as error:
            raise QueryError(error.problem, f"a unit is a text: write '{name}'") from error
    unit = constant_text(node, argument, scope, "a unit").lower()
    if (
        unit not in _UNITS
        or (data_type.name == "date" and unit in _OF_A_DAY)
        or (data_type.name == "time" and unit not in _OF_A_DAY)
    ):
        raise mismatch(node, f"'{unit}' is not a valid {data_type} field")
    return unit


def _moment(node: Any, argument: Any, scope: Scope, null_type: Type = UNKNOWN) -> Expr:
    """A date or time; `null_type` is what Trino takes NULL for, if it finds one type."""
    value = translate(argument, scope)
    if value.type == UNKNOWN and null_type != UNKNOWN:
        return cast(value, null_type)
    if value.type == UNKNOWN:
        problem = "Could not choose a best candidate operator. Explicit type casts must be added"
        raise refused(node, problem, "CAST(NULL AS timestamp)")
    if value.type.name not in (*_TIMES, "time"):
        hint = "CAST the text: CAST(value AS timestamp)" if value.type.name == "varchar" else ""
        problem = f"Unexpected parameter ({value.type}) where a date or timestamp is needed"
        raise refused(node, problem, hint or "use CAST")
    return value


def _in_own_calendar(node: Any, moment: Expr, template: str) -> Expr:
    """What `template` makes of the date or clock time, as the same type."""
    if moment.type.name == UTC.name:
        local = template.format(local_time(node, moment))
        return moment._replace(sql=instant_in(f"({local})", moment.type.zone), constant=None)
    return moment._replace(
        sql=f"CAST({template.format(moment.sql)} AS {moment.type.duckdb})", constant=None
    )


def _date_trunc(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2)
    moment = _moment(node, arguments[1], scope)
    unit = _unit(node, arguments[0], scope, moment.type)
    if moment.type.name == "time":
        sql = f"CAST(date_trunc('{unit}', DATE '2000-01-01' + {moment.sql}) AS TIME)"
        return moment._replace(sql=sql, constant=None)
    return _in_own_calendar(node, moment, f"date_trunc('{unit}', {{}})")


def _date_add(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 3)
    moment, count = _moment(node, arguments[2], scope), translate(arguments[1], scope)
    if common(count.type, BIGINT) != BIGINT:
        raise mismatch(node, f"Unexpected parameter ({count.type}) where a whole number is needed")
    count = cast(count, BIGINT)._replace(constant=count.constant)
    unit = _unit(node, arguments[0], scope, moment.type)
    number = f"trino_int(CASE WHEN {moment.sql} IS NOT NULL THEN {count.sql} END)"
    if isinstance(count.constant, int) and abs(count.constant) < 2**31:
        number = str(count.constant)
    if unit in _OF_A_DAY:
        # the digits of the time's type stay: a millisecond is lost on a time of whole seconds
        added = f"({moment.sql} + to_{unit}s({number}))"
        result_type = Type(moment.type.name, size=(3,), zone=moment.type.zone)
        if unit == "millisecond" and moment.type.precision < 3:
            added = with_precision(added, result_type, moment.type)
        return moment._replace(sql=added, constant=None)
    escaped = number.replace("{", "{{").replace("}", "}}")
    step = f"{{}} + {escaped} * INTERVAL 1 {unit.upper()}"
    return _in_own_calendar(node, moment, step)


def _date_diff(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    """Whole units that have passed, as Trino counts them.

    DuckDB's date_diff would count the boundaries between.
    """
    _count(node, arguments, 3)
    given = [translate(argument, scope).type for argument in arguments[1:]]
    null_type = next((one for one in given if one != UNKNOWN), TIMESTAMP)
    start, end = (_moment(node, argument, scope, null_type) for argument in arguments[1:])
    to = common_type(node, start.type, end.type)
    unit = _unit(node, arguments[0], scope, to)
    sides = [cast(side, to) for side in (start, end)]
    texts = [
        local_time(node, side)
        if to.name == UTC.name and unit not in _OF_A_DAY
        else f"(DATE '2000-01-01' + {side.sql})"
        if to.name == "time"
        else side.sql
        for side in sides
    ]
    if to.name != "date" and to.precision > 3:  # Trino counts in whole milliseconds
        texts = [f"date_trunc('millisecond', {text})" for text in texts]
    return Expr(f"date_sub('{unit}', {texts[0]}, {texts[1]})", BIGINT)


def _from_iso8601(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 1)
    text = translate(arguments[0], scope)
    if text.type.name != "varchar":
        raise mismatch(
            node, f"Unexpected parameters ({text.type}) for function from_iso8601_timestamp"
        )
    zone = ""  # each value brings its own
    if isinstance(text.constant, str) and not re.search(r"T.*[+-]", text.constant):
        zone = UTC.zone
    read = f"timezone('UTC', {udf.call('from_iso8601', TIMESTAMP, text.sql)})"
    return Expr(read, replace(UTC, zone=zone))


def _date_format(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2)
    form = translate(arguments[1], scope)
    moment = _moment(node, arguments[0], scope, TIMESTAMP)
    if moment.type.name == "time" or common(form.type, VARCHAR) != VARCHAR:
        raise mismatch(node, f"Unexpected parameters ({moment.type}, {form.type})")
    local = _local(node, moment)
    native = _native(form, _MYSQL)
    if native is not None:
        return Expr(f"strftime({local}, {native})", VARCHAR)
    return Expr(udf.call("date_format", VARCHAR, local, cast(form, VARCHAR).sql), VARCHAR)


def _local(node: Any, moment: Expr) -> str:
    """DuckDB's text of the TIMESTAMP that a clock in the time's own zone shows."""
    if moment.type.name == UTC.name:
        return local_time(node, moment)
    return cast(moment, TIMESTAMP).sql


def _native(form: Expr, letters: Mapping[str, str]) -> str | None:
    """The literal of a MySQL format in DuckDB's letters; None where one of them has none."""
    text = form.constant
    if not isinstance(text, str) or any(
        letter not in letters for letter in re.findall(r"%(.?)", text)
    ):
        return None
    return text_literal(re.sub(r"%(.)", lambda match: letters[match[1]], text)).sql


def _format_datetime(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2)
    form = translate(arguments[1], scope)
    moment = _moment(node, arguments[0], scope, TIMESTAMP)
    if moment.type.name == "time" or common(form.type, VARCHAR) != VARCHAR:
        raise mismatch(node, f"Unexpected parameters ({moment.type}, {form.type})")
    if isinstance(form.constant, str):
        letters = re.sub("'[^']*'", "", form.constant)
        if moment.type.name != UTC.name and re.search("[zZ]", letters):
            problem = (
                f"format_datetime for {moment.type} cannot use 'Z' nor 'z' in format, as this type "
                "does not contain TZ information"
            )
            raise refused(node, problem, "give the time a zone: AT TIME ZONE 'UTC'")
        parts = [match[0] for match in _JODA_PART.finditer(form.constant)]
        if all(not part[0].isalpha() or part in _JODA for part in parts):
            written = "".join(
                _JODA.get(part) or (part.strip("'") or "'").replace("%", "%%") for part in parts
            )
            return Expr(f"strftime({_local(node, moment)}, {text_literal(written).sql})", VARCHAR)
    zone = moment.type.zone or "UTC"
    instant = _local(node, moment)
    if moment.type.name == UTC.name:
        instant = f"timezone('UTC', {moment.sql})"
    called = udf.call("format_datetime", VARCHAR, instant, cast(form, VARCHAR).sql, f"'{zone}'")
    return Expr(called, VARCHAR)


def _texts(node: Any, arguments: Sequence[Any], scope: Scope, count: int) -> list[Expr]:
    _count(node, arguments, count)
    values = [translate(argument, scope) for argument in arguments]
    if any(common(value.type, VARCHAR) != VARCHAR for value in values):
        given = ", ".join(str(value.type) for value in values)
        name = node.qualifiedName().getText()
        raise mismatch(node, f"Unexpected parameters ({given}) for function {name}")
    return [cast(value, VARCHAR)._replace(constant=value.constant) for value in values]


def _date_parse(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    text, form = _texts(node, arguments, scope, 2)
    return Expr(udf.call("date_parse", TIMESTAMP, text.sql, form.sql), TIMESTAMP)


def _parse_datetime(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    text, form = _texts(node, arguments, scope, 2)
    zoned = not isinstance(form.constant, str) or re.search(r"[zZ]", form.constant)
    instant = udf.call("parse_datetime", TIMESTAMP, text.sql, form.sql)
    return Expr(f"timezone('UTC', {instant})", replace(UTC, zone="" if zoned else "UTC"))


def _from_unixtime(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    instant = resolve(node, "from_unixtime", SCALARS["from_unixtime"], arguments[:1], scope)
    if len(arguments) < 2:
        return instant
    if len(arguments) == 3:  # an offset of hours and minutes
        hours, minutes = (translate(one, scope).constant for one in arguments[1:])
        if not isinstance(hours, int) or not isinstance(minutes, int):
            raise no_equal(node, "an offset that is not two whole numbers")
        sign = "-" if hours < 0 else "+"
        zone = f"{sign}{abs(hours):02}:{abs(minutes):02}"
    else:
        _count(node, arguments, 2)
        zone = constant_text(node, arguments[1], scope, "a zone")
    return instant._replace(type=replace(UTC, zone=known_zone(node, zone)))


def _at_timezone(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2)
    return in_zone(
        node, _moment(node, arguments[0], scope), constant_text(node, arguments[1], scope, "a zone")
    )


def _with_timezone(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2)
    moment, zone = (
        _moment(node, arguments[0], scope),
        constant_text(node, arguments[1], scope, "a zone"),
    )
    if moment.type.name == UTC.name:
        raise mismatch(
            node, f"Unexpected parameters ({moment.type}, varchar) for function with_timezone"
        )
    return Expr(
        instant_in(cast(moment, TIMESTAMP).sql, known_zone(node, zone)),
        replace(UTC, size=moment.type.size, zone=known_zone(node, zone)),
    )


def _count(node: Any, arguments: Sequence[Any], count: int) -> None:
    if len(arguments) != count:
        problem = f"{node.qualifiedName().getText()} takes {count} arguments"
        raise refused(node, problem, f"{len(arguments)} are given")


TIME_FORMS = {
    "date_trunc": _date_trunc,
    "date_add": _date_add,
    "date_diff": _date_diff,
    "from_iso8601_timestamp": _from_iso8601,
    "date_format": _date_format,
    "format_datetime": _format_datetime,
    "date_parse": _date_parse,
    "parse_datetime": _parse_datetime,
    "from_unixtime": _from_unixtime,
    "at_timezone": _at_timezone,
    "with_timezone": _with_timezone,
}
