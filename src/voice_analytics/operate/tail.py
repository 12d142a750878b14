"""The newest calls, seconds after they end: log lines through the layer of this checkout."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson
from session_analytics.batch import transform
from session_analytics.partition import Partitions

from voice_analytics.operate.logs import log_event, log_events
from voice_analytics.operate.sifting import batch_of
from voice_analytics.operate.stack import Stack

POLL_SECONDS = 5.0
_OVERLAP = timedelta(minutes=2)  # CloudWatch may show a line this late
_REMEMBERED = 10_000  # event ids


class Seen(NamedTuple):
    """A call, or a line that would be rejected; `row` is empty for that."""

    logged_at: datetime
    row: dict[str, Any]
    code: str = ""
    reason: str = ""


def recent(stack: Stack, since: datetime, until: datetime) -> Iterator[tuple[str, Seen]]:
    """What was logged in that time, by event id, in the order of the log."""
    with stack.aws.refusals():
        for found in log_events(stack.aws, stack.agent_log, stack.filter_pattern, since, until):
            yield from _read(stack, found)


def follow(stack: Stack, since: datetime, sleep: Callable[[float], None]) -> Iterator[Seen]:
    """What is logged from then on; each event once. Ends when `sleep` raises."""
    seen: dict[str, None] = {}
    start = since
    while True:
        until = datetime.now(UTC)
        for event_id, each in recent(stack, start, until + _OVERLAP):
            if event_id not in seen:
                seen[event_id] = None
                yield each
        for old in list(seen)[:-_REMEMBERED]:
            del seen[old]
        start = max(since, until - _OVERLAP)
        sleep(POLL_SECONDS)


def _read(stack: Stack, found: dict[str, Any]) -> Iterator[tuple[str, Seen]]:
    rules = stack.rules
    covered = Partitions(rules.first_day, datetime.now(UTC).date())
    batch = batch_of(stack.account, stack.agent_log, found["logStreamName"], [log_event(found)])
    outcome = transform(batch, covered, rules.loggers)
    at = datetime.fromtimestamp(found["timestamp"] / 1000, UTC)
    for lines in outcome.lines.values():
        for line in lines:
            yield line.log_event["id"], Seen(at, orjson.loads(line.text))
    for reject in outcome.rejects:
        yield reject.log_event["id"], Seen(at, {}, reject.code, reject.message)


def as_line(seen: Seen, *, personal: bool) -> str:
    """One line a call: time, session, minutes, outcome, tier, cost, violations.

    Names and addresses are shown only if asked for; control characters never.
    """
    row = seen.row
    if not row:
        return f"{seen.logged_at:%H:%M:%S}  rejected: {seen.code} ({seen.reason})"
    minutes = row.get("duration_seconds")
    parts = [
        f"{seen.logged_at:%H:%M:%S}",
        str(row["session_id"]),
        f"{minutes / 60:.1f} min" if minutes is not None else "- min",
        row.get("outcome") or row.get("close_reason") or "-",
        row.get("qualification_tier") or "-",
        f"${row['cost_total_usd']:.3f}" if "cost_total_usd" in row else "$-",
        f"{len(row.get('contract_violations', ()))} violations",
    ]
    if personal:
        parts += [row.get("user_email") or "-", row.get("user_name") or "-"]
    return "  ".join(_visible(str(part)) for part in parts)


def _visible(text: str) -> str:
    """Control and formatting characters as a replacement: a call's words never steer a terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
