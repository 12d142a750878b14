"""Lines that try to cost more than themselves.

COSTLY makes lines of any size, each near the most that its kind can cost; `small_lines` draw their
kind, position and depth from a seed. `make bench`, `make soak` and the tests use both.
"""

import json
import random
from collections.abc import Callable
from typing import Any

MEGABYTE = 1024 * 1024 - 26  # bytes: CloudWatch counts 26 beside a log event's message
_EVENT: dict[str, Any] = {
    "_event_type": "session_analytics",
    "session_id": "hostile",
    "start_time": "2026-03-05T11:50:00",
}
_HEAD = json.dumps(_EVENT)[:-1]
_DEPTH = 195
_BAD = ("NaN", '"\\ud800"', "1e400", "-Infinity", "1" * 5_000)


def _filled(head: str, item: str, tail: str, size: int, separator: str = ",") -> str:
    count = max(1, (size - len(head) - len(tail)) // (len(item) + len(separator)))
    return head + separator.join([item] * count) + tail


def _numbered(head: str, item: str, tail: str, size: int) -> str:
    """As many items as fit, with another number in each."""
    items: list[str] = []
    room = size - len(head) - len(tail)
    while room > 0:
        items.append(item.replace("#", str(len(items))))
        room -= len(items[-1]) + 1
    return head + ",".join(items) + tail


def _in_list(field: str, item: str) -> Callable[[int], str]:
    return lambda size: _filled(f'{_HEAD}, "{field}": [', item, "]}", size)


def _deep(item: str, field: str = "x") -> Callable[[int], str]:
    head = f'{_HEAD}, "{field}": {"[" * _DEPTH}'
    return lambda size: _filled(head, item, "]" * _DEPTH + "}", size)


def _python(item: str, end: str = "") -> Callable[[int], str]:
    """A dict's `repr` as the message."""

    def line(size: int) -> str:
        text = _filled(f"{_EVENT!r}"[:-1] + ", 'x': [", item, f"{end}]}}", size - 100)
        return json.dumps({"message": text, "level": "INFO"})

    return line


def _text_of_texts(size: int) -> str:
    """Texts in texts, each escaped once more."""
    text = _HEAD + "}"
    while len(json.dumps({"message": text})) <= size:
        text = json.dumps({"message": text})
    return text


def _braces(size: int) -> str:
    return _filled(f'{_HEAD}, "x": ', "{", "", size, "")


def _wide_wrapper(size: int) -> str:
    """Many events in a wrapper that is as large as all of them."""
    events = _filled("[", json.dumps(_EVENT), "]", size // 2)
    return f'{{"note": "{"x" * (size // 2)}", "data": {events}}}'


COSTLY: dict[str, Callable[[int], str]] = {
    "one text": lambda size: _filled(f'{_HEAD}, "x": "', "x", '"}', size, ""),
    "escapes": lambda size: _filled(f'{_HEAD}, "x": "', "\\u0001", '"}', size, ""),
    "keys": lambda size: _numbered(f"{_HEAD}, ", '"k#":1', "}", size),
    "keys below tool calls": lambda size: _numbered(
        f'{_HEAD}, "tool_calls": [{{', '"k#":1', "}]}", size
    ),
    "NaN in a list": _in_list("x", "NaN"),
    "NaN, nested": _deep("NaN"),
    "surrogates, nested": _deep('"\\ud800"'),
    "NaN below a turn, nested": lambda size: _filled(
        f'{_HEAD}, "transcript": [{{"x": {"[" * _DEPTH}', "NaN", "]" * _DEPTH + "}]}", size
    ),
    "long digits": _in_list("x", "9" * 4_000),
    "empty lists, nested": _deep("[]"),
    "turns": _in_list("transcript", '{"role":"user","content":"x"}'),
    "empty turns": _in_list("transcript", "{}"),
    "numbers for turns": _in_list("transcript", "1"),
    "turns with unknown keys": _in_list("transcript", '{"role":"user","x":1,"y":[2]}'),
    "items": lambda size: _filled(f'{_HEAD}, "chat_history": {{"items": [', "{}", "]}}", size),
    "content of numbers": lambda size: _filled(
        f'{_HEAD}, "transcript": [{{"role": "user", "content": [', "1", "]}]}", size
    ),
    "parts of content": lambda size: _filled(
        f'{_HEAD}, "transcript": [{{"role": "user", "content": [', '{"text":"x"}', "]}]}", size
    ),
    "tool calls": _in_list("tool_calls", '{"tool":"x","result":"{}"}'),
    "tool calls of repr": _in_list("tool_calls", '{"tool":"x","result":"{\'a\': 1}"}'),
    "wrong usage": _in_list("usage", '{"input_tokens":"x"}'),
    "events of a session": _in_list("events", '{"type":"x"}'),
    "errors of a session": _in_list("events", '{"type":"error","error":{"type":"x"}}'),
    "tags": _in_list("tags", '"x"'),
    "tags of sets": _in_list("tags", "\"{'a', 'b'}\""),
    "a set's text": lambda size: _filled(f'{_HEAD}, "tags": "{{', "'a'", '}"}', size),
    "participants": _in_list("participants", "{}"),
    "costs": lambda size: _numbered(f'{_HEAD}, "cost_summary": {{', '"p#_cost":1', "}}", size),
    "repr": _python("0"),
    "repr of dicts": _python("{}"),
    "repr with an Enum": _python("0", ", <E.x: 1>"),
    "repr of Enums": _python("<E.x: 1>"),
    "repr that is cut": _python("{'a':", "'"),
    "events run together": lambda size: _filled("", json.dumps(_EVENT), "", size, ""),
    "types run together": lambda size: _filled(
        "", '{"_event_type":"session_analytics"}', "", size, ""
    ),
    "events in a list": lambda size: _filled("[", json.dumps(_EVENT), "]", size),
    "a wide wrapper": _wide_wrapper,
    "braces": _braces,
    "torn objects": lambda size: _filled(_HEAD, '{"a":1', "", size),
    "brackets": lambda size: _filled(f'{_HEAD}, "x": ', "[", "", size, ""),
    "texts in texts": _text_of_texts,
    "types in a text": lambda size: _filled(
        '{"message": "', "_event_type session_analytic", '"}', size, " "
    ),
}


def small_lines(seed: int | str) -> list[str]:
    """Small hostile lines of every kind, another mixture for each seed."""
    rng = random.Random(seed)
    return [_mutated(rng) for _ in range(20)]


def _mutated(rng: random.Random) -> str:
    kind = rng.choice(("costly", "bad value", "texts", "wrapper", "cut", "twice"))
    line = rng.choice(list(COSTLY.values()))(rng.choice((300, 2_000, 20_000)))
    if kind == "costly":
        return line
    if kind == "cut":
        return line[: rng.randrange(1, len(line))]
    if kind == "texts":
        return _nested(json.dumps(_EVENT), rng)
    value: Any = "@"
    for _ in range(rng.choice((0, 1, 3, 100, 240, 300))):
        value = [value] if rng.random() < 0.5 else {rng.choice(_KEYS): value}
    event = {**_EVENT, rng.choice(_KEYS): value}
    if kind == "twice":
        event[rng.choice(_KEYS)] = ["@", {"y": "@"}]
    if kind == "wrapper":
        event = {"level": "INFO", rng.choice(_KEYS): event, "_wrapper": value}
    return json.dumps(event).replace('"@"', rng.choice(_BAD))


def _nested(text: str, rng: random.Random) -> str:
    for _ in range(rng.randrange(1, 4)):
        value: Any = text
        for _ in range(rng.choice((1, 5, 190))):
            value = {rng.choice(("message", "log", "x")): value}
        text = json.dumps(value)
    return text


_KEYS = (
    *("_wrapper", "message", "msg", "report", "analytics_data", "transcript", "tool_calls"),
    *("usage", "events", "chat_history", "errors", "tags", "cost_summary", "metrics_summary"),
    *("timestamp", "participants", "truncation", "redactions", "options", "<object>", "<list>"),
    *("", "x/y", "~", "a.b", "extras", "dt", "session_id", "start_time", "user_metadata"),
)
