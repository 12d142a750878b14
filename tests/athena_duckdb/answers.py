"""Answers of Trino and of the local engine in one form, to be compared.

The form is that of Trino's client protocol, which is JSON: times and decimals are text. Maps are
lists of pairs in a fixed order.
"""

import base64
import json
import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from athena_duckdb import Result
from athena_duckdb.type_names import from_text
from athena_duckdb.types import Type

_RELATIVE = 1e-12  # of sums of doubles, whose order differs
_DAY_MS = 86_400_000


def local_rows(result: Result) -> list[list[Any]]:
    """The rows of the local engine in the form of Trino's protocol."""
    types = [column.type for column in result.columns]
    return [
        [_local(value, data_type) for value, data_type in zip(row, types, strict=True)]
        for row in result.rows
    ]


def trino_rows(rows: list[list[Any]], types: list[str]) -> list[list[Any]]:
    """The rows of Trino's protocol, their maps as pairs."""
    parsed = [_type(text) for text in types]
    return [
        [_trino(value, data_type) for value, data_type in zip(row, parsed, strict=True)]
        for row in rows
    ]


def _type(text: str) -> Type | None:
    try:
        return from_text(text.replace("INTERVAL", "interval").lower())
    except ValueError:  # a type that the local engine does not know
        return None


def _trino(value: Any, data_type: Type | None) -> Any:
    if value is None or data_type is None:
        return value
    match data_type.name:
        case "array":
            return [_trino(item, data_type.parts[0]) for item in value]
        case "row":
            return [_trino(item, part) for item, part in zip(value, data_type.parts, strict=True)]
        case "map":
            pairs = [[str(key), _trino(item, data_type.parts[1])] for key, item in value.items()]
            return _sorted(pairs)
    return value


def _local(value: Any, data_type: Type) -> Any:  # noqa: C901, PLR0911 - a case a type
    if value is None:
        return None
    match data_type.name:
        case "array":
            return [_local(item, data_type.parts[0]) for item in value]
        case "row":
            parts = zip(value.values(), data_type.parts, strict=True)
            return [_local(item, part) for item, part in parts]
        case "map":
            listed = isinstance(value.get("key"), list) and set(value) == {"key", "value"}
            entries = zip(value["key"], value["value"], strict=True) if listed else value.items()
            pairs = [
                [_key(key, data_type.parts[0]), _local(item, data_type.parts[1])]
                for key, item in entries
            ]
            return _sorted(pairs)
        case "varbinary":
            return base64.b64encode(value).decode()
        case "real" | "double":
            return _double(value, data_type)
        case "interval day to second":
            return _interval(value)
        case "interval year to month":
            months = round(value.days / 30) if isinstance(value, timedelta) else value
            return f"{'-' if months < 0 else ''}{abs(months) // 12}-{abs(months) % 12}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | time):
        return _moment(value, data_type)
    return value.isoformat() if isinstance(value, date) else value


def _key(key: Any, data_type: Type) -> str:
    """A key as JSON has it; keys that are arrays or rows are not compared."""
    if isinstance(key, bool):
        return str(key).lower()
    if data_type.nested:
        return "nested"
    return str(_local(key, data_type))


def _sorted(pairs: list[list[Any]]) -> list[list[Any]]:
    shown = [["nested" if pair[0][:1] in "[{" and pair[0] else pair[0], pair[1]] for pair in pairs]
    return sorted(shown, key=json.dumps)


def _double(value: float, of: Type) -> float | str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return float(f"{value:.7g}") if of.name == "real" else value


def _moment(value: datetime | time, data_type: Type) -> str:
    digits = f".{value.microsecond:06}"[: data_type.precision + 1] if data_type.precision else ""
    text = f"{value.hour:02}:{value.minute:02}:{value.second:02}{digits}"
    if isinstance(value, datetime):
        text = f"{value.year:04}-{value.month:02}-{value.day:02} {text}"
    return (
        f"{text} {data_type.zone or 'UTC'}"
        if data_type.name == "timestamp with time zone"
        else text
    )


def _interval(value: timedelta | int) -> str:
    whole = value // timedelta(milliseconds=1) if isinstance(value, timedelta) else value
    days, rest = divmod(abs(whole), _DAY_MS)
    clock = f"{rest // 3_600_000:02}:{rest // 60_000 % 60:02}:{rest // 1000 % 60:02}"
    return f"{'-' if whole < 0 else ''}{days} {clock}.{rest % 1000:03}"


def same(value: Any, other: Any) -> bool:
    """Whether two values are the same; doubles may differ in their last digit."""
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, int | float) and isinstance(other, int | float):
        tolerance = 1e-6 if _single(value) or _single(other) else _RELATIVE
        return value == other or abs(value - other) <= tolerance * max(abs(value), abs(other))
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(map(same, value, other))
    return bool(value == other)


def _single(value: float) -> bool:
    return isinstance(value, float) and float(f"{value:.8g}") == value


def same_rows(sql: str, rows: list[list[Any]], other: list[list[Any]]) -> bool:
    """Whether two results are the same, in any order where the query gives none."""
    if not ordered(sql):
        rows, other = sorted(rows, key=json.dumps), sorted(other, key=json.dumps)
    return same(rows, other)


def ordered(sql: str) -> bool:
    """Whether a query ends with an ORDER BY of its own."""
    last = sql.upper().rfind("ORDER BY")
    return last >= 0 and sql.count(")", last) <= sql.count("(", last)


def plain_type(text: str) -> str:
    """A type's name without the length of text, which the local engine does not track.

    A time of milliseconds has no digits in its name.
    """
    plain = re.sub(r"varchar\(\d+\)", "varchar", text.lower().replace('"', ""))
    return re.sub(r"\b(time|timestamp)\(3\)", r"\1", plain).replace(", ", ",")
