"""Dates and times as text: MySQL's formats, Joda's formats, ISO 8601, and text to times.

https://trino.io/docs/current/functions/datetime.html
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from athena_duckdb.udf.formatting import java_moment
from athena_duckdb.udf.registry import Failure, python

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - what a clock in UTC shows
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?")
_MOST_PARSED = 40  # characters of a text in an error
_ISO_MOMENT = re.compile(
    r"([+-]?\d{4,})(?:-(\d{2})(?:-(\d{2}))?|-W(\d{2})(?:-(\d))?|-(\d{3}))?"
    r"(?:T(?:(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?"
)
_MONTHS = [f"{date(2000, month, 1):%B}" for month in range(1, 13)]
_DAYS = [f"{date(2024, 1, day):%A}" for day in range(1, 8)]


def zone_of(name: str) -> Any:
    """A zone of this name, or of an offset such as +05:30."""
    if found := _OFFSET.fullmatch(name):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(-offset if found[1] == "-" else offset)
    if name in ("Z", "UTC", "GMT", "UT"):
        return UTC
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise Failure(f"'{name}' is not a valid time zone") from error


def in_zone(instant: datetime, zone: str) -> datetime:
    """What a clock in a zone shows at an instant of UTC."""
    return instant.replace(tzinfo=UTC).astimezone(zone_of(zone))


@python
def local_in_zone(instant: datetime, zone: str) -> datetime:
    return in_zone(instant, zone).replace(tzinfo=None)


@python
def instant_of(local: datetime, zone: str) -> datetime:
    """The instant of UTC at which a clock in a zone shows this time."""
    return local.replace(tzinfo=zone_of(zone)).astimezone(UTC).replace(tzinfo=None)


def offset_text(moment: datetime, separator: str = ":") -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}{separator}{abs(minutes) % 60:02}"


@python
def zoned_text(instant: datetime, zone: str, precision: int) -> str:
    """CAST(timestamp with time zone AS varchar): 2025-10-31 05:18:16.953 UTC."""
    local = in_zone(instant, zone)
    digits = f".{local.microsecond:06}"[: precision + 1] if precision else ""
    return f"{local:%Y-%m-%d %H:%M:%S}{digits} {zone}"


@python
def java_zoned(instant: datetime, zone: str) -> str:
    """ZonedDateTime.toString: 2025-10-31T05:18:16.953+05:45[Asia/Kathmandu]."""
    local = in_zone(instant, zone)
    offset = offset_text(local)
    shown = java_moment(local.replace(tzinfo=None))
    name = f"[{zone}]" if zone[0] not in "+-Z" else ""
    return f"{shown}{'Z' if offset == '+00:00' else offset}{name}"


@python
def iso8601(instant: datetime, zone: str, precision: int) -> str:
    """to_iso8601; a zone of '' is a time without one."""
    local = in_zone(instant, zone) if zone else instant
    digits = f".{local.microsecond:06}"[: precision + 1] if precision else ""
    if not zone:
        return f"{local:%Y-%m-%dT%H:%M:%S}{digits}"
    offset = offset_text(local)
    return f"{local:%Y-%m-%dT%H:%M:%S}{digits}{'Z' if offset == '+00:00' else offset}"


@python
def zone_part(instant: datetime, zone: str, part: str) -> int:
    """timezone_hour and timezone_minute."""
    minutes = int((in_zone(instant, zone).utcoffset() or timedelta()).total_seconds() // 60)
    sign = -1 if minutes < 0 else 1
    return sign * (abs(minutes) // 60 if part == "hour" else abs(minutes) % 60)


@python
def from_iso8601(text: str) -> datetime:
    """The instant of UTC of an ISO 8601 text."""
    found = _ISO_MOMENT.fullmatch(text)
    if not found:
        raise _malformed(text)
    year, month, day, week, weekday, ordinal, hour, minute, second, fraction, zone = found.groups()
    try:
        if week:
            start = date.fromisocalendar(int(year), int(week), int(weekday or 1))
        elif ordinal:
            start = date(int(year), 1, 1) + timedelta(days=int(ordinal) - 1)
        else:
            start = date(int(year), int(month or 1), int(day or 1))
        moment = datetime(start.year, start.month, start.day, int(hour or 0), int(minute or 0))  # noqa: DTZ001
        moment += timedelta(
            seconds=int(second or 0), milliseconds=int((fraction or "0")[:3].ljust(3, "0"))
        )
    except (ValueError, OverflowError) as error:
        raise _malformed(text) from error
    return instant_of(moment, zone or "UTC")  # type: ignore[no-any-return] # a function of this module


def _malformed(text: str) -> Failure:
    return Failure(f'Invalid format: "{text[:_MOST_PARSED]}"')


# MySQL's formats: https://trino.io/docs/current/functions/datetime.html#mysql-date-functions
_MYSQL: dict[str, Callable[[datetime], str]] = {
    "a": lambda moment: _DAYS[moment.weekday()][:3],
    "b": lambda moment: _MONTHS[moment.month - 1][:3],
    "c": lambda moment: str(moment.month),
    "d": lambda moment: f"{moment.day:02}",
    "e": lambda moment: str(moment.day),
    "f": lambda moment: f"{moment.microsecond:06}",
    "H": lambda moment: f"{moment.hour:02}",
    "h": lambda moment: f"{_half(moment):02}",
    "I": lambda moment: f"{_half(moment):02}",
    "i": lambda moment: f"{moment.minute:02}",
    "j": lambda moment: f"{moment.timetuple().tm_yday:03}",
    "k": lambda moment: str(moment.hour),
    "l": lambda moment: str(_half(moment)),
    "M": lambda moment: _MONTHS[moment.month - 1],
    "m": lambda moment: f"{moment.month:02}",
    "p": lambda moment: "AM" if moment.hour < 12 else "PM",
    "r": lambda moment: f"{_half(moment):02}:{moment:%M:%S} {'AM' if moment.hour < 12 else 'PM'}",
    "S": lambda moment: f"{moment.second:02}",
    "s": lambda moment: f"{moment.second:02}",
    "T": lambda moment: f"{moment:%H:%M:%S}",
    "v": lambda moment: f"{moment.isocalendar().week:02}",
    "W": lambda moment: _DAYS[moment.weekday()],
    "x": lambda moment: f"{moment.isocalendar().year:04}",
    "Y": lambda moment: f"{moment.year:04}",
    "y": lambda moment: f"{moment.year % 100:02}",
    "%": lambda _: "%",
}
_UNSUPPORTED = "DUuVwX"


def _half(moment: datetime) -> int:
    return moment.hour % 12 or 12


def _mysql_parts(form: str) -> list[tuple[str, str]]:
    """The letters of a format, and the text between them as ('', text)."""
    parts, at = [], 0
    while at < len(form):
        if form[at] == "%" and at + 1 < len(form):
            letter = form[at + 1]
            if letter in _UNSUPPORTED:
                raise Failure(f"%{letter} not supported in date format string")
            parts.append((letter, "") if letter in _MYSQL else ("", letter))
            at += 2
        else:
            parts.append(("", form[at]))
            at += 1
    return parts


@python
def date_format(moment: datetime, form: str) -> str:
    return "".join(
        _MYSQL[letter](moment) if letter else text for letter, text in _mysql_parts(form)
    )


@python
def date_parse(text: str, form: str) -> datetime:
    reader = _Reader(text, form)
    for letter, literal in _mysql_parts(form):
        if letter == "%":
            reader.literal("%")
        elif letter:
            reader.mysql(letter)
        else:
            reader.literal(literal)
    return reader.moment()


class _Reader:
    """Fields of a date, read from a text from left to right."""

    def __init__(self, text: str, form: str) -> None:
        self.text = text
        self.form = form
        self.at = 0
        self.fields: dict[str, int] = {}
        self.zone = ""

    def fail(self) -> Failure:
        rest = self.text[self.at :]
        where = f' is malformed at "{rest}"' if self.at > 0 and rest else ""
        too_short = " is too short" if self.at >= len(self.text) else ""
        return Failure(f'Invalid format: "{self.text}"{where or too_short}')

    def literal(self, text: str) -> None:
        if self.text[self.at : self.at + len(text)].lower() != text.lower():
            raise self.fail()
        self.at += len(text)

    def number(self, field: str, most: int, *, signed: bool = False, low: int = 0) -> int:
        sign = "[+-]?" if signed else ""
        found = re.compile(rf"{sign}\d{{1,{most}}}").match(self.text, self.at)
        if not found:
            raise self.fail()
        value = int(found[0])
        if value < low:
            raise self.fail()
        self.at = found.end()
        self.fields[field] = value
        return value

    def name(self, field: str, names: list[str], first: int) -> None:
        rest = self.text[self.at :].lower()
        for short in (False, True):
            for place, name in enumerate(names):
                shown = (name[:3] if short else name).lower()
                if rest.startswith(shown):
                    self.at += len(shown)
                    self.fields[field] = place + first
                    return
        raise self.fail()

    def half(self) -> None:
        self.name("half", ["AM", "PM"], 0)

    def fraction(self, most: int) -> None:
        found = re.compile(rf"\d{{1,{most}}}").match(self.text, self.at)
        if not found:
            raise self.fail()
        self.at = found.end()
        self.fields["microsecond"] = int(found[0][:6].ljust(6, "0"))

    def mysql(self, letter: str) -> None:  # noqa: C901, PLR0912 - a case a letter
        match letter:
            case "Y":
                self.number("year", 4)
            case "y":
                self.year_of_two()
            case "m" | "c":
                self.number("month", 2, low=1)
            case "d" | "e":
                self.number("day", 2, low=1)
            case "H" | "k":
                self.number("hour", 2)
            case "h" | "I" | "l":
                self.number("clock", 2, low=1)
            case "i":
                self.number("minute", 2)
            case "S" | "s":
                self.number("second", 2)
            case "f":
                self.fraction(9)
            case "p":
                self.half()
            case "M" | "b":
                self.name("month", _MONTHS, 1)
            case "W" | "a":
                self.name("weekday", _DAYS, 1)
            case "j":
                self.number("ordinal", 3, low=1)
            case "v":
                self.number("week", 2, low=1)
            case "x":
                self.number("weekyear", 4)
            case "T" | "r":
                self.clock(half=letter == "r")

    def clock(self, *, half: bool) -> None:
        self.number("clock" if half else "hour", 2)
        self.literal(":")
        self.number("minute", 2)
        self.literal(":")
        self.number("second", 2)
        if half:
            self.literal(" ")
            self.half()

    def year_of_two(self) -> None:
        value = self.number("year", 2)
        self.fields["year"] = value + (2000 if value < 70 else 1900)

    def moment(self) -> datetime:
        """The time that the fields mean; what is not there is as in 1970-01-01 00:00."""
        if self.at < len(self.text):
            raise self.fail()
        fields = self.fields
        try:
            if "ordinal" in fields and "month" not in fields:
                start = date(fields.get("year", 1970), 1, 1)
                day = start + timedelta(days=fields["ordinal"] - 1)
                if day.year != start.year:
                    raise self.fail()
            elif "week" in fields or "weekyear" in fields:
                day = date.fromisocalendar(
                    fields.get("weekyear", fields.get("year", 1970)),
                    fields.get("week", 1),
                    fields.get("weekday", 1),
                )
            else:
                day = date(fields.get("year", 1970), fields.get("month", 1), fields.get("day", 1))
            hour = fields.get("hour", 0)
            if "clock" in fields:
                if fields["clock"] > 12:
                    raise self.fail()
                hour = fields["clock"] % 12 + 12 * fields.get("half", 0)
            return datetime(  # noqa: DTZ001 - what a clock shows
                day.year,
                day.month,
                day.day,
                hour,
                fields.get("minute", 0),
                fields.get("second", 0),
                fields.get("microsecond", 0) // 1000 * 1000,
            )
        except (ValueError, OverflowError) as error:
            raise Failure(f'Cannot parse "{self.text}": {error}') from error


# Joda's formats: https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html
@lru_cache(maxsize=256)
def _joda_parts(form: str) -> list[tuple[str, int, str]]:
    """(letter, count, '') for a field, ('', 0, text) for text."""
    parts: list[tuple[str, int, str]] = []
    at = 0
    while at < len(form):
        letter = form[at]
        if letter == "'":
            end = form.find("'", at + 1)
            if end < 0:
                end = len(form)
            parts.append(("", 0, form[at + 1 : end] or "'"))
            at = end + 1
        elif letter.isascii() and letter.isalpha():
            end = at
            while end < len(form) and form[end] == letter:
                end += 1
            if letter not in "GCYxwedyMDEaKhHkmsSzZQ":
                raise Failure(f"Illegal pattern component: {form[at:end]}")
            parts.append((letter, end - at, ""))
            at = end
        else:
            parts.append(("", 0, letter))
            at += 1
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
            return _MONTHS[moment.month - 1][: 3 if count == 3 else None]
        case "E":
            return _DAYS[moment.weekday()][: 3 if count < 4 else None]
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
        "h": _half(moment),
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
    reader = _Reader(text, form)
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
    reader: _Reader, letter: str, count: int, *, adjacent: bool
) -> None:
    match letter:
        case "y" | "Y":
            if count == 2:
                reader.year_of_two()
            else:
                reader.number("year", count if adjacent else 9, signed=True, low=-9999)
        case "M" if count >= 3:
            reader.name("month", _MONTHS, 1)
        case "M":
            reader.number("month", count if adjacent else 2, low=1)
        case "E":
            reader.name("weekday", _DAYS, 1)
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


def _read_zone(reader: _Reader) -> None:
    found = re.compile(r"Z|[+-]\d{2}:?\d{2}|[A-Za-z][A-Za-z_/+-]*").match(reader.text, reader.at)
    if not found:
        raise reader.fail()
    reader.at = found.end()
    reader.zone = "UTC" if found[0] == "Z" else found[0]


@python
def human_readable_seconds(seconds: float) -> str:
    total = round(abs(seconds))
    shown = []
    for name, size in (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60)):
        count, total = divmod(total, size)
        if count:
            shown.append(f"{count} {name}{'s' * (count != 1)}")
    if total or not shown:
        shown.append(f"{total} second{'s' * (total != 1)}")
    return ", ".join(shown)


_DURATIONS = {"ns": 1e-6, "us": 1e-3, "ms": 1, "s": 1e3, "m": 6e4, "h": 3.6e6, "d": 8.64e7}


@python
def parse_duration(text: str) -> int:
    """The milliseconds of a duration such as 3.5m."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*", text)
    if not found:
        raise Failure(f"duration is not a valid data duration string: {text}")
    if found[2] not in _DURATIONS:
        raise Failure(f"Unknown time unit: {found[2]}")
    return int(float(found[1]) * _DURATIONS[found[2]] + 0.5)
