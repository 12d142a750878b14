"""`operate tail`: the newest calls, a line each."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from cyclopts import Parameter

from voice_analytics.cli.operate.stack_options import FINE, Target
from voice_analytics.operate import tail as tailing


def tail(  # noqa: PLR0913 - one parameter an option
    target: Target,
    *,
    follow: Annotated[bool, Parameter(name=["--follow", "-f"], negative="")] = False,
    source: Literal["log", "lake"] = "log",
    minutes: int = 60,
    rejects: Annotated[bool, Parameter(negative="")] = False,
    show_personal: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Show the newest calls, a line each, seconds after they end.

    Names and addresses are hidden unless asked for. Such as:

    voice-analytics operate tail -f --stack voice-analytics

    voice-analytics operate tail -f --source lake --stack voice-analytics

    Parameters
    ----------
    target
        The stack.
    follow
        Go on until interrupted.
    source
        log: lines of the agent's log group, read by the layer of this checkout. lake: rows that
        have arrived in Athena some six minutes later; with --follow a query a minute.
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
    reading = (
        tailing.lake_source(stack, rejects=rejects, personal=show_personal)
        if source == "lake"
        else tailing.log_source(stack)
    )
    calls = (
        tailing.follow(reading, since, time.sleep)
        if follow
        else reading.recent(since, until + timedelta(minutes=2))
    )
    for each in calls:
        if rejects and each.row:
            continue
        if target.as_json:
            print(json.dumps(tailing.as_json(each, personal=show_personal)), flush=True)
        else:
            print(tailing.as_line(each, personal=show_personal), flush=True)
    return FINE
