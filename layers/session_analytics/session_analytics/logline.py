"""A log line -> the events in it, whatever logger or shipper wrapped them.

An event is an object with `_event_type`, at the top or some levels down under any key, as an object
or as text: JSON, Python's `repr`, or objects that several processes ran together. LiveKit's
formatter gives four shapes: (a) the flat object; (b) a wrapper with the event under
`analytics_data`; (c) a dict logged as the message, flat with an empty `message`; (d) the event as
JSON text in `message`.
"""

import json
import re
from contextlib import suppress
from itertools import chain, repeat
from typing import Any, NamedTuple

from session_analytics.schema.json_text import (
    TOO_DEEP,
    TooDeepError,
    objects_run_together,
    parse,
)
from session_analytics.schema.pointer import Json
from session_analytics.schema.python_text import enum_member, parse_repr

EVENT_TYPE = "session_analytics"
MAX_LEVELS = 12  # of wrappers around an event
_TYPE_KEY = "_event_type"
_WRAPPED_KEY = "analytics_data"
_MESSAGE_KEYS = ("message", "msg", "event")
_FIRST_KEYS = (_WRAPPED_KEY, *_MESSAGE_KEYS, "log", "body")
_LOGGER_KEYS = ("name", "logger", "logger_name", "loggerName")
# Of a wrapper around several events the first has all, the others these, where they are short: a
# row stays in proportion to its line.
_SHARED_KEYS = ("job_id", "room", "region", *_LOGGER_KEYS)
_LONGEST_SHARED = 200  # characters
# One of these says that an object is an event, and not a wrapper that has its type beside it.
_CONTENT_KEYS = (
    *("session_id", "_session_id", "start_time", "started_at", "end_time", "transcript"),
    *("chat_history", "events", "report", "session_report", "metrics_summary", "tool_calls"),
)
# `_event_type` with the value session_analytics, in any notation and escaped any number of times;
# also Python's text of an Enum, `Kind.session_analytics` or `<Kind.CALL: 'session_analytics'>`.
# No two ways to read a separator: the search is linear.
_SEPARATOR = r"(?:\\++(?:u00[0-9a-fA-F]{2})?|&#?[A-Za-z0-9]{1,6};|%[0-9a-fA-F]{2}|[^A-Za-z0-9\[\\])"
_NAMED_EVENT = re.compile(
    rf"_event_type{_SEPARATOR}{{1,60}}+"
    rf"(?:(?:stringValue|string_value|[Vv]alue){_SEPARATOR}{{1,60}}+)*+"
    rf"(?:[A-Z]\w{{0,80}}\.(?:(?!session_analytics)\w{{1,80}}{_SEPARATOR}{{1,60}}+)?)?"
    r"session_analytics(?![\w-])"
)
# Before a line of a container: of CRI (containerd, EKS) or of Docker.
_CONTAINER_PREFIX = re.compile(r"\s*(?:\S+ )?std(?:out|err) [FP](?::\S*)? ")
# Punctuation of JSON in what stands before an object: a torn object, and not words.
_JSON_DEBRIS = re.compile(r'"\s*[,:}\]]|\[\s*"|}\s*$|^\s*$')
_CONTAINER_LIMIT = range(15_900, 16_500)  # bytes: Docker, containerd and FireLens cut at 16 KiB


class ParsedEvent(NamedTuple):
    """An event, and the other keys of the wrapper that it came in.

    `is_json` is False where the lenient parser read it.
    """

    event: Json
    wrapper: Json
    is_json: bool


class MalformedLine(NamedTuple):
    """A text that names the event and yields none; `code` is a reject's error code."""

    code: str
    message: str


class OtherLogger(NamedTuple):
    """An event, or what names one, that a logger wrote which may not write events."""


class Part(NamedTuple):
    """One of the events of a line, or a torn piece, with its own text (None: the whole line)."""

    text: str | None
    result: ParsedEvent | MalformedLine | OtherLogger


def read_line(line: str, loggers: frozenset[str] = frozenset()) -> list[Part]:
    """The parts of a line; none where it is of another kind.

    `loggers` are the names of the loggers that may write events; empty allows any.
    """
    if EVENT_TYPE not in line and _WRAPPED_KEY not in line:
        return []
    return _read_text(line, loggers, MAX_LEVELS) or _unread(line, "unknown_shape", _UNKNOWN_SHAPE)


def _names_event(text: str) -> bool:
    """Whether the text has the key `_event_type` with the event's type."""
    return _NAMED_EVENT.search(text) is not None


_UNKNOWN_SHAPE = "the line names the event, and no event is found in it"


def _unread(text: str, code: str, message: str) -> list[Part]:
    return [Part(None, MalformedLine(code, message))] if _names_event(text) else []


def _read_text(text: str, loggers: frozenset[str], levels: int) -> list[Part]:
    """The parts of a text: of its document, or of the objects that it is made of."""
    if prefix := _CONTAINER_PREFIX.match(text):
        text = text[prefix.end() :]
    try:
        document = parse(text)
    except TooDeepError:
        return _unread(text, "too_deep", TOO_DEEP)
    except ValueError:
        return _read_pieces(text, loggers, levels)
    return _read_value(document.value, document.is_json, loggers, levels)


def _read_pieces(text: str, loggers: frozenset[str], levels: int) -> list[Part]:
    """The parts of a text that is not one JSON document."""
    if text.lstrip().startswith("{'"):
        with suppress(ValueError):
            return _read_value(parse_repr(text.strip()), False, loggers, levels)
    before = text[: text.find("{")] if "{" in text else text
    if not _JSON_DEBRIS.search(before):
        return _unread(text, "not_json", _why_not_json(text, before))
    parts: list[Part] = []
    for piece, document in objects_run_together(text, _may_be_event):
        if document is None:
            piece_parts = _unread(piece, "not_json", _why_not_json(piece))
        else:
            piece_parts = _read_value(document.value, document.is_json, loggers, levels)
            piece_parts = piece_parts or _unread(piece, "unknown_shape", _UNKNOWN_SHAPE)
        parts += [part if part.text else part._replace(text=piece) for part in piece_parts]
    return parts


def _may_be_event(text: str) -> bool:
    return _names_event(text) or f'"{_WRAPPED_KEY}"' in text


def _read_value(value: Any, is_json: bool, loggers: frozenset[str], levels: int) -> list[Part]:
    if levels == 0:
        text = value if isinstance(value, str) else json.dumps(value)
        return _unread(text, "too_deep", f"an event below more than {MAX_LEVELS} wrappers")
    if isinstance(value, dict):
        return _read_object(value, is_json, loggers, levels)
    if isinstance(value, list):
        return _read_list(value, is_json, loggers, levels)
    if isinstance(value, str) and "{" in value and (EVENT_TYPE in value or _WRAPPED_KEY in value):
        parts = _read_text(value, loggers, levels - 1)
        return parts if is_json else [_read_leniently(part) for part in parts]
    return []


def _read_leniently(part: Part) -> Part:
    if isinstance(part.result, ParsedEvent):
        return part._replace(result=part.result._replace(is_json=False))
    return part


def _read_list(
    values: list[Any], is_json: bool, loggers: frozenset[str], levels: int
) -> list[Part]:
    parts: list[Part] = []
    for value in values:
        if isinstance(value, (dict, list, str)):
            parts += [
                part if part.text else part._replace(text=json.dumps(value))
                for part in _read_value(value, is_json, loggers, levels - 1)
            ]
    return parts if len(parts) > 1 else [part._replace(text=None) for part in parts]


def _read_object(document: Json, is_json: bool, loggers: frozenset[str], levels: int) -> list[Part]:
    """The parts of an object: itself, or those of the first of its values that has an event."""
    itself = [Part(None, ParsedEvent(document, {}, is_json))]
    has_type = _type_of(document) == EVENT_TYPE
    is_wrapper = True
    if untyped := _untyped_event(document):
        wrapper = _without(document, untyped, _TYPE_KEY)
        parts = [Part(None, ParsedEvent(document[untyped], wrapper, is_json))]
    elif (has_type or _is_named(document)) and _has_content(document) and not _typed(document):
        parts, is_wrapper = itself, False
    else:
        parts = _first_parts(document, is_json, loggers, levels)
        if has_type and not any(isinstance(part.result, ParsedEvent) for part in parts):
            parts, is_wrapper = itself, False
    if parts and (is_wrapper or _is_formatted(document)) and _is_foreign(document, loggers):
        return [Part(None, OtherLogger())]
    return parts


def _first_parts(document: Json, is_json: bool, loggers: frozenset[str], levels: int) -> list[Part]:
    malformed: list[Part] = []
    for key in (*_FIRST_KEYS, *(key for key in document if key not in _FIRST_KEYS)):
        value = document.get(key)
        if not isinstance(value, (dict, list, str)):
            continue
        parts = _read_value(value, is_json, loggers, levels - 1)
        if any(isinstance(part.result, ParsedEvent) for part in parts):
            return _all_wrapped(document, key, parts)
        malformed = malformed or _all_wrapped(document, key, parts)
    return malformed


def _all_wrapped(document: Json, key: str, parts: list[Part]) -> list[Part]:
    """The parts of a value as parts of the object around it."""
    shared = {
        name: document[name]
        for name in _SHARED_KEYS
        if isinstance(document.get(name), str) and len(document[name]) <= _LONGEST_SHARED
    }
    wrappers = chain([_without(document, key)], repeat(shared))
    return [_wrapped(wrapper, key, part) for wrapper, part in zip(wrappers, parts, strict=False)]


def _wrapped(wrapper: Json, key: str, part: Part) -> Part:
    """The part of a value as a part of the object around it."""
    text, result = part
    if isinstance(result, ParsedEvent):
        result = result._replace(wrapper=_nested(result.wrapper, wrapper))
    return Part(text and json.dumps(wrapper | {key: text}), result)


def _type_of(document: Json) -> Any:
    """The value of `_event_type`; of Python's text of an Enum its member."""
    kind = document.get(_TYPE_KEY)
    if isinstance(kind, str) and kind != EVENT_TYPE and EVENT_TYPE in kind:
        return enum_member(kind) or kind
    return kind


def _is_named(document: Json) -> bool:
    """Whether the message is the event's type: its fields were logged beside it."""
    return _TYPE_KEY not in document and any(
        document.get(key) == EVENT_TYPE for key in _MESSAGE_KEYS
    )


def _is_formatted(document: Json) -> bool:
    """Whether a logger's formatter wrote its keys beside those of the event."""
    return any(key in document for key in _MESSAGE_KEYS)


def _untyped_event(document: Json) -> str | None:
    """The key of an object without a type that the wrapper says is the event.

    That is `analytics_data`; or any object with the content of an event, where the type stands
    beside it.
    """
    kind = _type_of(document)
    if kind not in (None, EVENT_TYPE) or (kind == EVENT_TYPE and _has_content(document)):
        return None
    keys = document if kind == EVENT_TYPE else (_WRAPPED_KEY,)
    for key in keys:
        value = document.get(key)
        if not isinstance(value, dict) or value.get(_TYPE_KEY) is not None:
            continue
        if key == _WRAPPED_KEY or _has_content(value):
            return key
    return None


def _typed(document: Json) -> bool:
    """Whether an event with a type of its own stands under `analytics_data`."""
    wrapped = document.get(_WRAPPED_KEY)
    return isinstance(wrapped, dict) and _type_of(wrapped) == EVENT_TYPE


def _has_content(document: Json) -> bool:
    return any(document.get(key) for key in _CONTENT_KEYS)


def _is_foreign(document: Json, loggers: frozenset[str]) -> bool:
    """Whether a wrapper names a logger that may not write events."""
    if not loggers:
        return False
    names = [document.get(key) for key in _LOGGER_KEYS]
    return any(isinstance(name, str) and name not in loggers for name in names)


def _nested(inner: Json, outer: Json) -> Json:
    """The keys of a wrapper, and under `_wrapper` those of the one around it."""
    if not inner or not outer:
        return inner or outer
    between = inner.get("_wrapper")
    if between is None:
        return inner | {"_wrapper": outer}
    is_wrapper = isinstance(between, dict)
    return inner | {"_wrapper": _nested(between, outer) if is_wrapper else [between, outer]}


def _why_not_json(text: str, before: str = "") -> str:
    if len(text.encode(errors="replace")) in _CONTAINER_LIMIT:
        return "cut off at 16 KiB, as container runtimes and FireLens cut a line"
    if text.lstrip().startswith("{'"):
        return "Python's repr of a dict, and not JSON"
    if before.strip():
        return "text stands before the JSON object: log the object alone"
    return "not JSON: cut off, or broken"


def _without(document: Json, *keys: str) -> Json:
    return {key: value for key, value in document.items() if key not in keys}
