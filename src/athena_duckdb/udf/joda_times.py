"""Joda's formats of times.

https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html
"""

import re
from datetime import datetime
from functools import lru_cache

from athena_duckdb.udf.date_reader import DAYS, MONTHS, DateReader, half_hour
from athena_duckdb.udf.registry import Failure, python
from athena_duckdb.udf.zones import in_zone, instant_of, offset_text


@lru_cache(maxsize=256)
def _joda_parts(form: str) -> list[tuple[str, int, str]]:
    """(letter, count, '') for a field, ('', 0, text) for text."""
    parts: list[tuple[str, int, str]] = []
    position = 0
    while position < len(form):
        letter = form[position]
        if letter == "'":
            end = form.find("'", position + 1)
            if end < 0:
                end = len(form)
            parts.append(("", 0, form[position + 1 : end] or "'"))
            position = end + 1
        elif letter.isascii() and letter.isalpha():
            end = position
            while end < len(form) and form[end] == letter:
                end += 1
            if letter not in "GCYxwedyMDEaKhHkmsSzZQ":
                raise Failure(f"Illegal pattern component: {form[position:end]}")
            parts.append((letter, end - position, ""))
            position = end
        else:
            parts.append(("", 0, letter))
            position += 1
    return parts


@python
def format_datetime(instant: datetime, form: str, zone: str) -> str:
    local = in_zone(instant, zone)
    return "".join(
        _joda(local, letter, count, zone) if letter else text
        for letter, count, text in _joda_parts(form)
    )


def _joda(moment: datetime, letter: str, count: int, zone: str) -> str:  # noqa: C901, PLR0911 - a case a letter
    match letter:
        case "M" if count >= 3:
            return MONTHS[moment.month - 1][: 3 if count == 3 else None]
        case "E":
            return DAYS[moment.weekday()][: 3 if count < 4 else None]
        case "G":
            return "AD"
        case "a":
            return "AM" if moment.hour < 12 else "PM"
        case "y" | "Y" | "x":
            year = moment.isocalendar().year if letter == "x" else moment.year
            return f"{year % 100:02}" if count == 2 else f"{year:0{count}}"
        case "C":
            return f"{moment.year // 100:0{count}}"
        case "S":
            return f"{moment.microsecond:06}".ljust(count, "0")[:count]
        case "Z":
            if count > 2:
                return zone
            return offset_text(moment, ":" if count == 2 else "")
        case "z":
            return (
                str(moment.tzname()) if zone != "UTC" or count < 4 else "Coordinated Universal Time"
            )
        case "Q":
            raise Failure(f"Illegal pattern component: {letter * count}")
    number = {
        "M": moment.month,
        "w": moment.isocalendar().week,
        "e": moment.isoweekday(),
        "d": moment.day,
        "D": moment.timetuple().tm_yday,
        "K": moment.hour % 12,
        "h": half_hour(moment),
        "H": moment.hour,
        "k": moment.hour or 24,
        "m": moment.minute,
        "s": moment.second,
    }[letter]
    return f"{number:0{count}}"


_JODA_NUMBERS = {
    "d": "day",
    "H": "hour",
    "h": "clock",
    "m": "minute",
    "s": "second",
    "D": "ordinal",
    "w": "week",
    "e": "weekday",
    "x": "weekyear",
}


@python
def parse_datetime(text: str, form: str) -> datetime:
    """The instant of UTC of a text in Joda's format."""
    reader = DateReader(text, form)
    parts = _joda_parts(form)
    for place, (letter, count, literal) in enumerate(parts):
        following = parts[place + 1][0] if place + 1 < len(parts) else ""
        if not letter:
            reader.literal(literal)
        else:
            _read_joda(
                reader, letter, count, adjacent=bool(following) and following in "yMdHhmsSDwex"
            )
    moment = reader.moment()
    return instant_of(moment, reader.zone or "UTC")  # type: ignore[no-any-return] # a function of this module


def _read_joda(  # noqa: C901, PLR0912 - a case a letter
    reader: DateReader, letter: str, count: int, *, adjacent: bool
) -> None:
    match letter:
        case "y" | "Y":
            if count == 2:
                reader.year_of_two()
            else:
                reader.number("year", count if adjacent else 9, signed=True, low=-9999)
        case "M" if count >= 3:
            reader.name("month", MONTHS, 1)
        case "M":
            reader.number("month", count if adjacent else 2, low=1)
        case "E":
            reader.name("weekday", DAYS, 1)
        case "a":
            reader.half()
        case "S":
            reader.fraction(count)
        case "k":
            reader.fields["hour"] = reader.number("k", 2) % 24
        case "K":
            reader.fields["clock"] = reader.number("K", 2) or 12
        case "Z" | "z":
            _read_zone(reader)
        case _ if letter in _JODA_NUMBERS:
            reader.number(_JODA_NUMBERS[letter], count if adjacent else max(count, 2))
        case _:
            raise Failure(f"Illegal pattern component: {letter * count}")


def _read_zone(reader: DateReader) -> None:
    match = re.compile(r"Z|[+-]\d{2}:?\d{2}|[A-Za-z][A-Za-z_/+-]*").match(reader.text, reader.at)
    if not match:
        raise reader.fail()
    reader.at = match.end()
    reader.zone = "UTC" if match[0] == "Z" else match[0]
