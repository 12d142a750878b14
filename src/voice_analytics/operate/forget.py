"""Forget a person: rows, rejects and records that could not be delivered, and their old versions.

Everything that may hold the person is read, whatever a run has done before: so a run that was
interrupted is begun again, and finds what is left. The order is safe: first the person is put on
the list that replay, backfill and compact consult, so that nothing brings them back, then objects
are exchanged, then old versions and query results go.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from voice_analytics.operate.erasing import Erased, erase
from voice_analytics.operate.person import Person
from voice_analytics.operate.stores import ChangedError, Store

COMMAND = "forget"
FOLDERS = ("sessions/", "rejected/", "errors/", "replayed/")
RESULTS = "query-results/"
_ATTEMPTS = 5


@dataclass
class PersonFindings:
    """What was found of a person, or erased; counts alone, and event ids of other people's calls.

    `streams` are the log streams of the person's calls, with the time of the last call;
    `shared_streams` are those that hold calls of others.
    """

    counts: Counter[str] = field(default_factory=Counter)
    mentions: list[str] = field(default_factory=list)
    streams: dict[tuple[str, str], str] = field(default_factory=dict)
    shared_streams: set[tuple[str, str]] = field(default_factory=set)

    @property
    def anything(self) -> bool:
        """Whether the person is still there. Query results, which name many, do not count."""
        return any(self.counts[kind] for kind in ("rows", "rejects", "error_events", "versions"))

    def as_json(self) -> dict[str, Any]:
        names = ("rows", "rejects", "error_events", "objects", "versions", "query_results")
        return {
            **{name: self.counts[name] for name in names},
            "unsearched": self.counts["unsearched"],
            "mentions_in_other_calls": self.mentions,
        }


def find(store: Store, person: Person) -> PersonFindings:
    """What is there of a person. Nothing is changed."""
    result = PersonFindings()
    for folder in FOLDERS:
        for stored in store.objects(folder):
            body, _ = store.read(stored.key)
            _add(result, erase(stored.key, body, person))
        for key, version in store.old_versions(folder):
            result.counts["versions"] += erase(
                key, store.read_version(key, version), person
            ).changed
    result.counts["query_results"] = sum(1 for _ in store.objects(RESULTS))
    return result


def forget(store: Store, person: Person, tell: Callable[[str], None]) -> PersonFindings:
    """Erase what is there of a person. Can be run again at any time."""
    result = PersonFindings()
    for folder in FOLDERS:
        for stored in store.objects(folder):
            _add(result, _exchange(store, stored.key, person))
        tell(
            f"{folder}: {result.counts['rows']} rows, {result.counts['objects']} objects exchanged"
        )
        for key, version in store.old_versions(folder):
            if erase(key, store.read_version(key, version), person).changed:
                store.delete_version(key, version)
                result.counts["versions"] += 1
    for stored in list(store.objects(RESULTS)):
        store.delete(stored)
        result.counts["query_results"] += 1
    for key, version in list(store.old_versions(RESULTS)):
        store.delete_version(key, version)
    return result


def _exchange(store: Store, key: str, person: Person) -> Erased:
    """Exchange an object for one without the person. It is read anew where it has changed."""
    for attempt in range(_ATTEMPTS):
        body, stored = store.read(key)
        erased = erase(key, body, person)
        try:
            if erased.changed:
                store.replace(stored, erased.body)
            if erased.changed and erased.empty:
                store.delete(stored)
        except ChangedError:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            return erased
    raise AssertionError(key)


def _add(result: PersonFindings, erased: Erased) -> None:
    result.counts += erased.counts
    result.counts["objects"] += erased.changed
    result.counts["unsearched"] += erased.unsearched
    result.mentions += erased.mentions
    result.shared_streams |= erased.other_streams
    for stream, logged_at in erased.streams.items():
        result.streams[stream] = max(logged_at, result.streams.get(stream, ""))
