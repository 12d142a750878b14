"""ISO 8601: times as text, and text as times.

https://trino.io/docs/current/functions/datetime.html
"""

import re
from datetime import date, datetime, timedelta

from athena_duckdb.udf.registry import Failure, python
from athena_duckdb.udf.zones import in_zone, instant_of, offset_text

_MOST_PARSED = 40  # characters of a text in an error
_ISO_MOMENT = re.compile(
    r"([+-]?\d{4,})(?:-(\d{2})(?:-(\d{2}))?|-W(\d{2})(?:-(\d))?|-(\d{3}))?"
    r"(?:T(?:(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?"
)


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
def from_iso8601(text: str) -> datetime:
    """The instant of UTC of an ISO 8601 text."""
    match = _ISO_MOMENT.fullmatch(text)
    if not match:
        raise _malformed(text)
    year, month, day, week, weekday, ordinal, hour, minute, second, fraction, zone = match.groups()
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
