"""`voice-analytics operate`: what keeps a deployed stack right, a command each.

Exit codes: 0 fine, 1 a finding, 2 wrong usage, 3 AWS refused (the missing action is named).
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.text import Text

from voice_analytics.operate import backfill as backfilling
from voice_analytics.operate import canary as canaries
from voice_analytics.operate import compact as compacting
from voice_analytics.operate import cost_actual, cost_model
from voice_analytics.operate import doctor as examining
from voice_analytics.operate import replay as replaying
from voice_analytics.operate import tail as tailing
from voice_analytics.operate.aws import Aws
from voice_analytics.operate.findings import Finding, State
from voice_analytics.operate.ledger import Ledger
from voice_analytics.operate.objects import Choice
from voice_analytics.operate.prices import OWN_TABLE, read_prices
from voice_analytics.operate.sending import DEFAULT_BYTES_PER_SECOND, Sender
from voice_analytics.operate.stack import Stack, find_stack
from voice_analytics.operate.work import Run, Tally

FINE, FINDING = 0, 1
_PLAN = "nothing is changed without --yes"
_STYLES = {
    State.OK: "green",
    State.FAULT: "red",
    State.DOUBT: "yellow",
    State.UNKNOWN: "magenta",
}
app = App(
    name="operate",
    help="""Keep a deployed stack right.

    What changes something prints its plan and ends; --yes acts.

    Exit codes: 0 fine, 1 a finding, 2 wrong usage, 3 AWS refused (the missing action is named).
    """,
)


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Target:
    """The stack, and how to reach its account."""

    stack: str
    "Name of the CloudFormation stack."
    region: str | None = None
    "Region of the stack, where the profile names another or none."
    profile: str | None = None
    "Profile of the AWS configuration."
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False
    "Print the result as one JSON object."

    def find(self) -> Stack:
        """The stack as it is deployed."""
        return find_stack(Aws(self.region, self.profile), self.stack)


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Acting:
    """Whether and how a plan is carried out."""

    yes: Annotated[bool, Parameter(negative="")] = False
    "Act. Without it the plan is printed, and nothing is changed."
    resume: str | None = None
    "Go on with a run that was interrupted, by the name that it printed; goes with --yes."


def tell(text: str) -> None:
    """Progress goes to standard error: results alone go to standard output."""
    Console(stderr=True).print(Text(text))


def show(facts: Mapping[str, Any], *, as_json: bool) -> None:
    """Print facts, one a line or as one JSON object."""
    if as_json:
        print(json.dumps(facts))
        return
    width = max(map(len, facts), default=0)
    for name, value in facts.items():
        Console(soft_wrap=True).print(Text(f"{name:<{width}}  {_as_text(value)}"))


def _as_text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {number}" for key, number in value.items()) or "none"
    return f"{value:,}" if isinstance(value, int | float) else str(value)


@app.command
def doctor(
    target: Target,
    *,
    before_deploy: Annotated[str | None, Parameter(name="--before-deploy")] = None,
    canary: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Look at each link of the chain; name faults and cures. Nothing is changed.

    From the log group's class and data protection to the views that answer. What the credentials
    may not look at is unknown, and the missing action is named. Such as:

    voice-analytics operate doctor --stack voice-analytics

    voice-analytics operate doctor --stack voice-analytics --before-deploy /aws/livekit/agent

    voice-analytics operate doctor --stack voice-analytics --canary

    Parameters
    ----------
    target
        The stack.
    before_deploy
        Look at this log group and the account alone: there is no stack yet.
    canary
        Log a call tagged canary and follow it to its row, which takes up to a quarter of an hour.
        It is not counted as a call.

    """
    if before_deploy:
        found = list(examining.before_deploy(Aws(target.region, target.profile), before_deploy))
    elif canary:
        stack = target.find()
        sent = canaries.send(stack)
        tell(f"logged {sent.session_id}; waiting for its row")
        found = list(canaries.follow_canary(stack, sent))
    else:
        found = list(examining.examine(target.find()))
    if target.as_json:
        print(json.dumps([each.as_json() for each in found]))
    else:
        _print_findings(found)
    return FINDING if any(each.state is State.FAULT for each in found) else FINE


def _print_findings(found: list[Finding]) -> None:
    console = Console(soft_wrap=True)
    width = max(len(each.link) for each in found)
    for each in found:
        state = (f"{each.state.value:<8}", _STYLES[each.state])
        console.print(Text.assemble(state, f"{each.link:<{width}}  {each.evidence}"))
        if each.cure:
            console.print(Text(f"{'':<{width + 10}}{each.cure}", style="italic"))


@app.command
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
    rate: Annotated[int, Parameter(name="--rate")] = DEFAULT_BYTES_PER_SECOND,
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
    rate
        Bytes a second at most. The default is half of a stream's quota in most regions.

    """
    stack = target.find()
    acting = acting or Acting()
    wanted = replaying.Replay(
        source,
        Choice(first, last, error_type, code, version),
        _utc(since),
        _utc(until),
        everything,
        rate,
    )
    ledger = Ledger(stack.aws, stack.bucket, replaying.COMMAND, acting.resume)
    if acting.resume:
        wanted = replaying.from_options(ledger.options())
    if not acting.yes:
        planned = replaying.plan_replay(stack, wanted)
        return _print_plan(planned, stack, wanted.bytes_per_second, target)
    tell(f"run {ledger.run}")
    sender = Sender(stack, wanted.bytes_per_second)
    done = replaying.run_replay(stack, wanted, Run(ledger, sender, wanted.everything, tell))
    show({"run": ledger.run, **done.as_json()}, as_json=target.as_json)
    return FINDING if done.unreadable or done.rejected_again else FINE


def _print_plan(planned: Tally, stack: Stack, rate: int, target: Target) -> int:
    prices = read_prices(stack.region)
    cost = {
        "usd": round(planned.usd(prices), 4),
        "minutes": round(planned.minutes(rate), 1),
    }
    show(
        {"plan": _PLAN, **planned.as_json(), **cost},
        as_json=target.as_json,
    )
    return FINDING if planned.unreadable or planned.rejected_again else FINE


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@app.command
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
    rate: Annotated[int, Parameter(name="--rate")] = DEFAULT_BYTES_PER_SECOND,
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
    wanted = backfilling.Backfill(kind, first, last, source, time_field, everything)
    if not acting.yes:
        return _print_plan(backfilling.plan_backfill(stack, wanted), stack, rate, target)
    ledger = Ledger(stack.aws, stack.bucket, backfilling.COMMAND, acting.resume)
    tell(f"run {ledger.run}; compare with --verify {ledger.run} in a quarter of an hour")
    run = Run(ledger, Sender(stack, rate), everything, tell)
    done = backfilling.run_backfill(stack, wanted, run)
    show({"run": ledger.run, **done.as_json()}, as_json=target.as_json)
    return FINDING if done.unreadable or done.rejected_again else FINE


@app.command
def compact(
    target: Target,
    acting: Acting | None = None,
    *,
    first: Annotated[date | None, Parameter(name="--from")] = None,
    last: Annotated[date | None, Parameter(name="--to")] = None,
    grace_minutes: int = 60,
) -> int:
    """Merge the many small files of closed days into few.

    Days of more than a week ago, as the saved queries read the last week of the table itself. A run
    writes the new files; the next one, an hour later at least, deletes their sources. So run it
    once a day. The views show each call once at every moment. Such as:

    voice-analytics operate compact --stack voice-analytics --yes

    Parameters
    ----------
    target
        The stack.
    acting
        Whether to act.
    first
        First day (dt) to compact.
    last
        Last day (dt) to compact.
    grace_minutes
        How long sources stay once the new file is there: longer than the longest query.

    """
    stack = target.find()
    acting = acting or Acting()
    if not acting.yes:
        planned = compacting.plan_compaction(stack, first, last)
        show({"plan": _PLAN, **planned.as_json()}, as_json=target.as_json)
        return FINE
    ledger = Ledger(stack.aws, stack.bucket, compacting.COMMAND, acting.resume)
    tell(f"run {ledger.run}")
    grace = timedelta(minutes=grace_minutes)
    done = compacting.run_compaction(stack, first, last, ledger, tell, grace)
    show({"run": ledger.run, **done.as_json()}, as_json=target.as_json)
    return FINDING if done.too_large or done.of_another_run else FINE


# By import path: they use what is defined here.
app.command(
    "voice_analytics.cli.erase:forget",
    name="forget",
    help="Erase a person: rows, rejects, undelivered records, old versions, query results.",
)
app.command(
    "voice_analytics.cli.erase:redact",
    name="redact",
    help="Apply a stricter profile of the privacy policy to closed days that are stored.",
)


@app.command(name="tail")
def tail_command(
    target: Target,
    *,
    follow: Annotated[bool, Parameter(name=["--follow", "-f"], negative="")] = False,
    minutes: int = 60,
    rejects: Annotated[bool, Parameter(negative="")] = False,
    show_personal: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Show the newest calls, a line each, seconds after they end.

    Lines of the agent's log group, read by the layer of this checkout. Names and addresses are
    hidden unless asked for. Such as:

    voice-analytics operate tail -f --stack voice-analytics

    Parameters
    ----------
    target
        The stack.
    follow
        Go on until interrupted.
    minutes
        How far to look back.
    rejects
        Only events that are rejected.
    show_personal
        Show addresses and names too.

    """
    stack = target.find()
    until = datetime.now(UTC)
    since = until - timedelta(minutes=minutes)
    found = (
        tailing.follow(stack, since, time.sleep)
        if follow
        else (each for _, each in tailing.recent(stack, since, until + timedelta(minutes=2)))
    )
    for each in found:
        if rejects and each.row:
            continue
        line = tailing.as_line(each, personal=show_personal)
        print(json.dumps({"line": line}) if target.as_json else line, flush=True)
    return FINE


cost = App(name="cost", help="What the stack costs a month.")
app.command(cost)


@cost.command
def estimate(  # noqa: PLR0913 - one parameter an option
    *,
    calls_per_day: float,
    line_bytes: int = cost_model.MEASURED_LINE_BYTES,
    log_days: int = 30,
    stored_days: int = 365,
    queries_per_day: float = 20,
    transcripts: Annotated[bool, Parameter(negative="")] = False,
    sink: Literal["cloudwatch", "firehose"] = "cloudwatch",
    region: str = "us-west-1",
    prices: Annotated[Path, Parameter(show_default=False)] = OWN_TABLE,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Work out the bill of a month from the traffic; AWS is not asked.

    Such as:

    voice-analytics operate cost estimate --calls-per-day 1000

    Parameters
    ----------
    calls_per_day
        Calls a day.
    line_bytes
        Bytes of the event's line.
    log_days
        Days for which the log group keeps lines.
    stored_days
        Days for which rows are kept.
    queries_per_day
        Queries a day, over a week each.
    transcripts
        The queries read transcripts.
    sink
        Where the agent sends the event: to its log (cloudwatch), or straight into the stream.
    region
        Region of the prices.
    prices
        A price table of your own, as prices.toml.
    as_json
        Print one JSON object.

    """
    traffic = cost_model.Traffic(
        calls_per_day,
        line_bytes,
        log_days,
        stored_days,
        queries_per_day,
        query_reads_transcripts=transcripts,
        sink=sink,
    )
    table = read_prices(region, prices)
    total = cost_model.total_usd(traffic, table)
    bill = {item.name: round(item.usd, 2) for item in cost_model.items(traffic, table)}
    changes = {
        change.name: round(change.usd, 2) for change in cost_model.best_changes(traffic, table)
    }
    facts: dict[str, Any] = {
        **bill,
        "total, USD a month": round(total, 2),
        "USD a million calls": round(total / traffic.calls_per_month * 1e6, 2),
        "prices": f"{table.region}, as of {table.as_of}: {table.source}",
        "prices taken from us-east-1": ", ".join(table.assumed) or "none",
    }
    if as_json:
        print(json.dumps({**facts, "changes": changes}))
        return FINE
    show(facts, as_json=False)
    for name, saved in changes.items():
        print(f"saves ${saved:,.2f}: {name}")
    return FINE


@cost.command
def actual(
    target: Target,
    *,
    days: int = 30,
    prices: Annotated[Path, Parameter(show_default=False)] = OWN_TABLE,
) -> int:
    """Work out from the stack's metrics what it has cost.

    Such as:

    voice-analytics operate cost actual --stack voice-analytics --days 7

    Parameters
    ----------
    target
        The stack.
    days
        How many days to look back.
    prices
        A price table of your own, as prices.toml.

    """
    stack = target.find()
    table = read_prices(stack.region, prices)
    show(cost_actual.actual_cost(stack, table, days), as_json=target.as_json)
    return FINE
