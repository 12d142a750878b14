"""What the function would make of log events, found by the layer of this checkout: a dry run."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from session_analytics.batch import transform
from session_analytics.partition import Partitions
from session_analytics.schema.envelope import LogBatch, LogEvent
from session_analytics.schema.values import from_epoch_ms


class Sifted(NamedTuple):
    """The events of a batch that would become rows, with their days, and the others.

    `rejected` would be rejected again, for the reasons counted; `ignored` are of another kind.
    """

    accepted: list[LogEvent]
    days: list[str]
    rejected: list[LogEvent]
    reasons: Counter[str]
    ignored: int


def partitions(first_day: date) -> Partitions:
    """The partitions that exist today."""
    return Partitions(first_day, datetime.now(UTC).date())


def sift(batch: LogBatch, covered: Partitions, *, everything: bool = False) -> Sifted:
    """The batch as the function would take it; `everything` accepts what it would reject."""
    outcome = transform(batch, covered)
    days = {id(line.log_event): day for day, lines in outcome.lines.items() for line in lines}
    rejected = [reject.log_event for reject in outcome.rejects]
    reasons = Counter(reject.code for reject in outcome.rejects)
    if everything:
        days |= {id(event): _day(event, covered) for event in rejected}
        rejected, reasons = [], Counter()
    accepted = [event for event in batch["logEvents"] if id(event) in days]
    return Sifted(
        accepted, [days[id(event)] for event in accepted], rejected, reasons, outcome.ignored
    )


def _day(event: LogEvent, covered: Partitions) -> str:
    return covered.of_log_event(from_epoch_ms(event["timestamp"])).isoformat()


def batch_of(owner: str, group: str, stream: str, events: Sequence[LogEvent]) -> LogBatch:
    """Log events of one stream in the envelope that CloudWatch Logs would send them in."""
    return {
        "messageType": "DATA_MESSAGE",
        "owner": owner,
        "logGroup": group,
        "logStream": stream,
        "subscriptionFilters": ["operate"],
        "logEvents": list(events),
    }
