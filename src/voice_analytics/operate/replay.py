"""Replay: send again what did not become a row, once its cause is mended.

`errors` is what Firehose could not deliver, `rejected` what the function rejected, `log` the lines
of a time in the agent's log group, such as those that a disabled subscription skipped.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from voice_analytics.errors import UserError
from voice_analytics.operate import objects
from voice_analytics.operate.forgotten import leave_out
from voice_analytics.operate.logs import log_windows
from voice_analytics.operate.sending import DEFAULT_BYTES_PER_SECOND
from voice_analytics.operate.stack import Stack
from voice_analytics.operate.work import Run, Tally, Work, act, plan

COMMAND = "replay"
type Source = Literal["errors", "rejected", "log"]


@dataclass(frozen=True, slots=True)
class Replay:
    """What is to be replayed.

    Days choose objects, `since` and `until` lines of the log. `everything` sends also what would be
    rejected again. `limit` is the most units to send: objects, or hours of the log.
    """

    source: Source
    choice: objects.Choice = field(default_factory=objects.Choice)
    since: datetime | None = None
    until: datetime | None = None
    everything: bool = False
    bytes_per_second: int = DEFAULT_BYTES_PER_SECOND
    limit: int | None = None

    def as_options(self) -> dict[str, Any]:
        """As the ledger keeps it."""
        return {
            "source": self.source,
            "choice": [str(part) if isinstance(part, date) else part for part in self.choice],
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "everything": self.everything,
            "bytes_per_second": self.bytes_per_second,
            "limit": self.limit,
        }


def from_options(options: Mapping[str, Any]) -> Replay:
    """What a run was asked for."""
    first, last, error_type, code, version = options["choice"]
    days = [date.fromisoformat(day) if day else None for day in (first, last)]
    times = [options[name] for name in ("since", "until")]
    since, until = (datetime.fromisoformat(time) if time else None for time in times)
    return Replay(
        options["source"],
        objects.Choice(days[0], days[1], error_type, code, version),
        since,
        until,
        options["everything"],
        options["bytes_per_second"],
        options["limit"],
    )


def plan_replay(stack: Stack, replay: Replay) -> Tally:
    """What the replay would send. Nothing is changed."""
    with stack.aws.refusals():
        return plan(
            _works(stack, replay),
            stack.rules,
            everything=replay.everything,
            limit=replay.limit,
        )


def run_replay(stack: Stack, replay: Replay, run: Run) -> Tally:
    """Send and archive; what another run has claimed is left to it."""
    with stack.aws.refusals():
        run.ledger.begin(replay.as_options())
        return act(_works(stack, replay), stack.rules, run)


def _works(stack: Stack, replay: Replay) -> Iterator[Work]:
    return leave_out(stack, _all_works(stack, replay))


def _all_works(stack: Stack, replay: Replay) -> Iterator[Work]:
    if replay.source == "errors":
        return objects.errors(stack, replay.choice)
    if replay.source == "rejected":
        return objects.rejected(stack, replay.choice)
    if replay.since is None or replay.until is None:
        raise UserError("replay log needs a time", "give --since and --until")
    return log_windows(stack, replay.since, replay.until)
