"""`operate doctor`: each link of the chain with its state."""

import json
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from voice_analytics.cli.operate.stack_options import FINDING, FINE, Target, tell
from voice_analytics.operate import canary as canaries
from voice_analytics.operate import doctor as checks
from voice_analytics.operate.aws import Aws
from voice_analytics.operate.findings import Finding, State

_STYLES = {
    State.OK: "green",
    State.FAULT: "red",
    State.DOUBT: "yellow",
    State.UNKNOWN: "magenta",
}


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
        findings = list(checks.before_deploy(Aws(target.region, target.profile), before_deploy))
    elif canary:
        stack = target.find()
        sent = canaries.send(stack)
        tell(f"logged {sent.session_id}; waiting for its row")
        findings = list(canaries.follow_canary(stack, sent))
    else:
        findings = list(checks.examine(target.find()))
    if target.as_json:
        print(json.dumps([each.as_json() for each in findings]))
    else:
        _print_findings(findings)
    return FINDING if any(each.state is State.FAULT for each in findings) else FINE


def _print_findings(findings: list[Finding]) -> None:
    console = Console(soft_wrap=True)
    width = max(len(each.link) for each in findings)
    for each in findings:
        state = (f"{each.state.value:<8}", _STYLES[each.state])
        console.print(Text.assemble(state, f"{each.link:<{width}}  {each.evidence}"))
        if each.cure:
            console.print(Text(f"{'':<{width + 10}}{each.cure}", style="italic"))
