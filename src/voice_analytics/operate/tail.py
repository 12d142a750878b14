"""The newest calls: seconds after they end from the log, minutes after from the table.

Lines of the agent's log group go through the layer of this checkout; rows come from Athena.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson
from session_analytics.batch import transform
from session_analytics.partition import Partitions

from voice_analytics.operate.athena import rows_of
from voice_analytics.operate.logs import log_event, log_events
from voice_analytics.operate.sifting import batch_of
from voice_analytics.operate.stack import Stack
from voice_analytics.printable import printable

_REMEMBERED = 10_000  # event ids
_TIME = "%Y-%m-%d %H:%M:%S"
# The view's columns by their conversion from Athena's texts.
_COLUMNS: dict[str, Callable[[str], Any]] = {
    "event_id": str,
    "session_id": str,
    "duration_seconds": float,
    "outcome": str,
    "close_reason": str,
    "qualification_tier": str,
    "cost_total_usd": float,
}
_PERSONAL: dict[str, Callable[[str], Any]] = {"user_email": str, "user_name": str}


class Seen(NamedTuple):
    """A call, or a line that would be rejected; `row` is empty for that."""

    event_id: str
    logged_at: datetime
    row: dict[str, Any]
    violations: int = 0
    code: str = ""
    reason: str = ""


class Source(NamedTuple):
    """Where calls are read from.

    `overlap` is how much later than its time a call may appear there.
    """

    recent: Callable[[datetime, datetime], Iterator[Seen]]
    poll_seconds: float
    overlap: timedelta


def log_source(stack: Stack) -> Source:
    """The agent's log group. CloudWatch may show a line two minutes late."""

    def recent(since: datetime, until: datetime) -> Iterator[Seen]:
        with stack.aws.refusals():
            group, pattern = stack.agent_log, stack.filter_pattern
            for event in log_events(stack.aws, group, pattern, since, until):
                yield from _read(stack, event)

    return Source(recent, 5.0, timedelta(minutes=2))


def lake_source(stack: Stack, *, rejects: bool, personal: bool) -> Source:
    """The table, through `sessions` or the rejects; personal columns only if asked for.

    Each poll is a query of two days, billed as 10 MB at least.
    """

    def recent(since: datetime, until: datetime) -> Iterator[Seen]:
        with stack.aws.refusals():
            if rejects:
                yield from _rejected(stack, since, until)
            else:
                yield from _delivered(stack, since, until, personal=personal)

    return Source(recent, 60.0, timedelta(seconds=2 * stack.buffer_seconds + 600))


def follow(source: Source, since: datetime, sleep: Callable[[float], None]) -> Iterator[Seen]:
    """What comes from then on, each event once. Ends when `sleep` raises."""
    seen: dict[str, None] = {}
    start = since
    while True:
        until = datetime.now(UTC)
        for each in source.recent(start, until + timedelta(minutes=2)):
            if each.event_id not in seen:
                seen[each.event_id] = None
                yield each
        for old in list(seen)[:-_REMEMBERED]:
            del seen[old]
        start = max(since, until - source.overlap)
        sleep(source.poll_seconds)


def _read(stack: Stack, event: dict[str, Any]) -> Iterator[Seen]:
    rules = stack.rules
    covered = Partitions(rules.first_day, datetime.now(UTC).date())
    batch = batch_of(stack.account, stack.agent_log, event["logStreamName"], [log_event(event)])
    outcome = transform(batch, covered, rules.loggers)
    moment = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
    for lines in outcome.lines.values():
        for line in lines:
            row = orjson.loads(line.text)
            yield Seen(line.log_event["id"], moment, row, len(row.get("contract_violations", ())))
    for reject in outcome.rejects:
        yield Seen(reject.log_event["id"], moment, {}, code=reject.code, reason=reject.message)


def _delivered(stack: Stack, since: datetime, until: datetime, *, personal: bool) -> Iterator[Seen]:
    columns = _COLUMNS | (_PERSONAL if personal else {})
    names = ", ".join(columns)
    sql = f"""
        SELECT
            date_format(logged_at, '%Y-%m-%d %H:%i:%s'),
            coalesce(cardinality(contract_violations), 0),
            {names}
        FROM sessions
        WHERE {_period(since, until)}
        ORDER BY logged_at, event_id
    """  # noqa: S608 - own names and times
    for logged_at, violations, *texts in rows_of(stack, sql):
        cells = zip(columns.items(), texts, strict=True)
        row = {name: convert(text) for (name, convert), text in cells if text}
        yield Seen(row["event_id"], _moment(logged_at), row, int(violations))


def _rejected(stack: Stack, since: datetime, until: datetime) -> Iterator[Seen]:
    sql = f"""
        SELECT event_id, date_format(logged_at, '%Y-%m-%d %H:%i:%s'), error_code, error_message
        FROM rejected_events
        WHERE {_period(since, until)}
        ORDER BY logged_at, event_id
    """  # noqa: S608 - own times
    for event_id, logged_at, code, reason in rows_of(stack, sql):
        yield Seen(event_id, _moment(logged_at), {}, code=code, reason=reason)


def _period(since: datetime, until: datetime) -> str:
    """A call that was logged after midnight is in the partition of the day on which it began."""
    first = since - timedelta(days=1)
    return (
        f"dt >= '{first:%Y-%m-%d}' "
        f"AND logged_at >= TIMESTAMP '{since.astimezone(UTC):{_TIME}}' "
        f"AND logged_at < TIMESTAMP '{until.astimezone(UTC):{_TIME}}'"
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def as_json(seen: Seen, *, personal: bool) -> dict[str, Any]:
    """What a line tells; addresses and names only if asked for."""
    about: dict[str, Any] = {"logged_at": seen.logged_at.isoformat(), "event_id": seen.event_id}
    if not seen.row:
        return {**about, "error_code": seen.code, "error_message": seen.reason}
    shown = [*_COLUMNS, *(_PERSONAL if personal else ())]
    row = {name: seen.row.get(name) for name in shown if name != "event_id"}
    return {**about, **row, "violations": seen.violations}


def as_line(seen: Seen, *, personal: bool) -> str:
    """One line a call: time, session, minutes, outcome, tier, cost, violations.

    Names and addresses are shown only if asked for; control characters never.
    """
    row = seen.row
    if not row:
        return f"{seen.logged_at:%H:%M:%S}  rejected: {seen.code} ({seen.reason})"
    seconds = row.get("duration_seconds")
    cost = row.get("cost_total_usd")
    parts = [
        f"{seen.logged_at:%H:%M:%S}",
        str(row["session_id"]),
        f"{seconds / 60:.1f} min" if seconds is not None else "- min",
        row.get("outcome") or row.get("close_reason") or "-",
        row.get("qualification_tier") or "-",
        f"${cost:.3f}" if cost is not None else "$-",
        f"{seen.violations} violations",
    ]
    if personal:
        parts += [row.get(name) or "-" for name in _PERSONAL]
    return "  ".join(printable(str(part)) for part in parts)
