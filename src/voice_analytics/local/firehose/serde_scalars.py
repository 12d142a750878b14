"""How the two JSON deserialisers read one value of a scalar type. Sources: see `serde`."""

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from session_analytics.schema.values import EARLIEST

from voice_analytics.catalog.hive_types import PrimitiveName

_INT_BITS = 32
_BIGINT_BITS = 64
_JAVA_INTEGER = re.compile(r"[+-]?[0-9]+")
_JAVA_DOUBLE = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_JDBC_TIMESTAMP = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?", re.ASCII
)
_USUAL_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}", re.ASCII)
_ISO_TIMESTAMP = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z", re.ASCII
)
_SECONDS_BELOW = 1e12  # OpenX: numbers from here on are milliseconds
# Firehose counts nanoseconds in 64 bits: what lies outside wraps to a wrong year there (seen for
# 999999999999), and fails here.
_NANOSECONDS_FROM = datetime(1677, 9, 22)  # noqa: DTZ001 - naive UTC, as Parquet stores it
_NANOSECONDS_TO = datetime(2262, 4, 11)  # noqa: DTZ001

type Convert = Callable[[Any], Any]


class WithExponent(float):
    """A number that JSON has with an exponent, which OpenX reads as a number and not as a time."""


def as_written(text: str) -> float:
    """The number of a JSON text with a point or an exponent."""
    return WithExponent(text) if "e" in text or "E" in text else float(text)


def malformed(expected: str, value: Any) -> ValueError:
    """What is raised for a value that does not fit.

    The text names its kind, as Firehose's own does.
    """
    return ValueError(f"Data does not match the schema. {expected}: {type(value).__name__}")


def _text(value: Any) -> str:
    if isinstance(value, str):
        if not value.isascii():
            value.encode()  # a lone surrogate has no UTF-8 form: UnicodeEncodeError is a ValueError
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(_finite(value))
    raise malformed("One or more fields have incorrect format", value)


def _openx_text(value: Any) -> str:
    """Objects and arrays become their JSON text; OpenX lowers the case of the keys in it."""
    if isinstance(value, str) or not isinstance(value, dict | list):
        return _text(value)
    return _text(
        json.dumps(_lower(value), separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    )


def _lower(value: Any) -> Any:
    if isinstance(value, dict):
        return {key.lower(): _lower(item) for key, item in value.items()}
    return [_lower(item) for item in value] if isinstance(value, list) else value


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise malformed("a boolean was expected", value)


def _whole(bits: int) -> Convert:
    limit = 1 << (bits - 1)

    def whole(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise malformed("Current token not numeric, can not use numeric value accessors", value)
        if not -limit <= value < limit:
            raise ValueError(f"Numeric value out of range of {bits} bits")
        return value

    return whole


def _double(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise malformed("Current token not numeric, can not use numeric value accessors", value)
    try:
        return _finite(float(value))
    except OverflowError as error:
        raise ValueError("Numeric value out of range of double") from error


def _finite[Number: (int, float)](value: Number) -> Number:
    if not math.isfinite(value):
        raise ValueError("Numeric value out of range of double")
    return value


def _parsed(pattern: re.Pattern[str], parse: Convert, convert: Convert) -> Convert:
    """OpenX reads numbers out of text."""

    def number(value: Any) -> Any:
        if type(value) is float and convert is _double and math.isfinite(value):
            return value
        if not isinstance(value, str):
            return convert(value)
        if not pattern.fullmatch(value):
            raise ValueError(f'For input string: "{value[:80]}"')
        return convert(parse(value))

    return number


def _moment(match: re.Match[str] | None, value: Any) -> datetime:
    """Fractions beyond microseconds are cut off."""
    if match is None:
        raise malformed("Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]", value)
    *parts, fraction = match.groups()
    year, month, day, hour, minute, second = map(int, parts)
    microsecond = int((fraction or "").ljust(6, "0")[:6])
    return _in_range(
        datetime(year, month, day, hour, minute, second, microsecond)  # noqa: DTZ001 - SerDe times have no zone
    )


def _in_range(moment: datetime) -> datetime:
    if not _NANOSECONDS_FROM <= moment < _NANOSECONDS_TO:
        raise ValueError("Timestamp out of range of 64-bit nanoseconds")
    return moment


def _hive_timestamp(value: Any) -> datetime:
    """`java.sql.Timestamp::valueOf`, the default where no TimestampFormats are given."""
    return _moment(_JDBC_TIMESTAMP.fullmatch(value) if isinstance(value, str) else None, value)


def _openx_timestamp(value: Any) -> datetime:
    """Also `…T…Z` and epoch numbers, seconds or milliseconds, as numbers or as text.

    Never an offset such as `+00:00`.
    """
    if isinstance(value, str):
        if _USUAL_TIMESTAMP.fullmatch(value):
            return _in_range(datetime.fromisoformat(value))
        if not _JAVA_DOUBLE.fullmatch(value):
            return _moment(
                _JDBC_TIMESTAMP.fullmatch(value) or _ISO_TIMESTAMP.fullmatch(value), value
            )
        value = as_written(value)
    if isinstance(value, WithExponent):
        raise malformed("A timestamp as a number has no exponent", value)
    number = _double(value)
    seconds = number if abs(number) < _SECONDS_BELOW else number / 1000
    try:
        return _in_range(EARLIEST + timedelta(seconds=seconds))
    except OverflowError as error:
        raise ValueError("Timestamp out of range of 64-bit nanoseconds") from error


HIVE: Mapping[PrimitiveName, Convert] = {
    "string": _text,
    "boolean": _boolean,
    "int": _whole(_INT_BITS),
    "bigint": _whole(_BIGINT_BITS),
    "double": _double,
    "timestamp": _hive_timestamp,
}
OPENX: Mapping[PrimitiveName, Convert] = {
    "string": _openx_text,
    "boolean": _boolean,
    "int": _parsed(_JAVA_INTEGER, int, _whole(_INT_BITS)),
    "bigint": _parsed(_JAVA_INTEGER, int, _whole(_BIGINT_BITS)),
    "double": _parsed(_JAVA_DOUBLE, float, _double),
    "timestamp": _openx_timestamp,
}
