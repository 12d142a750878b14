"""What to do about rejected events and unknown keys, in words for an agent's developer."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from session_analytics.schema.row import ERROR_CODES

from voice_analytics.catalog.event_fields import nearest_field

NOTHING_RECOGNISED = (
    'nothing was delivered: no line that passes the filter has "_event_type": "session_analytics"'
)
CHECK = "voice-analytics check FILE explains each line"
HINTS = {
    "not_json": "log the event as one JSON object on one line: json.dumps, not str, and not cut",
    "too_deep": "nest objects and lists at most 250 levels deep, an event below 12 wrappers",
    "fault": "report it with its error_message; replay the event when it is repaired",
    "missing_session_id": "send session_id, or one of _session_id, job_id, room_id, room",
    "no_start_time": "send start_time (ISO 8601, epoch seconds), or end_time and duration_seconds",
    "unknown_shape": "log the event as an object of its own, with _event_type beside its fields",
    "invalid_row": "send the row as it was exported, or replay the log line instead",
    "too_large": "keep an event below 1 MB: shorten its transcript or leave out raw data",
}
FAILURE_HINTS = {
    "DynamicPartitioning.ActivePartitionsLimitExceeded": "send fewer days at once: split the log"
}
_INDEX = re.compile(r"/\d+(?=/|$)")
_MOST_LISTED = 10  # wrong values, and unknown keys


NO_EVENT_TYPE = 'no "_event_type": "session_analytics"'
ADD_EVENT_TYPE = 'add "_event_type": "session_analytics" to the object'


def hint_of(code: str) -> str:
    """What to do about events that were rejected with this code."""
    return HINTS.get(code, ERROR_CODES.get(code, ""))


def reject_lines(rejected: Mapping[str, int]) -> Iterator[str]:
    """A line for each reject code, with its count and what to do."""
    for code, count in sorted(rejected.items()):
        yield f"rejected with {code}: {count:,}: {hint_of(code)}"


def failure_lines(errors: Mapping[str, int], *, verbose: bool) -> Iterator[str]:
    """A line for each code of failed records, with its count and what to do."""
    unexplained = False
    for code, count in errors.items():
        hint = FAILURE_HINTS.get(code, "")
        yield f"records failed with {code}: {count:,}{f': {hint}' if hint else ''}"
        unexplained |= not hint
    if unexplained and not verbose:
        yield "--verbose shows what the function logged about it"


def value_lines(files: Iterable[Path]) -> Iterator[str]:
    """A line for each kind of wrong value, and for each unknown key that looks like a misspelt one.

    The most frequent first. `files` are delivered Parquet files.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to load

    wrong: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for file in files:
        table = pq.ParquetFile(file).read(columns=["extras", "contract_violations"])
        for row in table.to_pylist():
            violations = {
                violation["path"]: violation["expected"]
                for violation in row["contract_violations"] or ()
            }
            wrong.update(
                {
                    f"{_INDEX.sub('/*', path)}: expected {expected}"
                    for path, expected in violations.items()
                }
            )
            unknown.update(unknown_keys(row["extras"], violations))
    yield from _most_frequent(wrong)
    yield from _most_frequent(
        Counter({unknown_key(key): count for key, count in unknown.items() if _nearest(key)})
    )


def _most_frequent(sentences: Counter[str]) -> Iterator[str]:
    for sentence, count in sentences.most_common(_MOST_LISTED):
        yield f"{sentence} (in {count:,} event{'s' * (count != 1)})"
    if len(sentences) > _MOST_LISTED:
        yield f"and {len(sentences) - _MOST_LISTED} more like these"


def unknown_keys(extras: str | None, violated: Iterable[str]) -> set[str]:
    """The keys of an event that the contract does not know, with * for places in lists."""
    keys = json.loads(extras or "{}").keys() - set(violated)
    return {_INDEX.sub("/*", key) for key in keys}


def unknown_key(key: str) -> str:
    """The sentence about an unknown key, with the field that it was probably meant to be."""
    name = key.removeprefix("/").replace("/", ".")
    near = _nearest(key)
    return f"{name} is not a field{f': did you mean {near}?' if near else ''}"


_nearest = cache(nearest_field)
