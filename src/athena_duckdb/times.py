"""Functions of times whose unit, format or zone is a constant text.

https://trino.io/docs/current/functions/datetime.html
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from athena_duckdb.casts import local_time
from athena_duckdb.expressions import joint, mismatch, no_equal, translate
from athena_duckdb.operators import in_zone, known_zone
from athena_duckdb.scope import Expr, Scope, cast
from athena_duckdb.types import BIGINT, INTEGERS, TIMESTAMP, UTC, VARCHAR, Type

_OF_A_DAY = ("millisecond", "second", "minute", "hour")
_UNITS = (*_OF_A_DAY, "day", "week", "month", "quarter", "year")
_TIMES = ("date", "timestamp", UTC.name)
_ISO = r"\d{4}-\d{2}-\d{2}(T\d{2}(:\d{2}(:\d{2}([.,]\d+)?)?)?)?(Z|[+-]\d{2}(:?\d{2})?)?"
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
_PARSED = set("YmdHiSsTf%")
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
        raise no_equal(node, f"{what} that is no literal text")
    return value.constant


def _unit(node: Any, argument: Any, scope: Scope, of: Type) -> str:
    unit = constant_text(node, argument, scope, "a unit").lower()
    if unit not in _UNITS or (of.name == "date" and unit in _OF_A_DAY):
        raise mismatch(node, f"'{unit}' is not a valid {of} field")
    return unit


def _moment(node: Any, argument: Any, scope: Scope) -> Expr:
    value = translate(argument, scope)
    if value.type.name not in _TIMES:
        raise mismatch(
            node, f"Unexpected parameter ({value.type}) where a date or timestamp is needed"
        )
    return value


def _in_own_calendar(node: Any, moment: Expr, template: str) -> Expr:
    """What `template` makes of the date or clock time, as the same type."""
    if moment.type.name == UTC.name:
        return moment._replace(
            sql=f"timezone('{moment.type.zone}', {template.format(local_time(node, moment))})",
            constant=None,
        )
    return moment._replace(
        sql=f"CAST({template.format(moment.sql)} AS {moment.type.duckdb})", constant=None
    )


def _date_trunc(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2)
    moment = _moment(node, arguments[1], scope)
    return _in_own_calendar(
        node, moment, f"date_trunc('{_unit(node, arguments[0], scope, moment.type)}', {{}})"
    )


def _date_add(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 3)
    moment, count = _moment(node, arguments[2], scope), translate(arguments[1], scope)
    if count.type.name not in INTEGERS:
        raise mismatch(node, f"Unexpected parameter ({count.type}) where a whole number is needed")
    unit = _unit(node, arguments[0], scope, moment.type)
    if unit in _OF_A_DAY:
        return moment._replace(sql=f"({moment.sql} + to_{unit}s({count.sql}))", constant=None)
    return _in_own_calendar(
        node, moment, f"{{}} + CAST({count.sql} AS INTEGER) * INTERVAL 1 {unit.upper()}"
    )


def _date_diff(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    """Whole units that have passed, as Trino counts them.

    DuckDB's date_diff would count the boundaries between.
    """
    _count(node, arguments, 3)
    start, end = (_moment(node, argument, scope) for argument in arguments[1:])
    to = joint(node, start.type, end.type)
    unit = _unit(node, arguments[0], scope, to)
    sides = [cast(side, to) for side in (start, end)]
    texts = [
        local_time(node, side) if to.name == UTC.name and unit not in _OF_A_DAY else side.sql
        for side in sides
    ]
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
    read = f"CAST(trino_text_of_form({text.sql}, '{_ISO}', 'timestamp') AS TIMESTAMPTZ)"
    return Expr(f"CAST(date_trunc('millisecond', {read}) AS TIMESTAMPTZ)", replace(UTC, zone=zone))


def _date_format(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2)
    form = constant_text(node, arguments[1], scope, "a format")
    return _formatted(node, _moment(node, arguments[0], scope), _mysql(node, form, set(_MYSQL)))


def _format_datetime(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2)
    pattern = constant_text(node, arguments[1], scope, "a format")
    parts = [found[0] for found in _JODA_PART.finditer(pattern)]
    if any(part[0].isalpha() and part not in _JODA for part in parts):
        raise no_equal(node)
    form = "".join(_JODA.get(part) or (part.strip("'") or "'").replace("%", "%%") for part in parts)
    return _formatted(node, _moment(node, arguments[0], scope), form)


def _formatted(node: Any, moment: Expr, form: str) -> Expr:
    shown = local_time(node, moment) if moment.type.name == UTC.name else moment.sql
    return Expr(f"strftime({shown}, '{form.replace("'", "''")}')", VARCHAR)


def _date_parse(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    _count(node, arguments, 2)
    text = translate(arguments[0], scope)
    if text.type.name != "varchar":
        raise mismatch(node, f"Unexpected parameters ({text.type}) for function date_parse")
    form = _mysql(node, constant_text(node, arguments[1], scope, "a format"), _PARSED)
    return Expr(
        f"date_trunc('millisecond', strptime({text.sql}, '{form.replace("'", "''")}'))", TIMESTAMP
    )


def _mysql(node: Any, form: str, letters: set[str]) -> str:
    if any(letter not in letters for letter in re.findall(r"%(.?)", form)):
        raise no_equal(node)
    return re.sub(r"%(.)", lambda found: _MYSQL[found[1]], form)


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
        f"timezone('{known_zone(node, zone)}', {cast(moment, TIMESTAMP).sql})",
        replace(UTC, zone=zone),
    )


def _count(node: Any, arguments: Sequence[Any], count: int) -> None:
    if len(arguments) != count:
        raise mismatch(node, f"{node.qualifiedName().getText()} takes {count} arguments")


TIME_FORMS = {
    "date_trunc": _date_trunc,
    "date_add": _date_add,
    "date_diff": _date_diff,
    "from_iso8601_timestamp": _from_iso8601,
    "date_format": _date_format,
    "format_datetime": _format_datetime,
    "date_parse": _date_parse,
    "at_timezone": _at_timezone,
    "with_timezone": _with_timezone,
}
