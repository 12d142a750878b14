"""The calls behind the numbers: whom to call back, and which calls to look at."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from voice_analytics.report.conversation import Key, key_of, moment
from voice_analytics.report.figures import Reader
from voice_analytics.report.privacy import Privacy
from voice_analytics.report.sources import Record
from voice_analytics.report.words import needs, readable

MAX_ROWS = 25  # of a list on the page
_LIMIT = 100  # rows that the saved queries of the lists return at most

type Link = Callable[[Key], str]  # the address of a call, "" where there is none
type Words = Callable[[Record, Record, Privacy], tuple[str, str]]  # title and reason of a row


class Row(NamedTuple):
    """A line of a list; `link` opens its call, "" where the page does not have that."""

    title: str
    detail: str
    reason: str
    link: str
    score: int | None = None


class Listing(NamedTuple):
    """A list of calls with the saved query that returned them; `note` says what is left out."""

    query: str
    title: str
    look_for: str
    empty: str
    rows: list[Row]
    note: str


class _List(NamedTuple):
    title: str
    look_for: str
    empty: str
    words: Words


def _lead(record: Record, call: Record, privacy: Privacy) -> tuple[str, str]:
    who = f"{privacy.name(record)}, {record['company'] or 'company not known'}"
    wants = needs(record)
    problems = privacy.mask(record["pain_points"] or "", call or record)
    return who, "; ".join(filter(None, (wants, problems)))


def _abrupt(record: Record, call: Record, privacy: Privacy) -> tuple[str, str]:
    words = privacy.mask(record["last_words"] or "", call)
    return readable(record["ended_how"]), f"last words: {words}" if words else ""


def _slow(record: Record, _call: Record, _privacy: Privacy) -> tuple[str, str]:
    over = f"{record['answers_over_target']} of {record['answers']} answers"
    return f"{over} over {record['target_ms']:,} ms", f"slowest {record['slowest_ms']:,.0f} ms"


def _failed(record: Record, call: Record, privacy: Privacy) -> tuple[str, str]:
    number = record["errors"]
    named = [part.partition(": ") for part in (record["failed_tools"] or "").split(" / ") if part]
    tools = [f"{readable(tool)}{colon}{error}" for tool, colon, error in named]
    parts = [*tools, record["last_error"] or "", readable(record["ended_because"])]
    reason = privacy.mask("; ".join(filter(None, parts)), call)
    return f"{number} error{'' if number == 1 else 's'}", reason


LISTS = {
    "follow_up_list": _List(
        "Call these people first",
        "Qualified, and no meeting booked yet; the most promising stands on top.",
        "Nobody is waiting for a call in this period.",
        _lead,
    ),
    "failed_calls": _List(
        "Calls with errors",
        "A tool or a model failed; open one to see where.",
        "No tool and no model failed in this period.",
        _failed,
    ),
    "abrupt_endings": _List(
        "Calls that ended abruptly",
        "The caller left without an answer, or an error closed the call.",
        "No call of this period ended abruptly.",
        _abrupt,
    ),
    "slow_calls": _List(
        "Calls with slow answers",
        "Open one to see which stage of which answer was slow.",
        "Every measured answer of this period was within its target.",
        _slow,
    ),
}
_LISTS_FOR: dict[Reader, tuple[str, ...]] = {
    "sales": ("follow_up_list",),
    "agent": ("failed_calls", "slow_calls", "abrupt_endings"),
    "operations": ("failed_calls", "abrupt_endings"),
}


def lists_for(reader: Reader | None) -> tuple[str, ...]:
    """The lists that a reader is shown; without a reader, all."""
    return _LISTS_FOR[reader] if reader else tuple(LISTS)


def listing(
    name: str, records: Sequence[Record], calls: Mapping[Key, Record], link: Link, privacy: Privacy
) -> Listing:
    """A list of calls; `calls` are the rows of call_list that are known of them."""
    kind, shown = LISTS[name], records[:MAX_ROWS]
    rows = []
    for record in shown:
        title, reason = kind.words(record, calls.get(key_of(record), {}), privacy)
        rows.append(
            Row(title, _detail(record, privacy), reason, link(key_of(record)), record.get("score"))
        )
    total = f"{'at least ' if len(records) >= _LIMIT else ''}{len(records)}"
    note = f"The first {len(shown)} of {total}." if len(records) > len(shown) else ""
    return Listing(name, kind.title, kind.look_for, kind.empty, rows, note)


def _detail(record: Record, privacy: Privacy) -> str:
    if "score" not in record:
        return f"{moment(record['started_at'])} · {record['session_id']}"
    address = f" · {record['user_email']}" if privacy.people and record["user_email"] else ""
    return f"last call {moment(record['last_called_at'])} · {record['session_id']}{address}"
