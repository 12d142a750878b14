"""JSON text -> a document, and back."""

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec
from pydantic_core import PydanticSerializationError, to_json

from session_analytics.schema.pointer import Json, Path

# Levels of nesting: pydantic_core writes no more than some 255.
MAX_DEPTH = 250
MAX_TORN = 50
TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"
# Python converts no more digits than these (sys.set_int_max_str_digits).
_MAX_DIGITS = 4_300
_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
_strict = msgspec.json.Decoder().decode

type _Place = tuple[int, str | int, _Place] | None  # depth, key, place of the container


class TooDeepError(ValueError):
    """A document is nested deeper than MAX_DEPTH."""


class NonFinite(str):
    """A number that a double cannot hold (`NaN`, `Infinity`, `1e400`), as it was written."""

    __slots__ = ()


class Document(NamedTuple):
    """A parsed text.

    `is_json` is False where it needed the lenient parser: it may hold NonFinite and surrogates.
    """

    value: Any
    is_json: bool


def parse(text: str) -> Document:
    """The document of a text.

    JSON is read by msgspec, which refuses numbers that a double cannot hold and keeps integers of
    any size. What it refuses is read by Python's parser, which also takes bare `NaN`, lone
    surrogates, control characters in texts and a byte order mark.

    Raises ValueError where it is not JSON, TooDeepError where it is nested too deeply.
    """
    try:
        return Document(_strict(text), is_json=True)
    except (msgspec.DecodeError, UnicodeEncodeError):
        pass
    except RecursionError:
        raise TooDeepError from None
    try:
        value = _LENIENT.decode(text.removeprefix("\ufeff"))
    except RecursionError:
        raise TooDeepError from None
    _check_depth(value)
    return Document(value, is_json=False)


def json_text(value: Any) -> str:
    """The value as compact JSON text. Raises TooDeepError."""
    try:
        return to_json(value).decode()
    except PydanticSerializationError:
        raise TooDeepError from None


def non_json_values(document: Json) -> tuple[dict[Path, str], dict[Path, str]]:
    """Paths of what JSON cannot hold, in a document that the lenient parser read.

    The first are numbers as they were written (`NaN`, `1e400`); the second are texts with lone
    surrogates, given with U+FFFD in their place.
    """
    numbers: dict[Path, str] = {}
    texts: dict[Path, str] = {}
    for place, value in _walk(document):
        if isinstance(value, NonFinite):
            numbers[_path(place)] = value
        elif isinstance(value, str) and _SURROGATE.search(value):
            texts[_path(place)] = _SURROGATE.sub(_REPLACEMENT, value)
    return numbers, texts


def objects_run_together(
    text: str, is_wanted: Callable[[str], bool]
) -> Iterator[tuple[str, Document | None]]:
    """The wanted objects of a text that is not one document, each with its own text.

    Several processes that write to one pipe run their lines together and tear them: None stands for
    what is between. Behind MAX_TORN places where no whole object begins, the rest is one piece.
    """
    boundary = position = torn = 0
    whole = True  # whether nothing was torn since the boundary
    while torn < MAX_TORN and (start := text.find("{", position)) >= 0:
        try:
            value, position = _LENIENT.raw_decode(text, start)
            _check_depth(value)
        except (ValueError, RecursionError):
            torn += 1
            position, whole = start + 1, False
            continue
        if is_wanted(text[start:position]):
            yield text[boundary:start], None
            yield text[start:position], Document(value, is_json=False)
            boundary, whole = position, True
        elif whole:
            boundary = position
    yield text[boundary:], None


def _check_depth(value: Any) -> None:
    if any(place is not None and place[0] > MAX_DEPTH for place, _ in _walk(value)):
        raise TooDeepError


def _object(pairs: list[tuple[str, Any]]) -> Json:
    """The object; lone surrogates in its keys become escapes, for pydantic refuses them."""
    return {key.encode(errors="backslashreplace").decode(): value for key, value in pairs}


def _int(literal: str) -> int | NonFinite:
    return int(literal) if len(literal) <= _MAX_DIGITS else NonFinite(literal)


def _float(literal: str) -> float | NonFinite:
    number = float(literal)
    return number if math.isfinite(number) else NonFinite(literal)


def _walk(document: Any) -> Iterator[tuple[_Place, Any]]:
    stack: list[tuple[_Place, Any]] = [(None, document)]
    while stack:
        place, value = stack.pop()
        yield place, value
        if isinstance(value, (dict, list)):
            depth = 1 if place is None else place[0] + 1
            items = value.items() if isinstance(value, dict) else enumerate(value)
            stack.extend(((depth, key, place), inner) for key, inner in items)


def _path(place: _Place) -> Path:
    return () if place is None else (*_path(place[2]), place[1])


_LENIENT = json.JSONDecoder(
    strict=False,
    parse_constant=NonFinite,
    parse_float=_float,
    parse_int=_int,
    object_pairs_hook=_object,
)
