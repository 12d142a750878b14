"""Validation of an event: an invalid optional value costs that value alone.

Pydantic names every value that is not as the contract says. Those become null and are noted, and
the rest is validated again.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from pydantic_core import ErrorDetails, ValidationError

from session_analytics.schema.contract import EVENT, event_validator
from session_analytics.schema.pointer import Json, Path, replace_values, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from session_analytics.flatten.extras import Extras
    from session_analytics.schema.event import Event

# Of a list in an event: a turn or a call of a tool takes some 50 bytes of a line of 1 MB.
MAX_ITEMS = 20_000
_LISTS = (
    *("transcript", "chat_history", "tool_calls", "events", "usage", "model_usage"),
    *("metrics_summary", "participants", "evaluations", "agent_handoffs"),
)
# Of an event. Pydantic takes a kilobyte to describe each, and a line of 1 MB may have 500,000.
MAX_ERRORS = 10_000


def validate(event: Json, numbers: Iterable[Path], extras: Extras) -> Event:
    """The event with null in place of its invalid values; each is noted in `extras`.

    `numbers` are the paths of numbers that a double cannot hold.
    """
    invalid = dict.fromkeys(numbers, "a finite number")
    invalid |= dict.fromkeys(_too_long(event), f"at most {MAX_ITEMS} elements")
    validator = EVENT
    while True:
        rest = replace_values(event, dict.fromkeys(invalid)) if invalid else event
        try:
            valid: Event = validator.validate_python(rest)
            break
        except ValidationError as error:
            if validator is EVENT:
                validator = event_validator()
                continue
            errors = error.error_count()
            if errors <= MAX_ERRORS:
                invalid |= _invalid_paths(event, error, invalid)
        if errors > MAX_ERRORS:
            invalid |= _worst_fields(rest, errors)
    for path, expected in invalid.items():
        # an empty text is "not mentioned", whatever the type; as an element it says nothing
        if resolve(event, path) != "" or isinstance(path[-1], int):
            extras.invalid(path, expected)
    return valid


def _too_long(event: Json) -> Iterator[Path]:
    """The paths of lists that hold more elements than a call can have."""
    for key in _LISTS:
        field = event.get(key)
        if isinstance(field, list) and len(field) > MAX_ITEMS:
            yield (key,)
        elif isinstance(field, dict):
            for inner, value in field.items():
                if isinstance(value, list) and len(value) > MAX_ITEMS:
                    yield key, inner


def _invalid_paths(event: Json, error: ValidationError, known: dict[Path, str]) -> dict[Path, str]:
    """The paths of invalid values, and what was expected there.

    Where null did not help before (`known`), the container is invalid.
    """
    paths: dict[Path, str] = {}
    for detail in error.errors(include_url=False, include_context=False):
        path = _path(event, detail)
        while path in known:
            path = path[:-1]
        if not path:
            raise error
        paths.setdefault(path, _expected(detail))
    return paths


def _worst_fields(event: Json, errors: int) -> dict[Path, str]:
    """The fields with the most errors, so many that the rest of the event has few enough."""
    counts: dict[str, int] = {}
    for key, value in event.items():
        try:
            event_validator().validate_python({key: value})
        except ValidationError as error:
            counts[key] = error.error_count()
    worst: dict[Path, str] = {}
    for key in sorted(counts, key=lambda key: counts[key], reverse=True):
        if errors > MAX_ERRORS:
            worst[key,] = f"at most {MAX_ERRORS} wrong values"
            errors -= counts[key]
    return worst


def _path(event: Json, detail: ErrorDetails) -> Path:
    """The path of the invalid value: pydantic's location without the names of union members.

    A key may be named like a member: the path is the one that leads to the value.
    """
    paths = _paths(event, detail["loc"])
    first = next(paths)
    candidates = chain([first], paths)
    return next((path for path in candidates if resolve(event, path) is detail["input"]), first)


def _paths(value: Any, location: tuple[str | int, ...]) -> Iterator[Path]:
    """The paths that a location may mean, the longest first."""
    if not location:
        yield ()
        return
    part, rest = location[0], location[1:]
    if _has(value, part):
        yield from ((part, *path) for path in _paths(value[part], rest))
    yield from _paths(value, rest)


def _has(value: Any, part: str | int) -> bool:
    if isinstance(value, dict):
        return part in value
    return isinstance(value, list) and isinstance(part, int)


def _expected(detail: ErrorDetails) -> str:
    """What was expected, in pydantic's words: `a valid integer`."""
    words = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return words.partition(", ")[0].replace("a valid dictionary", "an object")
