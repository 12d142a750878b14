"""JSON as Trino reads and writes it: canonical, with sorted keys; paths see texts as written.

https://trino.io/docs/current/functions/json.html
"""

import json
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from athena_duckdb.udf.formatting import java_double
from athena_duckdb.udf.registry import Failure, python

_BLANKS = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_WORDS = {"true": True, "false": False, "null": None}
_STEP = re.compile(r'\.([\w:]+)|\[(\w+)\]|\["((?:[^"\\]|\\["\\])*)"\]')
_ESCAPED = re.compile(r'["\\\x00-\x1f\U00010000-\U0010ffff]')
_ESCAPES = {'"': r"\"", "\\": r"\\", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r"}
_ESCAPES["\t"] = r"\t"


class Members(tuple[tuple[str, Any], ...]):
    """The members of an object in their order, of which some may have the same key."""

    __slots__ = ()


class Object(dict[str, Any]):
    """An object; of members with the same key it has the last, and knows all keys as written."""

    def __init__(self, members: list[tuple[str, Any]]) -> None:
        super().__init__(members)
        self.written = [key for key, _ in members]


class Number(float):
    """A number with a fraction or an exponent, with its digits as they were written."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def parse(text: str) -> Any:
    """The value of a JSON text; raises ValueError for another text."""

    def refuse(word: str) -> None:
        raise ValueError(word)

    return json.loads(text, parse_constant=refuse, parse_float=Number, object_pairs_hook=Object)


def write(value: Any, *, in_order: bool = False) -> str:  # noqa: PLR0911 - a case a type
    """The canonical text of a value, whose keys are sorted, or the keys in their order."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case float():
            return java_double(value) if math.isfinite(value) else f'"{java_double(value)}"'
        case Decimal():
            return f"{value:f}"
        case str():
            return quoted(value)
        case Members():
            members = list(value)
        case list():
            return f"[{','.join(write(item, in_order=in_order) for item in value)}]"
        case _:
            members = list(value.items())
            if not in_order:
                members.sort(key=lambda item: item[0].encode("utf-16-be", "surrogatepass"))
    written = (f"{quoted(key)}:{write(item, in_order=in_order)}" for key, item in members)
    return "{" + ",".join(written) + "}"


def quoted(text: str) -> str:
    def escaped(match: re.Match[str]) -> str:
        if short := _ESCAPES.get(match[0]):
            return short
        units = match[0].encode("utf-16-be")
        return "".join(f"\\u{units[at : at + 2].hex().upper()}" for at in range(0, len(units), 2))

    return f'"{_ESCAPED.sub(escaped, text)}"'


@python
def json_parse(text: str) -> str:
    try:
        return write(parse(text))
    except ValueError as error:
        raise Failure(f"Cannot convert value to JSON: '{text}'") from error


class _Walk:
    """A reader that goes through a JSON text and no further than it is asked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def blanks(self) -> str:
        self.at = _BLANKS.match(self.text, self.at).end()  # type: ignore[union-attr] # it always matches
        return self.text[self.at : self.at + 1]

    def take(self, expected: str) -> None:
        if self.blanks() != expected:
            raise ValueError(expected)
        self.at += 1

    def skip(self) -> str:
        """Go behind a value and return its text."""
        letter = self.blanks()
        start = self.at
        if letter == "{":
            for _ in self.members():
                self.skip()
        elif letter == "[":
            for _ in self.items():
                self.skip()
        else:
            match = (_STRING if letter == '"' else _NUMBER).match(self.text, self.at)
            word = next(
                (literal for literal in _WORDS if self.text.startswith(literal, self.at)), ""
            )
            if not match and not word:
                raise ValueError(letter)
            self.at = match.end() if match else self.at + len(word)
            following = self.text[self.at : self.at + 1]
            if re.match(r"[\d.eE]" if match else r"\w", following):
                raise ValueError(self.text[start:])  # such as 01, 1. or nullx
        return self.text[start : self.at]

    def members(self) -> Iterator[str]:
        """The keys of an object; the caller goes behind each value."""
        self.take("{")
        if self.blanks() == "}":
            self.at += 1
            return
        while True:
            self.blanks()
            key = _STRING.match(self.text, self.at)
            if not key:
                raise ValueError(self.at)
            self.at = key.end()
            self.take(":")
            yield json.loads(key[0])
            if self.blanks() != ",":
                break
            self.at += 1
        self.take("}")

    def items(self) -> Iterator[int]:
        self.take("[")
        if self.blanks() == "]":
            self.at += 1
            return
        place = 0
        while True:
            yield place
            place += 1
            if self.blanks() != ",":
                break
            self.at += 1
        self.take("]")


@lru_cache(maxsize=512)
def _steps(path: str) -> tuple[str, ...]:
    steps = [
        (match[1] or match[2] or re.sub(r"\\(.)", r"\1", match[3] or ""))
        for match in _STEP.finditer(path, 1)
    ]
    if (
        not path.startswith("$")
        or "".join(match[0] for match in _STEP.finditer(path, 1)) != path[1:]
    ):
        raise Failure(f"Invalid JSON path: '{path}'")
    return tuple(steps)


def _value_at(text: str, path: str) -> str | None:
    """The text of the value at a path; None where there is none or the text before it is wrong."""
    walk = _Walk(text)
    try:
        for step in _steps(path):
            if not _enter(walk, step):
                return None
        return walk.skip()
    except (ValueError, RecursionError):
        return None


def _enter(walk: _Walk, step: str) -> bool:
    match walk.blanks():
        case "{":
            for key in walk.members():
                if key == step:
                    return True
                walk.skip()
        case "[" if step.isdigit():
            for place in walk.items():
                if place == int(step):
                    return True
                walk.skip()
    return False


@python
def json_extract(text: str, path: str) -> str | None:
    value_text = _value_at(text, path)
    try:
        return None if value_text is None else write_in_order(value_text)
    except ValueError:
        return None


def write_in_order(text: str) -> str:
    """A JSON text without blanks; its keys stay in their order, and as often as they are."""
    walk = _Walk(text)

    def copy() -> str:
        match walk.blanks():
            case "{":
                parts = [f"{quoted(key)}:{copy()}" for key in walk.members()]
                return "{" + ",".join(parts) + "}"
            case "[":
                return "[" + ",".join(copy() for _ in walk.items()) + "]"
        value = walk.skip()
        return write(parse(value))

    return copy()


@python
def json_extract_scalar(text: str, path: str) -> str | None:
    value_text = _value_at(text, path)
    if value_text is None or value_text == "null" or value_text[0] in "{[":
        return None
    return str(json.loads(value_text)) if value_text[0] == '"' else value_text


@python
def json_size(text: str, path: str) -> int | None:
    value_text = _value_at(text, path)
    if value_text is None:
        return None
    value = parse(value_text)
    return len(value) if isinstance(value, dict | list) else 0


@python
def json_array_length(text: str) -> int | None:
    array = _array(text)
    return None if array is None else len(array)


def _array(text: str) -> list[str] | None:
    """The texts of an array's items; None for another text."""
    walk = _Walk(text)
    try:
        items = [walk.skip() for _ in walk.items()]
    except (ValueError, RecursionError):
        return None
    return items


@python
def json_array_get(text: str, place: int) -> str | None:
    items = _array(text)
    if items is None or not -len(items) <= place < len(items):
        return None
    item = items[place]
    if item == "null":
        return None
    return str(json.loads(item)) if item[0] == '"' else write_in_order(item)


@python
def json_array_contains(text: str, value: Any) -> bool | None:
    items = _array(text)
    if items is None:
        return None
    for item in items:
        element = parse(item)
        if isinstance(value, bool) or isinstance(element, bool):
            if element is value:
                return True
        elif isinstance(value, int) and isinstance(element, int):
            if value == element:
                return True
        elif isinstance(value, float) and isinstance(element, float):
            if value == element and math.isfinite(value):
                return True
        elif isinstance(value, str) and value == element:
            return True
    return False


@python
def is_json_scalar(text: str) -> bool:
    try:
        return not isinstance(parse(text), dict | list)
    except ValueError as error:
        raise Failure(f"Invalid JSON value: {text}") from error


_ITEM_STEP = re.compile(r'\.(?:"([^"]*)"|(\w+))|\[(\d+)\]')


def _items(text: str, path: str) -> list[Any]:
    """The items at a path in lax mode: arrays are unwrapped where a member is looked for."""
    items = [json.loads(text, parse_float=Decimal)]
    for step in _ITEM_STEP.finditer(path):
        if step[3] is not None:
            place = int(step[3])
            rows = [item if isinstance(item, list) else [item] for item in items]
            items = [row[place] for row in rows if place < len(row)]
        else:
            key = step[1] if step[2] is None else step[2]
            rows = [item if isinstance(item, list) else [item] for item in items]
            members = [item for row in rows for item in row if isinstance(item, dict)]
            items = [item[key] for item in members if key in item]
    return items


@python
def json_value(text: str, path: str) -> str | None:
    try:
        items = _items(text, path)
    except ValueError:
        return None
    if len(items) != 1 or items[0] is None or isinstance(items[0], dict | list):
        return None
    return items[0] if isinstance(items[0], str) else write(items[0])


@python
def json_query(text: str, path: str) -> str | None:
    try:
        items = _items(text, path)
    except ValueError:
        return None
    return _in_order(items[0]) if len(items) == 1 else None


@python
def json_exists(text: str, path: str) -> bool:
    try:
        return bool(_items(text, path))
    except ValueError:
        return False


def _in_order(value: Any) -> str:
    """The text of a value whose members keep their order."""
    if isinstance(value, dict):
        return (
            "{"
            + ",".join(f"{quoted(key)}:{_in_order(member)}" for key, member in value.items())
            + "}"
        )
    if isinstance(value, list):
        return f"[{','.join(map(_in_order, value))}]"
    return write(value)


@python(nulls=True)
def json_object(*members: str | None) -> str:
    pairs: dict[str, str] = {}
    for key, value in zip(members[::2], members[1::2], strict=True):
        if key is None:
            raise Failure("null value passed for JSON object key to JSON_OBJECT function")
        pairs[key] = "null" if value is None else value
    return "{" + ",".join(f"{quoted(key)}:{value}" for key, value in pairs.items()) + "}"


@python(nulls=True)
def json_array(nulls: bool, *values: str | None) -> str:
    written = ["null" if value is None else value for value in values if nulls or value is not None]
    return f"[{','.join(written)}]"
