"""Arbitrary events, made from the contract's own types.

What the models admit, in the spellings that agents use.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints, is_typeddict

from hypothesis import strategies as st
from session_analytics.schema.event import Content, Event, Texts
from session_analytics.schema.scalars import (
    Amount,
    Count32,
    Count64,
    Double,
    Latency,
    Phrase,
    Share,
    Text,
    Timestamp,
    Word,
)

from tests.rows import LOGGED_AT

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
UNKNOWN_KEY = st.from_regex(
    r"x_[a-z./~ ]{0,8}", fullmatch=True
)  # no field of the contract begins so


def _spelt(moment: datetime) -> st.SearchStrategy[Any]:
    """The moment as agents write it.

    Naive, with Z, with an offset, as epoch seconds or milliseconds.
    """
    naive = moment.replace(tzinfo=None).isoformat()
    return st.sampled_from(
        [
            naive,
            naive + "Z",
            moment.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat(),
            moment.timestamp(),
        ]
    )


def moments(
    first: datetime = datetime(1970, 1, 2, tzinfo=UTC),
    last: datetime = datetime(2262, 4, 9, tzinfo=UTC),
) -> st.SearchStrategy[Any]:
    naive = st.datetimes(first.replace(tzinfo=None), last.replace(tzinfo=None))
    return naive.map(lambda moment: moment.replace(tzinfo=UTC)).flatmap(_spelt)


def _whole(low: int, high: int) -> st.SearchStrategy[Any]:
    exact = st.integers(low, high)
    return exact | exact.map(str) | st.integers(0, 2**31 - 1).map(float)


_NUMBER = st.floats(allow_nan=False, allow_infinity=False)
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT | st.integers(),
    bool: st.booleans() | st.sampled_from(["true", "false"]),
    Text: TEXT | st.integers(),
    Word: TEXT | st.integers(),
    Phrase: TEXT | st.integers(),
    Count32: _whole(0, 2**31 - 1),
    Count64: _whole(0, 2**63 - 1),
    Share: st.floats(0, 1),
    Double: _NUMBER | _NUMBER.map(str) | st.integers(-(10**9), 10**9),
    Latency: st.floats(0, 1e6) | st.just(-1),
    Amount: st.floats(0, 1e300) | st.integers(0, 10**6).map(str),
    Timestamp: moments(),
    Texts: st.lists(TEXT, max_size=3) | TEXT,
    Content: TEXT | st.lists(TEXT | st.dictionaries(TEXT, JSON, max_size=2), max_size=3),
    Any: JSON,
}


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Values of a type of the contract, unknown keys included."""
    if annotation in SCALARS:
        return SCALARS[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return values(arguments[0])
    if origin in (Union, UnionType):
        return st.one_of(
            [st.none() if argument is type(None) else values(argument) for argument in arguments]
        )
    if origin is list:
        return st.lists(values(arguments[0]), max_size=3)
    if origin is dict:
        keys = st.from_regex(r"[a-z]{1,8}_[a-z]{1,8}", fullmatch=True) | st.just(
            "total_estimated_cost"
        )
        return st.dictionaries(keys, values(arguments[1]), max_size=4)
    if is_typeddict(annotation):
        known = st.fixed_dictionaries(
            {},
            optional={
                name: values(hint)
                for name, hint in get_type_hints(annotation, include_extras=True).items()
            },
        )
        return st.builds(
            lambda unknown, fields: unknown | fields,
            st.dictionaries(UNKNOWN_KEY, JSON, max_size=2),
            known,
        )
    raise TypeError(f"no strategy for {annotation}")


_FIELDS = {
    name: values(hint)
    for name, hint in get_type_hints(Event, include_extras=True).items()
    if name not in {"_event_type", "session_id", "start_time"}
}
events = st.builds(
    lambda unknown, fields: unknown | fields,
    st.dictionaries(UNKNOWN_KEY, JSON, max_size=2),
    st.fixed_dictionaries(
        {
            "_event_type": st.just("session_analytics"),
            "session_id": TEXT.filter(bool),
            "start_time": moments(LOGGED_AT - timedelta(days=2), LOGGED_AT + timedelta(hours=1)),
        },
        optional=_FIELDS,
    ),
)

_FORMATTER = {
    "level": "INFO",
    "name": "livekit.analytics",
    "pid": 4242,
    "timestamp": "2026-03-05T12:00:00+00:00",
}
SHAPES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "flat": lambda event: event,
    "wrapped": lambda event: _FORMATTER | {"message": "session analytics", "analytics_data": event},
    "dict as message": lambda event: event | {"message": "", "timestamp": _FORMATTER["timestamp"]},
    "escaped": lambda event: _FORMATTER | {"message": json.dumps(event)},
}
lines = st.builds(
    lambda event, shape: json.dumps(shape(event)), events, st.sampled_from(list(SHAPES.values()))
)
