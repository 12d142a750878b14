"""The privacy policy of a profile, applied to a row before anything is stored.

schemas/privacy.yaml says what a profile does with each field; `make schemas` compiles it to one
action a column, or one a field of a struct: `drop`, `pseudonymise`, `redact` (texts), `redact_json`
(JSON as text), `redact_extras` (JSON by JSON Pointer), `mask` (a text that is kept: only the
event's own identifiers are taken out of it) and `contract_path` (keys of the sender's own become
`*`). What is not named is kept as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from pydantic_core import from_json

from session_analytics.privacy.pseudonyms import Key, pseudonym
from session_analytics.privacy.redaction import redact
from session_analytics.schema.contract import KEYS
from session_analytics.schema.json_text import json_text
from session_analytics.schema.pointer import token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from session_analytics.privacy.profiles import Actions, Profile

type Row = dict[str, Any]

_MASK_KIND = "identifier"
_MASK = f"[{_MASK_KIND}]"
_PSEUDONYM = re.compile(r"[0-9a-f]{64}")
_MIN_CHARACTERS = 3  # of an identifier that is looked for in other texts
# Identifiers that are looked for in an event's texts: each takes time for each text. Of an event
# with more every such text is masked as a whole.
MAX_NAMES = 100
_WHOLE_WORDS_BELOW = 6  # characters: a shorter one is only taken out where it is a whole word
_LONGEST_INDEX = 6  # digits: longer ones in a JSON Pointer may be a number of somebody
# Identities that many callers have: they name nobody.
_OF_NOBODY = frozenset(
    {"agent", "anonymous", "assistant", "caller", "customer", "guest", "identity", "null", "user"}
    | {"participant", "standard", "unknown", "visitor"}
)


class Policy:
    """A profile with its key, ready to be applied. Raises ValueError where the key is missing."""

    def __init__(self, profile: Profile, key: Key | None = None) -> None:
        if profile.needs_key and key is None:
            raise ValueError(f"the profile {profile.name} makes pseudonyms and has no key")
        self.profile = profile
        self._key = key
        self._actions = _split(profile.columns)
        self._refused = _split(profile.without_consent)

    def apply(self, row: Row) -> Counter[str]:
        """Change the row as the profile says; what was taken out of texts, by kind.

        A row that came under this profile before, and is sent again, stays as it is.
        """
        counts: Counter[str] = Counter()
        if row.get("privacy_profile") == self.profile.name:
            return counts
        refused = row.get("consent_obtained") is False
        actions, masks = self._refused if refused else self._actions
        names = _Names(_values(row, self.profile.identifiers))
        changing = _Changing(self, names, counts, already=row.get("pseudonym_key") is not None)
        changing.columns(row, actions)
        if names.occur_in(row):
            changing.columns(row, masks)
        _add(row, counts)
        row["privacy_profile"] = self.profile.name
        if self._key is not None and self.profile.needs_key:
            row.setdefault("pseudonym_key", self._key.id)
        return counts

    def raw_message(self, text: str) -> str | None:
        """The text of a rejected line as the profile stores it; None where it is withheld."""
        match self.profile.raw_message:
            case "drop":
                return None
            case "redact":
                return redact(text)
        return text

    def pseudonym(self, text: str) -> str:
        assert self._key is not None
        return pseudonym(text, self._key)


class _Names:
    """The identifiers of an event, as they may stand in its other texts."""

    def __init__(self, values: Iterable[str]) -> None:
        self._lower = {value.lower(): value for value in values}
        self._too_many = len(self._lower) > MAX_NAMES

    def occur_in(self, row: Row) -> bool:
        """Whether any of them is in the row, or may be."""
        if self._too_many:
            return True
        text = orjson.dumps(row).decode().lower() if self._lower else ""
        return any(orjson.dumps(lower).decode()[1:-1] in text for lower in self._lower)

    def mask(self, text: str, counts: Counter[str]) -> str:
        if self._too_many:
            counts[_MASK_KIND] += 1
            return _MASK
        lower = text.lower()
        for name, value in self._lower.items():
            if name in lower:
                text, count = re.subn(_source(value), _MASK, text, flags=re.IGNORECASE)
                counts[_MASK_KIND] += count
        return text


class _Changing(NamedTuple):
    """A row while it is changed."""

    policy: Policy
    names: _Names
    counts: Counter[str]
    already: bool  # some of its values may be pseudonyms

    def columns(self, row: Row, actions: Actions) -> None:
        for column, action in actions.items():
            value = row.get(column)
            if value is None:
                continue
            if isinstance(action, str):
                _put(row, column, self._changed(value, action))
                continue
            for struct in value if isinstance(value, list) else [value]:
                self.columns(struct, action)

    def _changed(self, value: Any, action: str) -> Any:
        match action:
            case "drop":
                return None
            case "redact_json":
                return self._json(value)
            case "redact_extras":
                return self._extras(value)
        change = {
            "pseudonymise": self._pseudonym,
            "redact": self._redacted,
            "mask": self._masked,
            "contract_path": _contract_path,
        }[action]
        return [change(each) for each in value] if isinstance(value, list) else change(value)

    def _pseudonym(self, text: str) -> str:
        if self.already and _PSEUDONYM.fullmatch(text):
            return text
        return self.policy.pseudonym(text)

    def _masked(self, text: str) -> str:
        return self.names.mask(text, self.counts)

    def _redacted(self, text: str) -> str:
        return self.names.mask(redact(text, self.counts), self.counts)

    def _json(self, text: str) -> str:
        try:
            document = from_json(text)
        except ValueError:
            return self._redacted(text)
        return json_text(self._redacted_json(document))

    def _redacted_json(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._redacted(value)
        if isinstance(value, dict):
            return {self._redacted(key): self._redacted_json(below) for key, below in value.items()}
        if isinstance(value, list):
            return [self._redacted_json(below) for below in value]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            written = str(value)
            redacted = self._redacted(written)
            return value if redacted == written else redacted
        return value

    def _extras(self, text: str) -> str | None:
        extras = {}
        for place, value in from_json(text).items():
            node: Any = self.policy.profile.pointers
            for part in place.split("/")[1:]:
                node = _below(node, part.replace("~1", "/").replace("~0", "~"))
            if (changed := self._by_field(value, node)) is not None:
                extras[self._redacted(place)] = changed
        return json_text(extras) if extras else None

    def _by_field(self, value: Any, node: Any) -> Any:
        """A value of the extras as the actions of its fields say; None where nothing is left."""
        if isinstance(value, list):
            return [self._by_field(each, node) for each in value]
        if isinstance(node, dict) and isinstance(value, dict):
            fields = {
                self._redacted(key): self._by_field(below, _below(node, key))
                for key, below in value.items()
            }
            return {key: below for key, below in fields.items() if below is not None}
        action = node if isinstance(node, str) else node["*"]
        if action == "pseudonymise":
            return self._pseudonym(str(value)) if isinstance(value, (str, int)) else None
        return None if action == "drop" else self._redacted_json(value)


def _split(actions: Actions) -> tuple[Actions, Actions]:
    """The actions that always change something, and the masks, which seldom have to."""
    changes: dict[str, Any] = {}
    masks: dict[str, Any] = {}
    for column, action in actions.items():
        if isinstance(action, str):
            (masks if action == "mask" else changes)[column] = action
            continue
        for part, field_actions in zip((changes, masks), _split(action), strict=True):
            if field_actions:
                part[column] = field_actions
    return changes, masks


def _below(node: Any, part: str) -> Any:
    """The actions of a key in an object, or of an element of a list, whose index says nothing."""
    if isinstance(node, str) or part.isdecimal():
        return node
    return node.get(part, node["*"])


def _put(row: Row, column: str, value: Any) -> None:
    if value is None:
        del row[column]
    else:
        row[column] = value


def _values(row: Row, identifiers: Iterable[str]) -> Iterator[str]:
    """The identifiers in a row that are worth looking for elsewhere; of a name its words, too."""
    for place in identifiers:
        column, _, field = place.partition(".")
        value = row.get(column)
        structs = value if isinstance(value, list) else [value]
        for each in structs:
            text = each.get(field) if field and isinstance(each, dict) else each
            if isinstance(text, str):
                words = text.split() if column == "user_name" else ()
                for identifier in (text.strip(), *words):
                    if len(identifier) >= _MIN_CHARACTERS and identifier.lower() not in _OF_NOBODY:
                        yield identifier


def _source(value: str) -> str:
    pattern = re.escape(value)
    return rf"(?<!\w){pattern}(?!\w)" if len(value) < _WHOLE_WORDS_BELOW else pattern


def _contract_path(path: str) -> str:
    """The JSON Pointer with `*` for every key that is not one of the contract's own."""
    known = _contract_keys()
    return "/".join(
        part if not part or part in known or _is_index(part) else "*" for part in path.split("/")
    )


def _is_index(part: str) -> bool:
    return part.isdecimal() and len(part) <= _LONGEST_INDEX


@cache
def _contract_keys() -> frozenset[str]:
    return frozenset(token(key) for keys in KEYS.values() for key in keys) | {"_wrapper"}


def _add(row: Row, counts: Counter[str]) -> None:
    """Add the counts to those of the recorder, in the column `redactions`."""
    if totals := +counts:
        for each in row.get("redactions", ()):
            totals[each.get("kind", "")] += each.get("count", 0)
        row["redactions"] = [{"kind": kind, "count": count} for kind, count in totals.items()]
