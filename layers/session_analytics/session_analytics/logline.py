"""A log line -> the event in it, whichever of LiveKit's four shapes the line has.

(a) the flat object; (b) a wrapper with the event under `analytics_data`; (c) a dict logged as the
message, which looks like (a) with an empty `message`; (d) the event as an escaped JSON string in
`message`.
"""

import ast
import json
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from pydantic_core import from_json

EVENT_TYPE = "session_analytics"
MAX_DEPTH = 200  # levels of nesting; the limit of pydantic's own JSON parser
_MAX_DIGITS = 4_300
_SURROGATE = re.compile("[\ud800-\udfff]")
_TYPE_KEY = "_event_type"
_WRAPPED_KEY = "analytics_data"

type Json = dict[str, Any]
type Path = tuple[str | int, ...]
type _Place = (
    tuple[int, str | int, _Place] | None
)  # depth, key, and the place of the container; a path is made of it on a hit


class Found(NamedTuple):
    """An event, and the other keys of the wrapper that it came in (shapes b and d).

    `exactly` says that the slow parser read it: it may hold NotFinite.
    """

    event: Json
    wrapper: Json
    exactly: bool


class Ignored(NamedTuple):
    """A line of another kind."""


class Broken(NamedTuple):
    """A line that was meant to be an event and cannot be read; `code` is a reject's error code."""

    code: str
    message: str


class NotFinite(str):
    """A number that JSON or a double cannot hold (`NaN`, `Infinity`, `1e400`), as it was written."""

    __slots__ = ()


def read(line: str, *, exactly: bool = False) -> Found | Ignored | Broken:
    """The event of a line, or why there is none.

    The fast parser takes `1e400` for infinity; `exactly` asks for the slow one, which leaves it as
    NotFinite. The slow one is also asked where the fast one fails: it reads bare `NaN`, lone
    surrogates and control characters in texts.
    """
    if EVENT_TYPE not in line and _WRAPPED_KEY not in line:
        return Ignored()
    try:
        document, exactly = _parse(line, exactly=exactly)
    except RecursionError:
        return (
            Broken("too_deep", f"nested deeper than {MAX_DEPTH} levels")
            if _names_event(line)
            else Ignored()
        )
    except ValueError:
        return Broken("not_json", _why_no_json(line)) if _names_event(line) else Ignored()
    if isinstance(document, str):  # the formatter's message alone
        return read(document, exactly=exactly)
    if isinstance(document, dict):
        return _find(document, exactly=exactly)
    return Broken("not_json", "no JSON object") if _names_event(line) else Ignored()


def unstorable(event: Json) -> dict[Path, str]:
    """Where an event that the slow parser read holds numbers or texts that are none, and what was expected there."""
    found: dict[Path, str] = {}
    for place, value in _walk(event):
        if isinstance(value, NotFinite):
            found[_path(place)] = "a finite number"
        elif isinstance(value, str) and _SURROGATE.search(value):
            found[_path(place)] = "Unicode text"
    return found


def _find(document: Json, *, exactly: bool) -> Found | Ignored | Broken:
    kind, wrapped = document.get(_TYPE_KEY), document.get(_WRAPPED_KEY)
    if isinstance(wrapped, dict) and _is_wrapper(kind, document, wrapped):
        return Found(
            wrapped,
            _without(document, _WRAPPED_KEY, *([_TYPE_KEY] if kind == EVENT_TYPE else [])),
            exactly,
        )
    if kind is not None:
        return Found(document, {}, exactly) if kind == EVENT_TYPE else Ignored()
    result: Ignored | Broken = Ignored()
    for key in (_WRAPPED_KEY, "message"):
        inner = _find_within(document.get(key), exactly=exactly)
        if isinstance(inner, Found):
            return inner._replace(wrapper=_nested(inner.wrapper, _without(document, key)))
        if isinstance(inner, Broken):
            result = inner
    return result


def _nested(inner: Json, outer: Json) -> Json:
    """The keys of a wrapper, and under `_wrapper` those of the one around it."""
    if not inner:
        return outer
    return inner | {
        "_wrapper": _nested(inner["_wrapper"], outer)
        if isinstance(inner.get("_wrapper"), dict)
        else outer
    }


def _is_wrapper(kind: Any, document: Json, wrapped: Json) -> bool:
    """Whether the event is what lies under `analytics_data`.

    It says so, or is without a type where the rest is no event.
    """
    if wrapped.get(_TYPE_KEY) == EVENT_TYPE:
        return True
    is_event_itself = kind == EVENT_TYPE and any(
        document.get(key) for key in ("session_id", "_session_id", "start_time")
    )
    return wrapped.get(_TYPE_KEY) is None and kind in (None, EVENT_TYPE) and not is_event_itself


def _find_within(value: Any, *, exactly: bool) -> Found | Ignored | Broken:
    """The event in a message or the like: as escaped text, or as an object with its type."""
    if isinstance(value, dict):
        return _find(value, exactly=exactly)
    if (
        not isinstance(value, str) or "{" not in value
    ):  # a text without an object only speaks of events
        return Ignored()
    return read(_json_of_repr(value), exactly=exactly)


def _why_no_json(text: str) -> str:
    before = text[: text.find("{")] if "{" in text else ""
    if before.strip(' \t\r\n"['):
        return "text stands before the JSON object: log the object alone"
    return (
        "Python's repr of a dict, and no JSON"
        if text.lstrip().startswith("{'")
        else "no JSON: cut off, or broken"
    )


def _names_event(text: str) -> bool:
    return _TYPE_KEY in text and EVENT_TYPE in text


def _json_of_repr(message: str) -> str:
    """A dict that a LiveKit job logged as its message reaches the worker as Python's `repr`: the
    same dict as JSON.

    Seen in livekit-agents 1.8.9: `LogQueueHandler` formats the message in the job's process. Other
    texts are given back as they are.
    """
    if not message.startswith("{'"):
        return message
    try:
        return json.dumps(ast.literal_eval(message))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return message


def _without(document: Json, *keys: str) -> Json:
    return {key: value for key, value in document.items() if key not in keys}


def _parse(text: str, *, exactly: bool) -> tuple[Any, bool]:
    """The document, and whether the slow parser read it.

    Raises ValueError where it is no JSON, RecursionError where it is nested too deeply.
    """
    if not exactly:
        with suppress(ValueError):
            return from_json(text, allow_inf_nan=False), False
    document = json.loads(
        text.removeprefix("\ufeff"),
        strict=False,
        parse_constant=NotFinite,
        parse_float=_float,
        parse_int=_int,
        object_pairs_hook=_object,
    )
    if any(place is not None and place[0] > MAX_DEPTH for place, _ in _walk(document)):
        raise RecursionError
    return document, True


def _object(pairs: list[tuple[str, Any]]) -> Json:
    """The object with lone surrogates in its keys as escapes.

    Pydantic takes no key that is no Unicode.
    """
    return {key.encode(errors="backslashreplace").decode(): value for key, value in pairs}


def _int(literal: str) -> int | NotFinite:
    """Python converts no more digits than these by itself (sys.set_int_max_str_digits)."""
    return int(literal) if len(literal) <= _MAX_DIGITS else NotFinite(literal)


def _float(literal: str) -> float | NotFinite:
    number = float(literal)
    return number if math.isfinite(number) else NotFinite(literal)


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
