"""The profiles of the privacy policy, as `make schemas` compiles them from schemas/privacy.yaml."""

from collections.abc import Mapping
from typing import Any, NamedTuple

# By column: the action, or the actions of a struct's fields. See `policy`.
type Actions = Mapping[str, str | Mapping[str, str]]


class Profile(NamedTuple):
    """A compiled profile: actions by column, and those where the caller has refused consent.

    `identifiers` are the columns (or fields, as `participants.identity`) whose values must not
    occur in other texts; `pointers` the actions of the event's fields, for the extras.
    """

    name: str
    columns: Actions
    without_consent: Actions
    raw_message: str
    identifiers: tuple[str, ...]
    pointers: Mapping[str, Any]
    needs_key: bool


def read_profile(profiles: Mapping[str, Any], name: str) -> Profile | None:
    """The profile of that name; None where it keeps everything. Raises ValueError for another."""
    if name not in profiles:
        raise ValueError(f"{name!r} is not a profile of privacy.json: {', '.join(profiles)}")
    compiled = profiles[name]
    if not compiled:
        return None
    identifiers = tuple(compiled["identifiers"])
    return Profile(name, **{**compiled, "identifiers": identifiers})
