"""`operate tail`: the newest calls, a line each."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Annotated

from cyclopts import Parameter

from voice_analytics.cli.operate.stack_options import FINE, Target
from voice_analytics.operate import tail as tailing


def tail(
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
