"""`voice-analytics operate`: what keeps a deployed stack right, a command each.

Exit codes: 0 fine, 1 a finding, 2 wrong usage, 3 AWS refused (the missing action is named).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.text import Text

from voice_analytics.operate import replay as replaying
from voice_analytics.operate.aws import Aws
from voice_analytics.operate.ledger import Ledger
from voice_analytics.operate.objects import Choice
from voice_analytics.operate.prices import read_prices
from voice_analytics.operate.sending import DEFAULT_BYTES_PER_SECOND, Sender
from voice_analytics.operate.stack import Stack, find_stack
from voice_analytics.operate.work import Run, Tally

FINE, FINDING, USAGE = 0, 1, 2
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
        {"plan": "nothing is changed without --yes", **planned.as_json(), **cost},
        as_json=target.as_json,
    )
    return FINDING if planned.unreadable or planned.rejected_again else FINE


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
