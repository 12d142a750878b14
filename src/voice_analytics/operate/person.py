"""Who is to be forgotten: an address, an id, a number, and how they are found in rows and lines.

A row is the person's own where an identifier of its own says so, or where the identifier stands
somewhere in it and nobody else is named as the caller. Else it mentions the person: such a row is
somebody else's, and is listed for review.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, Literal, NamedTuple

from session_analytics.privacy.pseudonyms import Key, normalised, pseudonym

from voice_analytics.errors import UsageError

type Kind = Literal["email", "participant", "session", "phone"]

# The columns that hold an identifier of a kind; the first says whose the call is.
COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    "email": ("user_email",),
    "participant": ("participant_id", "participants.identity"),
    "session": ("session_id",),
    "phone": ("caller_number", "dialed_number"),
}
MIN_DIGITS = 7
_NATIONAL_DIGITS = 9  # of a number without its country's code, at least: what is compared
# What stands before an identifier in a text: no part of a longer one; or an escape of JSON.
_BEFORE = r"(?:(?<![\w.+%-])|(?<=\\[nrtbf])|(?<=\\u[0-9a-fA-F]{4}))"
_AFTER = r"(?![\w-]|\.\w)"
_SEPARATORS = r"[ .()/-]{0,3}"


class Relation(Enum):
    """What a row or a line has to do with the person."""

    NONE = "none"
    OWN = "own"
    MENTIONS = "mentions"


class Identifier(NamedTuple):
    """One of the person's identifiers."""

    kind: Kind
    value: str

    @property
    def canonical(self) -> str:
        """The identifier without spelling: as it is hashed and compared."""
        if self.kind == "phone":
            return digits(self.value)[-_NATIONAL_DIGITS:]
        return normalised(self.value)


class Person:
    """Identifiers of one person, and their pseudonyms under the keys of the stack.

    Raises UsageError for an identifier that would be found anywhere.
    """

    def __init__(self, identifiers: Iterable[Identifier], keys: Iterable[Key] = ()) -> None:
        self.identifiers = list(identifiers)
        if not self.identifiers:
            raise UsageError("nobody is named", "give --email, --participant, --session or --phone")
        for each in self.identifiers:
            _check(each)
        self._patterns = [_pattern(each) for each in self.identifiers]
        spellings = [spelling for each in self.identifiers for spelling in _spellings(each)]
        self._pseudonyms = {pseudonym(each, key) for key in keys for each in spellings}

    def relation(self, row: Mapping[str, Any]) -> Relation:
        """What a row has to do with the person."""
        relation = Relation.NONE
        texts = list(_texts(row))
        for each, pattern in zip(self.identifiers, self._patterns, strict=True):
            own = list(_values(row, COLUMNS[each.kind]))
            if any(self._is(each, value) or pattern.search(value) for value in own):
                return Relation.OWN
            if any(map(pattern.search, texts)):
                callers = list(_values(row, COLUMNS[each.kind][:1]))
                relation = Relation.MENTIONS if callers else Relation.OWN
                if relation is Relation.OWN:
                    return relation
        return relation

    def is_in(self, text: str) -> bool:
        """Whether a line, which may be broken or escaped, names the person."""
        return any(pattern.search(text) for pattern in self._patterns) or any(
            each in text for each in self._pseudonyms
        )

    def _is(self, each: Identifier, value: str) -> bool:
        same = Identifier(each.kind, value).canonical == each.canonical
        return same or value in self._pseudonyms


def digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())


def _spellings(each: Identifier) -> list[str]:
    """How a row may have had the identifier before it became a pseudonym."""
    if each.kind != "phone":
        return [each.value]
    return [each.value, digits(each.value), f"+{digits(each.value)}"]


def _check(each: Identifier) -> None:
    if each.kind == "phone":
        if len(digits(each.value)) < MIN_DIGITS:
            raise UsageError(f"--phone has fewer than {MIN_DIGITS} digits", "give the whole number")
    elif each.kind == "email":
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", each.canonical):
            raise UsageError("--email is not an address", "write it as name@example.com")
    elif len(each.value.strip()) < 3:
        raise UsageError(f"--{each.kind} is shorter than 3 characters", "give the whole id")


def _pattern(each: Identifier) -> re.Pattern[str]:
    """The identifier in a text, in any case, as it is or escaped in JSON or in a URL."""
    if each.kind == "phone":
        number = digits(each.value)
        optional = max(0, len(number) - _NATIONAL_DIGITS)  # a country's code may be left out
        code = "".join(f"(?:{digit}{_SEPARATORS})?" for digit in number[:optional])
        return re.compile(rf"(?<!\d){code}{_SEPARATORS.join(number[optional:])}(?!\d)")
    spelt = "".join(map(_character, normalised(each.value)))
    return re.compile(f"{_BEFORE}{spelt}{_AFTER}", re.IGNORECASE)


def _character(character: str) -> str:
    if character.isascii() and character.isalnum():
        return character
    units = character.encode("utf-16-be")
    escaped = "".join(rf"\\+u{units[index : index + 2].hex()}" for index in range(0, len(units), 2))
    percent = "".join(f"%{byte:02x}" for byte in character.encode())
    return f"(?:{re.escape(character)}|{escaped}|{percent})"


def _values(row: Mapping[str, Any], places: Iterable[str]) -> Iterator[str]:
    for place in places:
        column, _, field = place.partition(".")
        value = row.get(column)
        for each in value if isinstance(value, list) else [value]:
            item = each.get(field) if field and isinstance(each, dict) else each
            if isinstance(item, str) and item:
                yield item


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for below in value.values():
            yield from _texts(below)
    elif isinstance(value, list):
        for below in value:
            yield from _texts(below)
