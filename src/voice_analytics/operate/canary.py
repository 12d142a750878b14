"""A canary: one event of the operator's own through the whole chain, each link with a deadline.

It is tagged `canary`: the function counts it apart, the view `sessions` leaves it out, and it goes
with the retention of the table.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from session_analytics.batch import CANARY

from voice_analytics.operate.athena import ask
from voice_analytics.operate.findings import Finding, State, fault, ok
from voice_analytics.operate.logs import log_events, milliseconds
from voice_analytics.operate.objects import list_objects
from voice_analytics.operate.stack import Stack

_POLL_SECONDS = 5.0


class Canary(NamedTuple):
    """A canary that was logged."""

    session_id: str
    logged_at: datetime


@dataclass(frozen=True, slots=True)
class _Link:
    name: str
    seconds: float
    reached: Callable[[Stack, Canary], bool]
    cure: str


def send(stack: Stack) -> Canary:
    """Log a canary in a log stream of its own."""
    now = datetime.now(UTC).replace(microsecond=0)
    canary = Canary(f"{CANARY}-{secrets.token_hex(8)}", now)
    event = {
        "_event_type": "session_analytics",
        "session_id": canary.session_id,
        "start_time": f"{now:%Y-%m-%dT%H:%M:%S}Z",
        "duration_seconds": 0,
        "tags": [CANARY],
    }
    logs = stack.aws.client("logs")
    stream = f"canary/{canary.session_id}"
    with stack.aws.refusals():
        logs.create_log_stream(logGroupName=stack.agent_log, logStreamName=stream)
        logs.put_log_events(
            logGroupName=stack.agent_log,
            logStreamName=stream,
            logEvents=[{"timestamp": milliseconds(now), "message": json.dumps(event)}],
        )
    return canary


def follow_canary(
    stack: Stack,
    canary: Canary,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Finding]:
    """Whether it reaches each link in time; behind the link that loses it nothing is looked at."""
    begun = clock()
    lost = ""
    for link in _links(stack):
        if lost:
            yield Finding(f"canary: {link.name}", State.UNKNOWN, f"it was lost at: {lost}")
            continue
        deadline = clock() + link.seconds
        with stack.aws.refusals():
            while not (reached := link.reached(stack, canary)) and clock() < deadline:
                sleep(_POLL_SECONDS)
        if reached:
            yield ok(f"canary: {link.name}", f"after {clock() - begun:.0f} s")
        else:
            lost = link.name
            evidence = f"{canary.session_id} is not there after {link.seconds:.0f} s"
            yield fault(f"canary: {link.name}", evidence, link.cure)


def _links(stack: Stack) -> list[_Link]:
    return [
        _Link("log", 60, _is_logged, "see the agent's log group"),
        _Link("function", 420, _is_counted, "see subscription, filter pattern, stream and roles"),
        _Link(
            "file",
            1.5 * stack.buffer_seconds + 120,
            _has_a_file,
            "see errors/ and the stream's log",
        ),
        _Link("row", 120, _is_a_row, "see table and projection"),
    ]


def _is_logged(stack: Stack, canary: Canary) -> bool:
    pattern = f'"{canary.session_id}"'
    end = canary.logged_at + timedelta(minutes=1)
    return any(log_events(stack.aws, stack.agent_log, pattern, canary.logged_at, end))


def _is_counted(stack: Stack, canary: Canary) -> bool:
    answer = stack.aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=[
            {
                "Id": "canaries",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "VoiceAnalytics",
                        "MetricName": "CanariesDelivered",
                        "Dimensions": [{"Name": "service", "Value": stack.function}],
                    },
                    "Period": 60,
                    "Stat": "Sum",
                },
            }
        ],
        StartTime=canary.logged_at.replace(second=0),
        EndTime=datetime.now(UTC) + timedelta(minutes=1),
    )
    return any(sum(each["Values"]) for each in answer["MetricDataResults"])


def _has_a_file(stack: Stack, canary: Canary) -> bool:
    prefix = f"sessions/dt={canary.logged_at:%Y-%m-%d}/"
    return any(each.modified >= canary.logged_at for each in list_objects(stack, prefix))


def _is_a_row(stack: Stack, canary: Canary) -> bool:
    # By its time and tag: a privacy profile may have made a pseudonym of its id.
    sql = (
        f"SELECT 1 / count(*) FROM session_analytics WHERE dt = '{canary.logged_at:%Y-%m-%d}' "  # noqa: S608 - own values
        f"AND contains(tags, '{CANARY}') "
        f"AND logged_at = TIMESTAMP '{canary.logged_at:%Y-%m-%d %H:%M:%S}'"
    )
    _, state, _ = ask(stack, sql)  # no row is a division by zero, which fails the query
    return state == "SUCCEEDED"
