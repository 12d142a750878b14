"""The scheduled canary: its line becomes a row that is counted apart from calls."""

import importlib.util
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws
from session_analytics.batch import Rules, read_record
from session_analytics.cloudwatch import encode

from tests.rows import FIRST_DAY, log_batch
from tests.template.cloudformation import REGION, TEMPLATE, load

GROUP = "/aws/livekit/agent"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "anyone")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "unchecked")
    monkeypatch.setenv("LOG_GROUP_NAME", GROUP)
    with mock_aws():
        client = boto3.client("logs")
        client.create_log_group(logGroupName=GROUP)
        yield client


def app() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "canary", TEMPLATE.parent / "functions/canary/app.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scheduled(execution: str) -> dict[str, Any]:
    """The event of the template's schedule, as EventBridge Scheduler fills it in."""
    target = load()["Resources"]["CanarySchedule"]["Properties"]["Target"]
    text = target["Input"].replace("<aws.scheduler.execution-id>", execution)
    event: dict[str, Any] = json.loads(
        text.replace("<aws.scheduler.scheduled-time>", f"{NOW:%Y-%m-%dT%H:%M:%SZ}")
    )
    return event


def test_each_canary_is_a_line_of_the_agents_log(logs: Any) -> None:
    for execution in ("one", "two"):
        app().lambda_handler(scheduled(execution), None)
    events = logs.filter_log_events(logGroupName=GROUP)["events"]
    assert [json.loads(each["message"])["session_id"] for each in events] == [
        "canary-one",
        "canary-two",
    ]
    assert {each["logStreamName"] for each in events} == {f"canary/{NOW:%Y-%m-%d}"}


def test_the_line_becomes_a_row_that_is_a_canary(logs: Any) -> None:
    app().lambda_handler(scheduled("one"), None)
    (event,) = logs.filter_log_events(logGroupName=GROUP)["events"]
    batch = log_batch(event["message"])
    batch["logEvents"][0]["timestamp"] = event["timestamp"]
    outcome = read_record(encode(batch), event["timestamp"], Rules(FIRST_DAY)).outcome
    ((day, (line,)),) = outcome.lines.items()
    assert (line.canary, line.violations, outcome.rejects) == (True, 0, [])
    assert day == f"{NOW:%Y-%m-%d}"
