"""What a value must be beyond its type, and what a time is.

Pydantic calls the functions of VALIDATORS while it validates.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

EARLIEST = datetime(1970, 1, 1)  # noqa: DTZ001 - times are naive UTC from here on
# Firehose writes INT96 timestamps; readers that turn them into 64-bit nanoseconds wrap after
# 2262-04-11T23:47:16.
LATEST = datetime(2262, 4, 10, 23, 59, 59, 999999)  # noqa: DTZ001
INT64_MAX = 2**63 - 1
_EXPECTED = f"a time from {EARLIEST:%Y-%m-%d} to {LATEST:%Y-%m-%d}"


def utc(moment: datetime) -> datetime:
    """The moment as a naive UTC time truncated to milliseconds; a naive one means UTC already.

    Raises ValueError outside 1970-01-01 … 2262-04-10.
    """
    offset = moment.utcoffset()
    if offset is not None:
        try:
            moment = moment.replace(tzinfo=None) - offset
        except OverflowError:
            raise ValueError(_EXPECTED) from None
    if not EARLIEST <= moment <= LATEST:
        raise ValueError(_EXPECTED)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def from_epoch_ms(milliseconds: int) -> datetime:
    """CloudWatch's time (epoch milliseconds) as a naive UTC time.

    Raises ValueError outside 1970-01-01 … 2262-04-10.
    """
    try:
        return utc(EARLIEST + timedelta(milliseconds=milliseconds))
    except OverflowError as error:
        raise ValueError(_EXPECTED) from error


def seconds_before(moment: datetime, seconds: float) -> datetime | None:
    """The time `seconds` before `moment`; None where a column cannot hold it."""
    try:
        return utc(moment - timedelta(seconds=seconds))
    except (OverflowError, ValueError):
        return None


def column_text(moment: datetime) -> str:
    """`YYYY-MM-DD HH:MM:SS.mmm`, the form that OpenX's and Hive's JSON SerDe both read."""
    return moment.isoformat(" ", "milliseconds")


def no_bool(value: Any) -> Any:
    """The value; raises ValueError for true and false, which pydantic would take for 1 and 0."""
    if value is True or value is False:
        raise ValueError("a number")
    return value


def one_as_list(value: Any) -> Any:
    """A list of the text where the value is a text; other values as they are."""
    return [value] if isinstance(value, str) and value else value


def list_or_object(value: Any) -> str:
    """Discriminator of a list-or-object union."""
    return "<object>" if isinstance(value, dict) else "<list>"


# By the names that contract.json has for them.
VALIDATORS: Mapping[str, Callable[[Any], Any]] = {
    validator.__name__: validator for validator in (utc, no_bool, one_as_list, list_or_object)
}
