"""CAST where DuckDB's own gives other results: decimals of doubles, and JSON to and from all types.

https://trino.io/docs/current/functions/conversion.html
https://trino.io/docs/current/functions/json.html#cast-to-json
"""

import math
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache, partial
from typing import Any

from athena_duckdb.type_names import from_text
from athena_duckdb.types import INTEGERS, Type
from athena_duckdb.udf import json_values
from athena_duckdb.udf.formatting import double_text, java_double, real_text, shortest_single
from athena_duckdb.udf.registry import EXACT, Failure, python, refuse_nan

_TRUE, _FALSE = {"true", "t", "1"}, {"false", "f", "0"}
_RANGES = {"tinyint": 2**7, "smallint": 2**15, "integer": 2**31, "bigint": 2**63}


@lru_cache(maxsize=512)
def parsed_type(text: str) -> Type:
    """The type of this name, kept from call to call."""
    return from_text(text)


def _rounded(number: Decimal, precision: int, scale: int) -> Decimal | None:
    """The number as decimal(precision, scale), a half rounded away from zero; None if too large."""
    result = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, EXACT)
    return result if abs(result) < Decimal(10) ** (precision - scale) else None


@python
def decimal_of_double(value: float, precision: int, scale: int) -> Decimal:
    number = Decimal(repr(value)) if math.isfinite(value) else None
    result = _rounded(number, precision, scale) if number is not None else None
    if result is None:
        raise Failure(f"Cannot cast DOUBLE '{java_double(value)}' to DECIMAL({precision}, {scale})")
    return result


@python
def decimal_of_real(value: float, precision: int, scale: int) -> Decimal:
    number = Decimal(shortest_single(value)) if math.isfinite(value) else None
    result = _rounded(number, precision, scale) if number is not None else None
    if result is None:
        raise Failure(f"Cannot cast REAL '{value}' to DECIMAL({precision}, {scale})")
    return result


@python
def decimal_of_text(value: str, precision: int, scale: int) -> Decimal:
    result = None
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", value):
        result = _rounded(Decimal(value), precision, scale)
    if result is None:
        raise Failure(f"Cannot cast VARCHAR '{value}' to DECIMAL({precision}, {scale})")
    return result


@python
def cast_from_json(text: str, to: str) -> Any:
    """The value of a JSON text as a type."""
    try:
        target_type = parsed_type(to)
        return _converter(target_type, inside=False)(json_values.parse(text))
    except ValueError as error:
        raise Failure(f"Cannot cast to {to}. The text is not JSON\n{text}") from error
    except Failure as failure:
        raise Failure(f"Cannot cast to {to}. {failure}\n{text}") from failure


@python
def cast_from_json_text(text: str, to: str) -> Any:
    """The value of a JSON text as a varchar."""
    value = json_values.parse(text)
    if isinstance(value, dict | list):
        raise Failure(f"Cannot cast '{text}' to {to}")
    return _to_varchar(value)


@lru_cache(maxsize=512)
def _converter(to: Type, *, inside: bool = True) -> Callable[[Any], Any]:  # noqa: C901, PLR0911 - a case a type
    """The function that makes a value of this type of a parsed one."""
    match to.name:
        case "json":
            return partial(json_values.write, in_order=True)
        case "array":
            return _to_array(_converter(to.parts[0]))
        case "map":
            return _to_map(_converter(to.parts[0]), _converter(to.parts[1]))
        case "row":
            fields = tuple(field or "" for field in to.fields)
            return _to_row(fields, tuple(map(_converter, to.parts)))
        case "varchar":
            return _to_varchar
        case "boolean":
            return _to_boolean
        case "double" | "real":
            return _to_double_inside if inside else _to_double
        case "decimal":
            return _to_decimal(*to.size)
        case "date":
            return lambda value: None if value is None else date.fromisoformat(str(value))
        case name if name in INTEGERS:
            return _to_integer(name)
    raise Failure(f"Unsupported type {to}")


def _to_array(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def converted(value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, list):
            raise Failure(f"Expected a json array, but got {_token(value)}")
        return [convert(item) for item in value]

    return converted


def _to_map(key_of: Callable[[Any], Any], value_of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def converted(value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, dict):
            raise Failure(f"Expected a json object, but got {_token(value)}")
        if len(value) < len(getattr(value, "written", value)):
            raise Failure("Duplicate map keys are not allowed")
        pairs: dict[Any, Any] = {}
        for key, item in value.items():
            map_key = key_of(key)
            if map_key in pairs:
                raise Failure("Duplicate keys are not allowed")
            pairs[map_key] = value_of(item)
        return {"key": list(pairs), "value": list(pairs.values())}

    return converted


def _to_row(
    names: tuple[str, ...], convert: tuple[Callable[[Any], Any], ...]
) -> Callable[[Any], Any]:
    def converted(value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, list):
            if len(value) != len(names):
                raise Failure(f"Expected a json array of {len(names)} items")
            return tuple(make(item) for make, item in zip(convert, value, strict=True))
        if not isinstance(value, dict):
            raise Failure(f"Expected a json array or object, but got {_token(value)}")
        members = {key.lower(): item for key, item in value.items()}
        written = getattr(value, "written", value)
        if len(members) < len(written):
            counts = Counter(map(str.lower, written))
            if twice := [name for name in names if counts[name] > 1]:
                raise Failure(f"Duplicate field: {twice[0]}")
        return tuple(make(members.get(name)) for make, name in zip(convert, names, strict=True))

    return converted


def _token(value: Any) -> str:
    if isinstance(value, dict | list):
        return "{" if isinstance(value, dict) else "["
    return "string" if isinstance(value, str) else str(value)


def _to_varchar(value: Any) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return str(value).lower()
        case float():
            return str(double_text(value))
        case int():
            return str(value)
    raise Failure(f"Unexpected token when cast to varchar: {_token(value)}")


def _to_boolean(value: Any) -> bool | None:
    match value:
        case None | bool():
            return value
        case float():
            return value != 0
        case int() if abs(value) < 2**63:
            return value != 0
        case str() if value.lower() in _TRUE | _FALSE:
            return value.lower() in _TRUE
    raise Failure(f"Cannot cast '{value}' to boolean")


def _to_integer(name: str) -> Callable[[Any], Any]:
    def converted(value: Any) -> int | None:
        match value:
            case None:
                return None
            case float() if math.isfinite(value):
                number = int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP, EXACT))
            case bool() | int():
                number = int(value)
            case str() if re.fullmatch(r"\s*[+-]?\d+\s*", value):
                number = int(value)
            case _:
                raise Failure(f"Cannot cast '{value}' to {name.upper()}")
        if not -_RANGES[name] <= number < _RANGES[name]:
            raise Failure(f"Out of range for {name}: {value}")
        return number

    return converted


def _to_double(value: Any) -> float | None:
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise Failure(f"Cannot cast '{value}' to double") from error


def _to_double_inside(value: Any) -> float | None:
    number = _to_double(value)
    refuse_nan(number)
    return number


def _to_decimal(precision: int, scale: int) -> Callable[[Any], Any]:
    def converted(value: Any) -> Decimal | None:
        match value:
            case None:
                return None
            case bool() | int():
                number = Decimal(int(value))
            case json_values.Number():
                number = Decimal(value.text)
            case str() if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", value):
                number = Decimal(value)
            case _:
                raise Failure(f"Cannot cast '{value}' to DECIMAL({precision},{scale})")
        result = _rounded(number, precision, scale)
        if result is None:
            raise Failure(f"Cannot cast input json to DECIMAL({precision},{scale})")
        return result

    return converted


@python(nulls=True)
def cast_to_json(value: Any, type_text: str) -> str | None:
    """The JSON text of a value of a type."""
    return None if value is None else json_values.write(_plain(value, parsed_type(type_text)))


def _plain(value: Any, data_type: Type) -> Any:  # noqa: PLR0911 - a case a type
    if value is None:
        return None
    match data_type.name:
        case "json":
            return json_values.parse(value)
        case "array":
            return [_plain(item, data_type.parts[0]) for item in value]
        case "map":
            return {
                _key(key, data_type.parts[0]): _plain(item, data_type.parts[1])
                for key, item in entries(value)
            }
        case "row":
            names = [field or "" for field in data_type.fields]
            values = [
                _plain(item, part)
                for item, part in zip(value.values(), data_type.parts, strict=True)
            ]
            return json_values.Members(zip(names, values, strict=True))
        case "real":
            return float(shortest_single(value))
        case "timestamp" | "date":
            return moment_text(value, data_type.size[0] if data_type.size else 3)
    return value


def entries(value: Any) -> list[tuple[Any, Any]]:
    """The keys and values of a map as DuckDB hands it over."""
    if set(value) == {"key", "value"} and isinstance(value["key"], list):
        return list(zip(value["key"], value["value"], strict=True))
    return list(value.items())


def _key(key: Any, data_type: Type) -> str:
    match data_type.name:
        case "varchar":
            return str(key)
        case "double" | "real":
            return str(double_text(key) if data_type.name == "double" else real_text(key))
        case "boolean":
            return str(key).lower()
    return f"{key:f}" if isinstance(key, Decimal) else str(key)


def moment_text(value: datetime | date | time, precision: int) -> str:
    """A time as Trino writes it, with so many digits of its seconds."""
    if not isinstance(value, datetime | time):
        return value.isoformat()
    text = f"{value:%H:%M:%S}.{value.microsecond:06}"[: 9 + precision if precision else 8]
    return f"{value.date().isoformat()} {text}" if isinstance(value, datetime) else text
