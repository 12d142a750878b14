"""Types and their names.

Those of Glue columns (Hive's), of CAST and of the signatures of functions (Trino's).
"""

import re

from athena_duckdb.types import INTEGERS, UTC, Type, decimal, moment

_HIVE_NAMES = {"struct": "row", "string": "varchar", "int": "integer"}
_ALIKE = {
    "tinyint",
    "smallint",
    "bigint",
    "double",
    "boolean",
    "date",
    "timestamp",
}  # in Hive and in Trino
_KNOWN = {
    *INTEGERS,
    "int",
    "decimal",
    "real",
    "double",
    "boolean",
    "varchar",
    "json",
    "date",
    "time",
    "timestamp",
    "varbinary",
    "array",
    "map",
    "row",
}
_MICROSECONDS = 6  # digits of the seconds that DuckDB holds
_MOST_DIGITS = 38
_KNOWN |= {"function", "unknown"}  # of signatures, not of queries


def from_hive(text: str) -> Type:
    """The type of a Glue column, such as `array<struct<role:string>>`."""
    trino = re.sub(r"\b(struct|string|int)\b(?!:)", lambda match: _HIVE_NAMES[match[0]], text)
    return from_text(trino.translate(str.maketrans("<>:", "() ")))


def to_hive(data_type: Type) -> str:
    """The type as a Glue column has it.

    Raises ValueError for one that Hive has not, such as a time with time zone.
    """
    match data_type.name:
        case "array":
            return f"array<{to_hive(data_type.parts[0])}>"
        case "map":
            return f"map<{to_hive(data_type.parts[0])},{to_hive(data_type.parts[1])}>"
        case "row" if all(data_type.fields):
            inside = ",".join(
                f"{field}:{to_hive(part)}"
                for field, part in zip(data_type.fields, data_type.parts, strict=True)
            )
            return f"struct<{inside}>"
        case "decimal":
            return f"decimal({data_type.size[0]},{data_type.size[1]})"
        case "varchar" | "integer":
            return {trino: hive for hive, trino in _HIVE_NAMES.items()}[data_type.name]
        case name if name in _ALIKE:
            return name
    raise ValueError(str(data_type))


def from_text(text: str) -> Type:
    """The type that Trino's name means; one upper-case letter is a type variable.

    Raises ValueError for an unknown one.
    """
    tokens = re.findall(r'"[^"]+"|\w+|[(),]', text)
    data_type, rest = _read(tokens)
    if rest:
        raise ValueError(text)
    return data_type


def _read(tokens: list[str]) -> tuple[Type, list[str]]:
    if not tokens:
        raise ValueError("a type is missing")
    name, rest = _name(tokens)
    if name == "decimal" and (not rest or rest[0] != "("):
        return Type("decimal"), rest
    if not rest or rest[0] != "(":
        return (Type(name, zone="UTC" if name == UTC.name else "")), rest
    inside, rest = _inside(rest[1:])
    if name in ("timestamp", "time", "decimal", "varchar"):
        return _sized(name, [int(token) for part in inside for token in part], rest)
    if name == "row":
        read = [_field(part) for part in inside]
        return Type("row", tuple(part for _, part in read), tuple(field for field, _ in read)), rest
    if name not in ("array", "map", "function"):
        raise ValueError(name)
    return Type(name, tuple(from_text(" ".join(part)) for part in inside)), rest


def _name(tokens: list[str]) -> tuple[str, list[str]]:
    name = tokens[0] if len(tokens[0]) == 1 else tokens[0].lower()
    following = " ".join(tokens[1:4]).lower()
    if name == "timestamp" and following == "with time zone":
        return UTC.name, tokens[4:]
    if name == "interval" and following in ("day to second", "year to month"):
        return f"interval {following}", tokens[4:]
    if name == "double" and following == "precision":
        return name, tokens[2:]
    if name not in _KNOWN and len(name) > 1:
        raise ValueError(name)
    return {"int": "integer"}.get(name, name), tokens[1:]


def _sized(name: str, numbers: list[int], rest: list[str]) -> tuple[Type, list[str]]:
    if name in ("timestamp", "time"):
        if numbers[0] > _MICROSECONDS:
            raise ValueError(f"{name}({numbers[0]})")
        zoned = [word.lower() for word in rest[:3]] == ["with", "time", "zone"]
        if zoned and name == "time":
            raise ValueError("time with time zone")
        data_type = moment(UTC.name, numbers[0], "UTC") if zoned else moment(name, numbers[0])
        return data_type, rest[3:] if zoned else rest
    if name == "decimal":
        scale = numbers[1] if len(numbers) > 1 else 0
        if not 0 < numbers[0] <= _MOST_DIGITS or scale > numbers[0]:
            raise ValueError(f"decimal({numbers[0]}, {scale})")
        return decimal(numbers[0], scale), rest
    return Type(name, size=tuple(numbers)), rest


def _inside(tokens: list[str]) -> tuple[list[list[str]], list[str]]:
    """The comma-separated parts up to the closing bracket, and what follows it."""
    parts: list[list[str]] = [[]]
    depth = 0
    for index, word in enumerate(tokens):
        if word == ")" and depth == 0:
            return parts, tokens[index + 1 :]
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(word)
    raise ValueError("a bracket is not closed")


def _field(tokens: list[str]) -> tuple[str | None, Type]:
    try:
        return None, from_text(" ".join(tokens))
    except ValueError:
        return tokens[0].strip('"').lower(), from_text(" ".join(tokens[1:]))
