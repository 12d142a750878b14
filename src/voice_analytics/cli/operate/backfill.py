"""`operate backfill`: history from before the stack."""

from datetime import date
from typing import Annotated

from cyclopts import Parameter

from voice_analytics.cli.operate.sending_plan import print_plan
from voice_analytics.cli.operate.stack_options import FINDING, FINE, Acting, Target, show, tell
from voice_analytics.operate import backfill as backfilling
from voice_analytics.operate.ledger import Ledger
from voice_analytics.operate.sending import DEFAULT_BYTES_PER_SECOND, Sender
from voice_analytics.operate.work import Run


def backfill(  # noqa: PLR0913 - one parameter an option
    kind: backfilling.Format,
    /,
    target: Target,
    acting: Acting | None = None,
    *,
    source: str = "",
    first: Annotated[date | None, Parameter(name="--from")] = None,
    last: Annotated[date | None, Parameter(name="--to")] = None,
    time_field: str | None = None,
    everything: Annotated[bool, Parameter(name="--all", negative="")] = False,
    rate: int = DEFAULT_BYTES_PER_SECOND,
    verify: str | None = None,
) -> int:
    """Send history that was logged before the stack was there.

    Each hour of a log, or each file, is a checkpoint. Calls land in the partition of their log
    event. Such as:

    voice-analytics operate backfill log --stack voice-analytics --from 2026-10-01 --to 2026-10-31

    voice-analytics operate backfill export --stack voice-analytics --source s3://exports/task/
    --yes

    voice-analytics operate backfill files --stack voice-analytics --source calls/
    --time-field timestamp --yes

    voice-analytics operate backfill files --stack voice-analytics --verify RUN

    Parameters
    ----------
    kind
        log: the agent's log group. export: CloudWatch's exports to S3. files: JSON files of the
        agent, one event a line or a document or an array.
    target
        The stack.
    acting
        Whether to act.
    source
        Directory, file or s3://bucket/prefix of the files; of the log another log group than the
        stack's.
    first
        First day of the log.
    last
        Last day of the log.
    time_field
        Key of an event that says when it was logged. Without it: when the file was written.
    everything
        Send also what would be rejected.
    rate
        Bytes a second at most.
    verify
        Compare what a run sent with the table, by event ids, and change nothing.

    """
    stack = target.find()
    acting = acting or Acting()
    if verify:
        absent = backfilling.missing(stack, verify)
        show({"run": verify, "missing": absent}, as_json=target.as_json)
        return FINDING if absent else FINE
    request = backfilling.Backfill(kind, first, last, source, time_field, everything)
    ledger = Ledger(stack.aws, stack.bucket, backfilling.COMMAND, acting.resume)
    if acting.resume:
        request = backfilling.from_options(ledger.options())
    if not acting.yes:
        return print_plan(backfilling.plan_backfill(stack, request), stack, rate, target)
    tell(f"run {ledger.run}; compare with --verify {ledger.run} in a quarter of an hour")
    run = Run(ledger, Sender(stack, rate), request.everything, tell=tell)
    done = backfilling.run_backfill(stack, request, run)
    show({"run": ledger.run, **done.as_json()}, as_json=target.as_json)
    return FINDING if done.unreadable or done.rejected_again else FINE
