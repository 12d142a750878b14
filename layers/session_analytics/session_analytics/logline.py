"""A log line -> the event in it, whichever of LiveKit's four shapes the line has.

(a) the flat object; (b) a wrapper with the event under `analytics_data`; (c) a dict logged as the
message, which looks like (a) with an empty `message`; (d) the event as an escaped JSON string in
`message`.
"""

import ast
import json
from typing import Any, NamedTuple

from session_analytics.schema.json_text import TOO_DEEP, TooDeepError, parse
from session_analytics.schema.pointer import Json

EVENT_TYPE = "session_analytics"
_TYPE_KEY = "_event_type"
_WRAPPED_KEY = "analytics_data"


class ParsedEvent(NamedTuple):
    """An event, and the other keys of the wrapper that it came in (shapes b and d).

    `is_json` is False where the lenient parser read it.
    """

    event: Json
    wrapper: Json
    is_json: bool


class Ignored(NamedTuple):
    """A line of another kind."""


class MalformedLine(NamedTuple):
    """A line that names the event and cannot be read; `code` is a reject's error code."""

    code: str
    message: str


type LineResult = ParsedEvent | Ignored | MalformedLine


def read_line(line: str) -> LineResult:
    """The event of a line, or why there is none."""
    if EVENT_TYPE not in line and _WRAPPED_KEY not in line:
        return Ignored()
    try:
        document, is_json = parse(line)
    except TooDeepError:
        return _rejected(line, "too_deep", TOO_DEEP)
    except ValueError:
        return _rejected(line, "not_json", _why_not_json(line))
    if isinstance(document, str):  # the formatter's message alone
        return _with_parser(read_line(document), is_json=is_json)
    if isinstance(document, dict):
        return _find(document, is_json=is_json)
    return _rejected(line, "not_json", "not a JSON object")


def _rejected(line: str, code: str, message: str) -> MalformedLine | Ignored:
    return MalformedLine(code, message) if _names_event(line) else Ignored()


def _with_parser(result: LineResult, *, is_json: bool) -> LineResult:
    if isinstance(result, ParsedEvent) and not is_json:
        return result._replace(is_json=False)
    return result


def _find(document: Json, *, is_json: bool) -> LineResult:
    kind, wrapped = document.get(_TYPE_KEY), document.get(_WRAPPED_KEY)
    if isinstance(wrapped, dict) and _is_wrapper(kind, document, wrapped):
        return ParsedEvent(
            wrapped,
            _without(document, _WRAPPED_KEY, *([_TYPE_KEY] if kind == EVENT_TYPE else [])),
            is_json,
        )
    if kind is not None:
        return ParsedEvent(document, {}, is_json) if kind == EVENT_TYPE else Ignored()
    result: Ignored | MalformedLine = Ignored()
    for key in (_WRAPPED_KEY, "message"):
        inner = _find_within(document.get(key), is_json=is_json)
        if isinstance(inner, ParsedEvent):
            return inner._replace(wrapper=_nested(inner.wrapper, _without(document, key)))
        if isinstance(inner, MalformedLine):
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
    """Whether the event is the object under `analytics_data`.

    Either it has the type, or it has none and the rest is not an event itself.
    """
    if wrapped.get(_TYPE_KEY) == EVENT_TYPE:
        return True
    is_event_itself = kind == EVENT_TYPE and any(
        document.get(key) for key in ("session_id", "_session_id", "start_time")
    )
    return wrapped.get(_TYPE_KEY) is None and kind in (None, EVENT_TYPE) and not is_event_itself


def _find_within(value: Any, *, is_json: bool) -> LineResult:
    """The event in a message: as escaped text, or as an object with its type."""
    if isinstance(value, dict):
        return _find(value, is_json=is_json)
    if (
        not isinstance(value, str) or "{" not in value
    ):  # a text without an object only speaks of events
        return Ignored()
    return _with_parser(read_line(_json_of_repr(value)), is_json=is_json)


def _why_not_json(text: str) -> str:
    before = text[: text.find("{")] if "{" in text else ""
    if before.strip(' \t\r\n"['):
        return "text stands before the JSON object: log the object alone"
    return (
        "Python's repr of a dict, and not JSON"
        if text.lstrip().startswith("{'")
        else "not JSON: cut off, or broken"
    )


def _names_event(text: str) -> bool:
    return _TYPE_KEY in text and EVENT_TYPE in text


def _json_of_repr(message: str) -> str:
    """The JSON text of a dict that is written as Python's `repr`; other texts as they are.

    A dict that a LiveKit job logs as its message is formatted in the job's process
    (`LogQueueHandler` of livekit-agents 1.8.9).
    """
    if not message.startswith("{'"):
        return message
    try:
        return json.dumps(ast.literal_eval(message))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return message


def _without(document: Json, *keys: str) -> Json:
    return {key: value for key, value in document.items() if key not in keys}
