"""The scalar values that a column can hold: their ranges, and what a time is.

Pydantic validates in its lax mode, so that harmless differences (`"8"` or `8.0` for 8, `"true"` for true) are accepted.
Ranges are those of the Glue types: a value outside would make a line that Firehose cannot convert.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

EARLIEST = datetime(1970, 1, 1)  # noqa: DTZ001 - times are naive UTC from here on
# Firehose writes INT96 timestamps; readers that turn them into 64-bit nanoseconds wrap after 2262-04-11T23:47:16.
LATEST = datetime(2262, 4, 10, 23, 59, 59, 999999)  # noqa: DTZ001
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
    """The time that lies `seconds` before `moment`; None where that is no time that a column can hold."""
    try:
        return utc(moment - timedelta(seconds=seconds))
    except (OverflowError, ValueError):
        return None


def column_text(moment: datetime) -> str:
    """`YYYY-MM-DD HH:MM:SS.mmm`, the one form that OpenX's and Hive's JSON SerDe both read as a timestamp."""
    return moment.isoformat(" ", "milliseconds")


def _no_bool(value: Any) -> Any:
    if value is True or value is False:  # pydantic would take them for 1 and 0
        raise ValueError("a number")
    return value


_NUMBER = BeforeValidator(_no_bool)
INT64_MAX = 2**63 - 1
Int32 = Annotated[int, Field(ge=-(2**31), le=2**31 - 1), _NUMBER]
Int64 = Annotated[int, Field(ge=-INT64_MAX - 1, le=INT64_MAX), _NUMBER]
Double = Annotated[float, Field(allow_inf_nan=False), _NUMBER]
# A length below zero would put the start behind the end.
Length = Annotated[float, Field(allow_inf_nan=False, ge=0), _NUMBER]
Timestamp = Annotated[datetime, AfterValidator(utc)]
# Latencies come in seconds and are stored in milliseconds: the bound keeps the product finite.
Latency = Annotated[float, Field(allow_inf_nan=False, ge=-1e9, le=1e9), _NUMBER]
