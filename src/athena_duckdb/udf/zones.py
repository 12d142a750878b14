"""Time zones: what a clock in a zone shows at an instant, and the instant of what it shows."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from athena_duckdb.udf.formatting import java_moment
from athena_duckdb.udf.registry import Failure, python

_UTC = ("Z", "UTC", "GMT", "UT", "UCT", "ZULU")
_MOST_MINUTES = 14 * 60
_OFFSET = re.compile(r"(?i)(?:UTC|GMT|UT)?([+-])(\d{1,2}):?(\d{2})?")
_NOT_OF_JAVA = ("EST", "MST", "HST", "ROC")


def zone_of(name: str) -> Any:
    """A zone of this name, or of an offset such as +05:30."""
    if match := _OFFSET.fullmatch(name):
        offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return timezone(-offset if match[1] == "-" else offset)
    if name.upper() in _UTC:
        return UTC
    try:
        if name.upper() not in _NOT_OF_JAVA:
            return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        pass
    raise Failure(f"'{name}' is not a valid time zone")


def zone_name(written: str) -> str:
    """The name that Trino shows for a zone. Raises Failure where there is none."""
    if found := _OFFSET.fullmatch(written):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        if minutes > _MOST_MINUTES:
            raise Failure(f"Time zone not supported: {written}")
        return f"{found[1]}{minutes // 60:02}:{minutes % 60:02}" if minutes else "UTC"
    zone_of(written)
    return "UTC" if written.upper() in _UTC else written


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
def zone_part(instant: datetime, zone: str, part: str) -> int:
    """timezone_hour and timezone_minute."""
    minutes = int((in_zone(instant, zone).utcoffset() or timedelta()).total_seconds() // 60)
    sign = -1 if minutes < 0 else 1
    return sign * (abs(minutes) // 60 if part == "hour" else abs(minutes) % 60)
