"""What is asked for a page: the figures, the period before, and the calls that the lists name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from voice_analytics.catalog.saved_queries import Query, queries
from voice_analytics.catalog.slices import Slice, condition, rests_on_calls
from voice_analytics.report.conversation import CALLS, TIMELINE
from voice_analytics.report.days import Days
from voice_analytics.report.lists import LISTS, MAX_ROWS
from voice_analytics.report.sources import Ask, Record
from voice_analytics.report.words import NOT_SAID

COMPARED = ("period_totals", "latency_by_stage", "daily_volume", "cost_by_day")
VERSIONS = "agent_versions"


type Track = Callable[[Sequence[str]], Iterable[str]]  # passes names on, and may show how far


class Answer(NamedTuple):
    """The records of a saved query, and the SQL that returned them."""

    sql: str
    records: Sequence[Record]


class Answers(NamedTuple):
    """Everything that a page shows, by the saved queries' names.

    `before` is the period before; empty where there is nothing to compare with, and `no_comparison`
    says why. `first_days` are the days on which versions of agents were first called.
    """

    now: Mapping[str, Answer]
    before: Mapping[str, Sequence[Record]]
    no_comparison: str
    first_days: Mapping[str, str]

    @property
    def records(self) -> dict[str, Sequence[Record]]:
        """The records alone."""
        return {name: answer.records for name, answer in self.now.items()}


def collect(  # noqa: PLR0913 - what is asked, of what, and three options
    ask: Ask,
    calls: Slice,
    names: Sequence[str],
    lake_days: Days | None = None,
    *,
    track: Track = lambda names: names,
    of_listed: Sequence[str] = (CALLS, TIMELINE),
) -> Answers:
    """Ask the saved queries of these names, and `of_listed` those of the calls that they list.

    `lake_days` are the days of a lake; where the period before begins earlier, it is left out.
    """
    saved = queries()
    now = {name: _answer(ask, calls, saved[name]) for name in track(names)}
    listed = {
        record["session_id"]
        for name in LISTS
        if name in now
        for record in now[name].records[:MAX_ROWS]
    }
    for name in of_listed:
        if listed:
            only_listed = calls.narrowed(condition("session_id", sorted(listed)))
            now[name] = _answer(ask, only_listed, saved[name])
        else:
            now[name] = Answer("", [])
    before, why = _before(ask, calls, names, lake_days)
    return Answers(now, before, why, _first_days(ask, calls, bool(before)))


def _before(
    ask: Ask, calls: Slice, names: Sequence[str], lake_days: Days | None
) -> tuple[dict[str, Sequence[Record]], str]:
    earlier = calls.before
    period = str(Days(earlier.first, earlier.last))
    if lake_days and earlier.first < lake_days.first:
        return {}, f"No comparison with {period}: the lake begins on {lake_days.first}."
    saved = queries()
    totals = _answer(ask, earlier, saved[COMPARED[0]]).records
    if not totals:
        return {}, f"No comparison with {period}: there was no call."
    others = [name for name in COMPARED[1:] if name in names]
    return {COMPARED[0]: totals} | {
        name: _answer(ask, earlier, saved[name]).records for name in others
    }, ""


def _first_days(ask: Ask, calls: Slice, compared: bool) -> dict[str, str]:
    """The day of each version's first call, but of those that were there from the beginning."""
    since = calls._replace(first=calls.before.first) if compared else calls
    records = [
        record
        for record in _answer(ask, since, queries()[VERSIONS]).records
        if record["agent_version"] != NOT_SAID
    ]
    agents = {record["agent_name"] for record in records}
    beginning = min((record["first_called_on"] for record in records), default="")
    return {
        f"{record['agent_name'] if len(agents) > 1 else ''} {record['agent_version']}".strip(): day
        for record in records
        if (day := record["first_called_on"]) > beginning and day >= calls.first.isoformat()
    }


def _answer(ask: Ask, calls: Slice, query: Query) -> Answer:
    asked = calls if rests_on_calls(query.sql) else Slice(calls.first, calls.last)
    return Answer(asked.sql(query.sql), ask(query.sql, asked))
