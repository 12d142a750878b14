"""How Athena writes values as text: in its CSV results and in the console's table."""

import math
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from athena_duckdb.types import UTC, Type

_NULL_INSIDE = "null"  # within an array, a map or a row
_PLAIN_FROM, _PLAIN_TO = 1e-3, 1e7  # outside, Java writes a double with an exponent


def as_text(value: Any, data_type: Type) -> str:
    """A value that is not null, as Athena writes it."""
    match data_type.name:
        case "boolean":
            return str(value).lower()
        case "double" | "real":
            return _double(value)
        case "array":
            return f"[{', '.join(_inside(item, data_type.parts[0]) for item in value)}]"
        case "map":
            pairs = (
                f"{_inside(key, data_type.parts[0])}={_inside(item, data_type.parts[1])}"
                for key, item in value.items()
            )
            return f"{{{', '.join(pairs)}}}"
        case "row":
            return f"{{{', '.join(_fields(value, data_type))}}}"
    return str(as_json(value, data_type))


def as_json(value: Any, data_type: Type) -> Any:
    """A value as JSON has it.

    Times, intervals, decimals and doubles that are not numbers are text, as Athena prints them.
    """
    match value:
        case float() | Decimal():
            return _number(value)
        case datetime() | date() | timedelta():
            return _moment(value, data_type)
        case list():
            return [as_json(item, data_type.parts[0]) for item in value]
        case dict() if data_type.name == "map":
            return {
                _inside(key, data_type.parts[0]): as_json(item, data_type.parts[1])
                for key, item in value.items()
            }
        case dict():
            return {
                key: as_json(item, part)
                for (key, item), part in zip(value.items(), data_type.parts, strict=True)
            }
    return value


def _number(value: float | Decimal) -> float | str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value if math.isfinite(value) else _double(value)


def _moment(value: date | timedelta, data_type: Type) -> str:
    if isinstance(value, timedelta):
        return _interval(value, data_type)
    if not isinstance(value, datetime):
        return value.isoformat()
    shown = value.isoformat(" ", "milliseconds")
    return f"{shown} {data_type.zone or UTC.zone}" if data_type.name == UTC.name else shown


def _inside(value: Any, data_type: Type) -> str:
    return _NULL_INSIDE if value is None else as_text(value, data_type)


def _fields(value: dict[str, Any], data_type: Type) -> list[str]:
    return [
        f"{key}={_inside(item, part)}"
        for (key, item), part in zip(value.items(), data_type.parts, strict=True)
    ]


def _double(value: float) -> str:
    """As Java's Double.toString: 1.0, 1.0E10, NaN, Infinity."""
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN is unequal to itself
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if value == 0 or _PLAIN_FROM <= abs(value) < _PLAIN_TO:
        return str(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text = "".join(map(str, digits))
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{int(exponent) + len(digits) - 1}"


def _interval(value: timedelta, data_type: Type) -> str:
    if data_type.name == "interval year to month":
        months = round(value.days / 30)  # DuckDB hands months over as 30 days each
        return f"{'-' if months < 0 else ''}{abs(months) // 12}-{abs(months) % 12}"
    milliseconds = abs(value) // timedelta(milliseconds=1)
    days, rest = divmod(milliseconds, 86_400_000)
    clock = (
        f"{rest // 3_600_000:02}:{rest // 60_000 % 60:02}:{rest // 1000 % 60:02}.{rest % 1000:03}"
    )
    return f"{'-' if value < timedelta(0) else ''}{days} {clock}"
