"""Any Python object as JSON that every reader takes, whatever the object does when it is looked at.

`plain` turns a value into dicts, lists, texts, numbers, booleans and None. `to_json` writes it as
ASCII without NaN: no formatter, encoding or filter pattern on the way can break such a line.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

_MAX_DEPTH = 20
_MAX_NODES = 200_000  # a value whose parts refer to each other can unfold without end
_MAX_REPR = 1_000  # characters of an object that only has a text
_INT64 = 2**63
_SCALARS = frozenset({bool, type(None)})


def plain(value: Any) -> Any:
    """The value as JSON types. What cannot be read (or is NaN, or a cycle) becomes None, alone."""
    return _Converter().convert(value, 0)


def to_json(value: Any) -> str:
    """The plain value as compact ASCII JSON."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def to_text(value: Any) -> str | None:
    """The value as a text: JSON where it is not one; None where nothing of it can be read."""
    readable = plain(value)
    return readable if readable is None or isinstance(readable, str) else to_json(readable)


def clean_text(text: str) -> str:
    """The text as an exact `str` whose lone surrogates are U+FFFD, so that UTF-8 can hold it."""
    text = str.__str__(text)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def iso_time(seconds: float) -> str | None:
    """Epoch seconds as ISO 8601 in UTC to the microsecond; None for a time that no date can say."""
    try:
        moment = datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, OSError, ValueError, TypeError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


class _Converter:
    """One conversion: counts the values it has seen and knows the containers it is inside of."""

    def __init__(self) -> None:
        self.nodes = 0
        self.inside: set[int] = set()

    def convert(self, value: Any, depth: int) -> Any:
        self.nodes += 1
        kind = type(value)
        if kind is str:
            return clean_text(value)
        if kind in _SCALARS:
            return value
        if self.nodes > _MAX_NODES or depth > _MAX_DEPTH or id(value) in self.inside:
            return None
        self.inside.add(id(value))
        try:
            return self._other(value, depth)
        except Exception:
            return None  # RecursionError too: a deep repr
        finally:
            self.inside.discard(id(value))

    def _other(self, value: Any, depth: int) -> Any:
        if isinstance(value, Enum):
            return self.convert(value.value, depth + 1)
        scalar = _scalar(value)
        if scalar is not _NOT_SCALAR:
            return scalar
        if isinstance(value, Mapping):
            return self._object(value, depth)
        if isinstance(value, AbstractSet):
            return sorted(self._list(value, depth), key=repr)
        if isinstance(value, Sequence):
            return self._list(value, depth)
        if callable(dump := getattr(value, "model_dump", None)) and not isinstance(value, type):
            return self.convert(dump(), depth + 1)
        if is_dataclass(value) and not isinstance(value, type):
            parts = {field.name: getattr(value, field.name, None) for field in fields(value)}
            return self._object(parts, depth)
        return clean_text(str(value)[:_MAX_REPR])

    def _list(self, values: Iterable[Any], depth: int) -> list[Any]:
        result: list[Any] = []
        for each in values:
            if self.nodes > _MAX_NODES:
                break
            result.append(self.convert(each, depth + 1))
        return result

    def _object(self, value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, each in value.items():
            name = self._key(key)
            while name in result:  # 1 and "1" are two keys here, and one in JSON
                name += "'"
            result[name] = self.convert(each, depth + 1)
            if self.nodes > _MAX_NODES:
                break
        return result

    def _key(self, key: Any) -> str:
        name = self.convert(key, _MAX_DEPTH)
        if isinstance(name, str):
            return name
        return type(key).__name__ if name is None and key is not None else to_json(name)


_NOT_SCALAR = object()


def _scalar(value: Any) -> Any:
    """A number, text, time or bytes as JSON has it; `_NOT_SCALAR` for all else."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, int):
        return _whole(int.__int__(value))
    if isinstance(value, float):
        return _finite(float.__float__(value))
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _decoded(bytes(value))
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return _finite(float(value))
    return _NOT_SCALAR


def _whole(number: int) -> int | float | None:
    """Within 64 bits as it is; beyond as a float, which is how readers take such a number."""
    if -_INT64 <= number < _INT64:
        return number
    try:
        return float(number)
    except OverflowError:
        return None


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return f"<{len(data)} bytes>"
