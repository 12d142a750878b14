"""The canary: followed link by link; the link that loses it is named."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.operate.account import Account
from tests.operate.healthy import make_healthy
from tests.rows import event
from tests.template.cloudformation import TEMPLATE
from voice_analytics.lake.engine import open_lake, run_query
from voice_analytics.local.chain import run_chain
from voice_analytics.local.function.runtime import load
from voice_analytics.operate.canary import follow_canary, send
from voice_analytics.operate.findings import State
from voice_analytics.template.reader import read_template

LINKS = ["log", "function", "file", "row"]


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def __call__(self) -> float:
        return self.seconds


def lose_at(account: Account, link: str) -> None:
    """Let the canary come as far as before that link; "" lets it arrive."""
    reached = LINKS[: LINKS.index(link)] if link else LINKS
    if "log" not in reached:
        account.answer("logs", "FilterLogEvents", {"events": []})
    values = [1.0] if "function" in reached else []
    counts = {"MetricDataResults": [{"Id": "canaries", "Values": values}]}
    account.answer("cloudwatch", "GetMetricData", counts)
    if "file" in reached:
        account.put(f"sessions/dt={datetime.now(UTC):%Y-%m-%d}/new.parquet", b"")
    status = {"State": "SUCCEEDED" if "row" in reached else "FAILED"}
    account.answer("athena", "GetQueryExecution", {"QueryExecution": {"Status": status}})


@pytest.mark.parametrize("link", ["", *LINKS])
def test_the_link_that_loses_it_is_named(account: Account, link: str) -> None:
    make_healthy(account)
    canary = send(account.stack)
    lose_at(account, link)
    clock = Clock()
    findings = list(follow_canary(account.stack, canary, clock.sleep, clock))
    states = {each.link.removeprefix("canary: "): each.state for each in findings}
    expected = {
        each: State.OK if not link or LINKS.index(each) < LINKS.index(link) else State.UNKNOWN
        for each in LINKS
    }
    if link:
        expected[link] = State.FAULT
    assert states == expected


def test_its_line_becomes_a_row_that_is_a_canary(account: Account) -> None:
    make_healthy(account)
    canary = send(account.stack)
    logs = account.aws.client("logs")
    events = logs.filter_log_events(logGroupName=account.stack.agent_log)["events"]
    (line,) = [each["message"] for each in events if canary.session_id in each["message"]]
    assert json.loads(line)["tags"] == ["canary"]


def test_it_is_in_the_table_and_not_among_the_calls(tmp_path: Path) -> None:
    lines = tmp_path / "agent.log"
    calls = [event(session_id="call"), event(session_id="canary-1", tags=["canary"])]
    lines.write_text("".join(json.dumps(each) + "\n" for each in calls))
    application = read_template(TEMPLATE)
    assert application.stream.function
    lake = tmp_path / "lake"
    run_chain([str(lines)], lake, application, load(application.stream.function))
    with open_lake(lake) as opened:
        table = run_query("SELECT session_id FROM session_analytics ORDER BY 1", opened).rows
        view = run_query("SELECT session_id FROM sessions", opened).rows
    assert (table, view) == ([("call",), ("canary-1",)], [("call",)])
