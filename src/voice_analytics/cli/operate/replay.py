"""`operate replay`: what did not become a row, sent again."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from cyclopts import Parameter

from voice_analytics.cli.operate.sending_plan import print_plan
from voice_analytics.cli.operate.stack_options import FINDING, FINE, Acting, Target, show, tell
from voice_analytics.operate import replay as replaying
from voice_analytics.operate.ledger import Ledger
from voice_analytics.operate.objects import Choice
from voice_analytics.operate.sending import DEFAULT_BYTES_PER_SECOND, Sender
from voice_analytics.operate.work import Run


def replay(  # noqa: PLR0913 - one parameter an option
    source: Literal["errors", "rejected", "log"],
    /,
    target: Target,
    acting: Acting | None = None,
    *,
    first: Annotated[date | None, Parameter(name="--from")] = None,
    last: Annotated[date | None, Parameter(name="--to")] = None,
    since: datetime | None = None,
    until: datetime | None = None,
    error_type: Annotated[str | None, Parameter(name="--type")] = None,
    code: str | None = None,
    version: str | None = None,
    everything: Annotated[bool, Parameter(name="--all", negative="")] = False,
    limit: int | None = None,
    rate: int = DEFAULT_BYTES_PER_SECOND,
) -> int:
    """Send again what did not become a row, once its cause is mended.

    Each event first goes through the layer of this checkout: what would be rejected again stays
    where it is, unless --all is given. What was sent is archived under replayed/. Such as:

    voice-analytics operate replay errors --stack voice-analytics --type processing-failed

    voice-analytics operate replay rejected --stack voice-analytics --code not_json --yes

    voice-analytics operate replay log --stack voice-analytics --since 2026-11-28T09:00:00
    --until 2026-11-28T09:20:00 --yes

    Parameters
    ----------
    source
        errors: what Firehose could not deliver. rejected: what the function rejected. log: lines
        of the agent's log group between --since and --until.
    target
        The stack.
    acting
        Whether to act.
    first
        First day of the objects (dt) to replay.
    last
        Last day of the objects (dt) to replay.
    since
        Begin of the time in the log, UTC.
    until
        End of the time in the log, UTC; not included.
    error_type
        Folder under errors/ to replay alone, such as processing-failed.
    code
        Error code to replay alone.
    version
        Rejects of this transform_version alone.
    everything
        Send also what would be rejected again.
    limit
        Objects (or hours of the log) to send at most, such as for a trial.
    rate
        Bytes a second at most. The default is half of a stream's quota in most regions.

    """
    stack = target.find()
    acting = acting or Acting()
    request = replaying.Replay(
        source,
        Choice(first, last, error_type, code, version),
        _utc(since),
        _utc(until),
        everything,
        rate,
        limit,
    )
    ledger = Ledger(stack.aws, stack.bucket, replaying.COMMAND, acting.resume)
    if acting.resume:
        request = replaying.from_options(ledger.options())
    if not acting.yes:
        planned = replaying.plan_replay(stack, request)
        return print_plan(planned, stack, request.bytes_per_second, target)
    tell(f"run {ledger.run}")
    sender = Sender(stack, request.bytes_per_second)
    run = Run(ledger, sender, request.everything, request.limit, tell)
    done = replaying.run_replay(stack, request, run)
    show({"run": ledger.run, **done.as_json()}, as_json=target.as_json)
    return FINDING if done.unreadable or done.rejected_again else FINE


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
