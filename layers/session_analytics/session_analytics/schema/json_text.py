"""JSON text -> a document, and back."""

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec
from pydantic_core import PydanticSerializationError, to_json

from session_analytics.schema.pointer import Json, Path, resolve

# Levels of nesting: pydantic_core writes no more than some 255.
MAX_DEPTH = 250
MAX_TORN = 50
# A torn object is read to its end in vain: of a text so many times its length at the most.
_MAX_RESCANS = 3
# Of an event. A path is as long as the value is deep, and all paths together so long at the most.
MAX_PATH_KEYS = 100_000
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


def non_json_values(document: Json) -> tuple[list[Path], dict[Path, Any]]:
    """Paths of what JSON cannot hold, in a document that the lenient parser read.

    The first are those of numbers (`NaN`, `1e400`); the second have texts with lone surrogates,
    given with U+FFFD in their place. Fields with too many of them are given as a whole.
    """
    numbers: list[Path] = []
    texts: dict[Path, Any] = {}
    room = MAX_PATH_KEYS
    for key, field in document.items():
        bad_numbers: list[_Place] = []
        bad_texts: list[_Place] = []
        keys = 0
        for place, value in _walk(field):
            if isinstance(value, NonFinite):
                bad_numbers.append(place)
            elif isinstance(value, str) and _SURROGATE.search(value):
                bad_texts.append(place)
            else:
                continue
            keys += 1 if place is None else place[0] + 1
        if keys <= room:
            room -= keys
            numbers += [(key, *_path(place)) for place in bad_numbers]
            for place in bad_texts:
                path = _path(place)
                texts[key, *path] = _replaced(resolve(field, path))
        else:
            if bad_numbers:
                numbers.append((key,))
            if bad_texts:
                texts[key,] = _replaced(field)
    return numbers, texts


def _replaced(value: Any) -> Any:
    """The value with U+FFFD in place of lone surrogates, also in the values in it."""
    if isinstance(value, NonFinite):
        return value
    if isinstance(value, str):
        return _SURROGATE.sub(_REPLACEMENT, value)
    if isinstance(value, list):
        return [_replaced(inner) for inner in value]
    if isinstance(value, dict):
        return {key: _replaced(inner) for key, inner in value.items()}
    return value


def objects_run_together(
    text: str, is_wanted: Callable[[str], bool]
) -> Iterator[tuple[str, Document | None]]:
    """The wanted objects of a text that is not one document, each with its own text.

    Several processes that write to one pipe run their lines together and tear them: None stands for
    what is between. Behind MAX_TORN places where no whole object begins, or what was read in vain
    several times over, the rest is one piece.
    """
    boundary = position = torn = 0
    room = _MAX_RESCANS * len(text)
    whole = True  # whether nothing was torn since the boundary
    while torn < MAX_TORN and room > 0 and (start := text.find("{", position)) >= 0:
        try:
            value, position = _LENIENT.raw_decode(text, start)
            _check_depth(value)
        except (ValueError, RecursionError) as error:
            torn += 1
            room -= getattr(error, "pos", len(text)) - start
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
    keys: list[str | int] = []
    while place is not None:
        keys.append(place[1])
        place = place[2]
    return tuple(reversed(keys))


_LENIENT = json.JSONDecoder(
    strict=False,
    parse_constant=NonFinite,
    parse_float=_float,
    parse_int=_int,
    object_pairs_hook=_object,
)
