"""Trino's types: their names, which turns into which by itself, and how DuckDB holds them.

Times have milliseconds, as in Athena, unless the type has a size: the digits of its seconds. A time
with a zone is an instant in DuckDB; its zone is part of the type here, because DuckDB keeps none
("" where each value brings its own). An interval is a number of milliseconds or of months.
https://trino.io/docs/current/language/types.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

INTEGERS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}  # with their decimal digits
_TIMES = ("date", "timestamp", "timestamp with time zone")  # each turns into the next
_MOST_DIGITS = 38
_MILLISECONDS = 3
_DUCKDB = {
    "unknown": "INTEGER",
    "real": "FLOAT",
    "timestamp with time zone": "TIMESTAMPTZ",
    "interval day to second": "BIGINT",
    "interval year to month": "INTEGER",
    "varbinary": "BLOB",
}


@dataclass(frozen=True, slots=True)
class Type:
    """A type.

    `parts` are the types inside, `fields` a row's names, `size` a decimal's digits or a varchar's
    length.
    """

    name: str
    parts: tuple["Type", ...] = ()
    fields: tuple[str | None, ...] = ()
    size: tuple[int, ...] = ()
    zone: str = ""

    def __str__(self) -> str:
        if self.name == "row":
            inside = [
                f"{field} {part}" if field else str(part)
                for field, part in zip(self.fields, self.parts, strict=True)
            ]
        else:
            inside = [str(part) for part in self.parts] or [str(number) for number in self.size]
        if self.name == UTC.name and self.size:
            return f"timestamp({self.size[0]}) with time zone"
        return f"{self.name}({', '.join(inside)})" if inside else self.name

    @property
    def precision(self) -> int:
        """The digits of a time's seconds."""
        return self.size[0] if self.size else _MILLISECONDS

    @property
    def numeric(self) -> bool:
        return self.name in INTEGERS or self.name in ("decimal", "real", "double")

    @property
    def orderable(self) -> bool:
        """Whether values have an order."""
        return self.name not in ("json", "function", "map") and all(
            part.orderable for part in self.parts
        )

    @property
    def comparable(self) -> bool:
        """Whether values are equal or not."""
        return self.name != "function" and all(part.comparable for part in self.parts)

    @property
    def nested(self) -> bool:
        return bool(self.parts)

    @property
    def duckdb(self) -> str:
        match self.name:
            case "array":
                return f"{self.parts[0].duckdb}[]"
            case "map":
                return f"MAP({self.parts[0].duckdb}, {self.parts[1].duckdb})"
            case "row":
                inside = zip(self.field_keys, self.parts, strict=True)
                return (
                    f"STRUCT({', '.join(f'{quoted(key)} {part.duckdb}' for key, part in inside)})"
                )
            case "decimal":
                return f"DECIMAL({self.size[0]}, {self.size[1]})"
            case _:
                return _DUCKDB.get(self.name, self.name.upper())

    @property
    def field_keys(self) -> list[str]:
        """The names under which DuckDB holds a row's fields.

        It has no field without a name, as ROW(1, 2) has.
        """
        return [field or f"field{index}" for index, field in enumerate(self.fields)]


UNKNOWN, BOOLEAN, INTEGER, BIGINT, DOUBLE = map(
    Type, ("unknown", "boolean", "integer", "bigint", "double")
)
VARCHAR, DATE, TIMESTAMP, JSON = map(Type, ("varchar", "date", "timestamp", "json"))
UTC = Type("timestamp with time zone", zone="UTC")


def decimal(precision: int, scale: int) -> Type:
    return Type("decimal", size=(min(_MOST_DIGITS, precision), scale))


def moment(name: str, precision: int, zone: str = "") -> Type:
    """The type of a time whose seconds have so many digits."""
    return Type(name, size=() if precision == _MILLISECONDS else (precision,), zone=zone)


def array(element_type: Type) -> Type:
    return Type("array", (element_type,))


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def common(left: Type, right: Type) -> Type | None:
    """The type into which both turn by themselves.

    None where Trino says that they do not go together.
    """
    if right in (left, UNKNOWN):
        return left
    if left == UNKNOWN:
        return right
    if left.numeric and right.numeric:
        return _common_number(left, right)
    if left.name in _TIMES and right.name in _TIMES:
        later = max(left, right, key=lambda side: _TIMES.index(side.name))
        precision = max(side.precision for side in (left, right) if side.name != "date")
        zone = _common_zone(left, right) if later.name == UTC.name else ""
        return moment(later.name, precision, zone)
    return _common_of_one_kind(left, right) if left.name == right.name else None


def _common_of_one_kind(left: Type, right: Type) -> Type | None:
    if len(left.parts) != len(right.parts):
        return None
    parts = [common(*pair) for pair in zip(left.parts, right.parts, strict=True)]
    fields = tuple(
        field if field == right_field else None
        for field, right_field in zip(left.fields, right.fields, strict=True)
    )
    if left.name == "time":
        return moment("time", max(left.precision, right.precision))
    # without parts, these are varchars of different length
    return None if None in parts else Type(left.name, tuple(part for part in parts if part), fields)


def as_decimal(number: Type) -> Type:
    return number if number.name == "decimal" else decimal(INTEGERS[number.name], 0)


def _common_number(left: Type, right: Type) -> Type:
    names = {left.name, right.name}
    if names <= INTEGERS.keys():
        return max(left, right, key=lambda side: INTEGERS[side.name])
    if names & {"double", "real"}:
        return DOUBLE if "double" in names else Type("real")
    (left_digits, left_scale), (right_digits, right_scale) = (
        as_decimal(left).size,
        as_decimal(right).size,
    )
    scale = max(left_scale, right_scale)
    return decimal(max(left_digits - left_scale, right_digits - right_scale) + scale, scale)


def _common_zone(left: Type, right: Type) -> str:
    zones = {side.zone if side.name == UTC.name else UTC.zone for side in (left, right)}
    return zones.pop() if len(zones) == 1 else ""


def walk(data_type: Type) -> Iterator[Type]:
    """The type and all types inside."""
    yield data_type
    for part in data_type.parts:
        yield from walk(part)
