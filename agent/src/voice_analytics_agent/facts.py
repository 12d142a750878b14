"""What is known of a call: a list of facts, in the order in which they happened.

A fact is small, plain JSON and final. The event is made from the list at the end (`event.build`);
the journal holds the same list, so that a call whose process died is made from it the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple


class Fact(NamedTuple):
    """One thing that happened: its kind, when (epoch seconds), and what is known of it."""

    kind: str
    at: float
    data: dict[str, Any]


Facts = list[Fact]


def of_kind(facts: Iterable[Fact], *kinds: str) -> Iterator[Fact]:
    """The facts of these kinds, in order."""
    return (fact for fact in facts if fact.kind in kinds)


def latest(facts: Iterable[Fact], kind: str) -> dict[str, Any]:
    """The data of the last fact of a kind; empty where there is none."""
    data: dict[str, Any] = {}
    for fact in of_kind(facts, kind):
        data = fact.data
    return data


def without_nulls(data: dict[str, Any]) -> dict[str, Any]:
    """The entries that say something: None, `""` and empty containers are left out."""
    return {key: value for key, value in data.items() if value is not None and value not in _EMPTY}


_EMPTY: tuple[Any, ...] = ("", [], {})
