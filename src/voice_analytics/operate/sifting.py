"""What the function would make of log events, found by the layer of this checkout: a dry run."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from session_analytics.batch import Rules, transform
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


def sift(batch: LogBatch, rules: Rules, *, everything: bool = False) -> Sifted:
    """The batch as the function would take it; `everything` accepts what it would reject."""
    covered = Partitions(rules.first_day, datetime.now(UTC).date())
    outcome = transform(batch, covered, rules.loggers)
    accepted = [(line.log_event, day) for day, lines in outcome.lines.items() for line in lines]
    rejected = [reject.log_event for reject in outcome.rejects]
    reasons = Counter(reject.code for reject in outcome.rejects)
    if everything:
        accepted += [(event, _day(event, covered)) for event in rejected]
        rejected, reasons = [], Counter()
    return Sifted(
        [event for event, _ in accepted],
        [day for _, day in accepted],
        rejected,
        reasons,
        outcome.ignored + outcome.other_loggers,
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
