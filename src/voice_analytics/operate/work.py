"""Units of work that hold log events, sent back into the stream: planned, claimed, sent, settled.

The order makes a crash harmless at every step: claim, send, note, settle, finish. What is sent and
not noted is sent again by whoever resumes the run; the event ids are kept, so the views show one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from session_analytics.batch import Rules
from session_analytics.schema.envelope import LogBatch, LogEvent

from voice_analytics.operate.ledger import Claim, Ledger
from voice_analytics.operate.prices import Prices
from voice_analytics.operate.sending import Packed, Sender, TooLarge, pack
from voice_analytics.operate.sifting import sift

type Tell = Callable[[str], None]


class Piece(NamedTuple):
    """Log events, and the document that holds those of them that are not sent."""

    batch: LogBatch
    remainder: Callable[[list[LogEvent]], bytes]


@dataclass
class Content:
    """What a unit holds: pieces to send, and documents that stay as they are.

    `unreadable` counts, by reason, what was neither.
    """

    pieces: Iterable[Piece]
    kept: list[bytes] = field(default_factory=list)
    unreadable: Counter[str] = field(default_factory=Counter)


class Run(NamedTuple):
    """How units are sent.

    `everything` sends also what would be rejected again, `limit` is the most units to send.
    """

    ledger: Ledger
    sender: Sender
    everything: bool = False
    limit: int | None = None
    tell: Tell = print


class Work(NamedTuple):
    """A unit: its name in the ledger, and how it is read and settled.

    `settle` is called with the documents that stay, once all others are sent.
    """

    unit: str
    read: Callable[[], Content]
    settle: Callable[[list[bytes]], None]


@dataclass
class Tally:
    """What was found in some units, or became of them. `units` are those with events to send."""

    units: int = 0
    events: int = 0
    records: int = 0
    bytes: int = 0
    ignored: int = 0
    done_before: int = 0
    of_another_run: Counter[str] = field(default_factory=Counter)
    rejected_again: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
    event_ids: dict[str, str] = field(default_factory=dict)

    def minutes(self, bytes_per_second: int) -> float:
        """How long sending takes at that rate."""
        return self.bytes / bytes_per_second / 60

    def usd(self, prices: Prices) -> float:
        """What Firehose takes for it: each record is rounded up to 5 KiB."""
        return prices.firehose_usd(self.bytes, self.records)

    def as_json(self) -> dict[str, Any]:
        """Counts alone."""
        return {
            "units": self.units,
            "events": self.events,
            "records": self.records,
            "bytes": self.bytes,
            "ignored": self.ignored,
            "done_before": self.done_before,
            "of_another_run": dict(sorted(self.of_another_run.items())),
            "rejected_again": dict(sorted(self.rejected_again.items())),
            "unreadable": dict(sorted(self.unreadable.items())),
            "days": dict(sorted(self.days.items())),
        }


def plan(
    works: Iterable[Work], rules: Rules, *, everything: bool, limit: int | None = None
) -> Tally:
    """What sending the units would do; nothing is changed."""
    tally = Tally()
    for work in works:
        if tally.units == limit:
            break
        content = work.read()
        before = tally.events
        for _ in _records(content, rules, tally, [], everything=everything):
            pass
        tally.units += tally.events > before
        tally.unreadable += content.unreadable
    return tally


def act(works: Iterable[Work], rules: Rules, run: Run) -> Tally:
    """Send the units that are ours, and settle them."""
    tally = Tally()
    for work in works:
        if tally.units == run.limit:
            break
        match run.ledger.claim(work.unit):
            case Claim.DONE:
                tally.done_before += 1
            case Claim.OF_ANOTHER_RUN:
                tally.of_another_run[str(run.ledger.noted(work.unit).get("run"))] += 1
            case Claim.OURS:
                _send(work, rules, run, tally)
                run.tell(f"{tally.units} units done, {tally.events} events sent")
    return tally


def _send(work: Work, rules: Rules, run: Run, tally: Tally) -> None:
    content = work.read()
    kept: list[bytes] = []
    of_unit = Tally()
    records = _records(content, rules, of_unit, kept, everything=run.everything)
    if run.ledger.noted(work.unit).get("sent"):
        for _ in records:  # read once more for what stays
            pass
    else:
        run.sender.send(records)
        if of_unit.events:
            run.ledger.note(work.unit, sent=True, ids=of_unit.event_ids)
    _add(tally, of_unit)
    tally.unreadable += content.unreadable
    if of_unit.events:
        work.settle([*content.kept, *kept])
        run.ledger.finish(work.unit)
        tally.units += 1
    else:
        run.ledger.forget(work.unit)


def _records(
    content: Content,
    rules: Rules,
    tally: Tally,
    kept: list[bytes],
    *,
    everything: bool,
) -> Iterator[Packed]:
    """The records of a unit, counted as they are made; adds what stays to `kept`."""
    for piece in content.pieces:
        sifted = sift(piece.batch, rules, everything=everything)
        stays = list(sifted.rejected)
        for event, day in zip(sifted.accepted, sifted.days, strict=True):
            tally.days[day] += 1
            tally.event_ids[event["id"]] = day
        try:
            for record in pack({**piece.batch, "logEvents": sifted.accepted}, sifted.days):
                tally.events += record.events
                tally.records += 1
                tally.bytes += len(record.data)
                yield record
        except TooLarge:
            content.unreadable["an event that no record has room for"] += 1
            stays = list(piece.batch["logEvents"])
        tally.ignored += sifted.ignored
        tally.rejected_again += sifted.reasons
        if stays:
            kept.append(piece.remainder(stays))


def _add(tally: Tally, more: Tally) -> None:
    tally.events += more.events
    tally.records += more.records
    tally.bytes += more.bytes
    tally.ignored += more.ignored
    tally.rejected_again += more.rejected_again
    tally.days += more.days
    tally.event_ids |= more.event_ids
