"""A wrong optional value costs that value alone.

Pydantic names every value that is not as the contract says; those become null, are noted, and the
rest is validated again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import ErrorDetails, ValidationError

from session_analytics.flatten.extras import Findings, nulled, resolve
from session_analytics.logline import Json, Path, unstorable
from session_analytics.schema.contract import EVENT

if TYPE_CHECKING:
    from session_analytics.schema.event import Event

# in an event; pydantic takes a kilobyte to describe each, and a line of 1 MB may hold half a
# million
MAX_ERRORS = 10_000


def validate(event: Json, findings: Findings, *, exactly: bool) -> Event:
    """The event with its wrong values null; each is noted in the findings.

    `exactly` says that the line was read by the slow parser, so that what no column can hold is to
    be looked for.
    """
    wrong = unstorable(event) if exactly else {}
    while True:
        right = nulled(event, list(wrong)) if wrong else event
        try:
            valid: Event = EVENT.validate_python(right)
            break
        except ValidationError as error:
            errors = error.error_count()
            if errors <= MAX_ERRORS:
                wrong |= _blamed(event, error, wrong)
        if errors > MAX_ERRORS:
            wrong |= _given_up(right, errors)
    for path, expected in wrong.items():
        if resolve(event, path) != "":  # an empty text is "not mentioned", whatever the type
            findings.wrong(path, expected)
    return valid


def _blamed(event: Json, error: ValidationError, wrong: dict[Path, str]) -> dict[Path, str]:
    """The values that are wrong, and what was expected in their place."""
    found: dict[Path, str] = {}
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        path = _blame(event, detail)
        while path in wrong:  # null did not help: its container is to blame
            path = path[:-1]
        if not path:
            raise error
        found.setdefault(path, _expected(detail))
    return found


def _given_up(event: Json, errors: int) -> dict[Path, str]:
    """The fields that hold most of the wrong values, so many that the rest of the event has few enough."""
    counts: dict[str, int] = {}
    for key, value in event.items():
        try:
            EVENT.validate_python({key: value})
        except ValidationError as error:
            counts[key] = error.error_count()
    given_up: dict[Path, str] = {}
    for key in sorted(counts, key=lambda key: counts[key], reverse=True):
        if errors > MAX_ERRORS:
            given_up[key,] = f"at most {MAX_ERRORS} wrong values"
            errors -= counts[key]
    return given_up


def _blame(event: Json, detail: ErrorDetails) -> Path:
    """The path of the wrong value: pydantic's location without the names of the union's members."""
    value: Any = event
    path: list[str | int] = []
    for part in detail["loc"]:
        named = isinstance(value, dict) and part in value
        if named or (isinstance(value, list) and isinstance(part, int)):
            value = value[part]
            path.append(part)
    return tuple(path)


def _expected(detail: ErrorDetails) -> str:
    """What was expected, in pydantic's words: `a valid integer`."""
    words = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return words.partition(", ")[0].replace("a valid dictionary", "an object")
