"""The turns that insights are made from, out of a lake or Athena."""

from collections.abc import Iterable

from voice_analytics.report.days import Days
from voice_analytics.report.sources import Ask, Record

# A knowledge search that found nothing belongs to the last question before it.
_TURNS = """
SELECT
    turns.session_id,
    turns.ordinal,
    turns.speaker,
    turns.content,
    turns.said_at,
    lead(turns.said_at) OVER (
        PARTITION BY turns.dt, turns.session_id ORDER BY turns.ordinal
    ) AS answered_at
FROM turns
WHERE turns.dt BETWEEN '{first}' AND '{last}'
    AND turns.speaker IN ('user', 'agent')
ORDER BY turns.dt, turns.session_id, turns.ordinal
"""
_FAILED_SEARCHES = """
SELECT session_id, called_at
FROM tool_calls
WHERE dt BETWEEN '{first}' AND '{last}'
    AND results_found = false
    AND called_at IS NOT NULL
ORDER BY session_id, called_at
"""


def turns(ask: Ask, days: Days) -> list[Record]:
    """The turns of callers and agents; `search_failed`: a search for that turn found nothing."""
    period = {"first": days.first.isoformat(), "last": days.last.isoformat()}
    records = ask(_TURNS.format(**period))
    failed: dict[str, list[str]] = {}
    for search in ask(_FAILED_SEARCHES.format(**period)):
        failed.setdefault(search["session_id"], []).append(search["called_at"])
    return [
        {**turn, "search_failed": _has_failed(turn, failed.get(turn["session_id"], ()))}
        for turn in records
    ]


def _has_failed(turn: Record, searches: Iterable[str]) -> bool:
    """Whether a search was made between this turn and the next; times are ISO 8601."""
    began, ended = turn["said_at"], turn["answered_at"]
    if began is None:
        return False
    return any(began <= moment and (ended is None or moment <= ended) for moment in searches)
