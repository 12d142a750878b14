"""An account on moto with the table, the bus and a queue behind it, and with what may fail."""

import importlib.util
import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.athena.models import QueryResults, athena_backends

from tests.alerts.stack import PLAIN, properties
from tests.moto_account import CREDENTIALS, service_models
from tests.template.cloudformation import ACCOUNT, REGION, TEMPLATE

__all__ = ["service_models"]

type Row = dict[str, str | None]


def app(name: str) -> ModuleType:
    """The code of a function of functions/, loaded anew."""
    path = TEMPLATE.parent / "functions" / name / "app.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lead(session_id: str, minutes_ago: int = 5, **fields: str | None) -> Row:
    """A row of `hot_leads`, as Athena gives its values."""
    ended = (datetime.now(UTC) - timedelta(minutes=minutes_ago)).replace(tzinfo=None)
    started = ended - timedelta(minutes=5)
    row: Row = {
        "session_id": session_id,
        "started_at": started.isoformat(" ", "milliseconds"),
        "ended_at": ended.isoformat(" ", "milliseconds"),
        "score": "100",
        "tier": "sales_ready",
        "qualified_because": "team_size, integration",
        "team_size": "25",
        "monthly_volume": "200",
        "integrations": "salesforce",
        "timeline": "this_week",
        "authority": "decision_maker",
        "company": "example.com",
        "user_name": "Dora",
        "user_email": "dora@example.com",
    }
    return row | fields


class Context:
    def __init__(self, milliseconds: int = 60_000) -> None:
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


@dataclass
class Alerts:
    """The functions, what Athena answers, and the faults to come by operation."""

    session: Any
    code: ModuleType = field(default_factory=lambda: app("lead_alerts"))
    rows: list[Row] = field(default_factory=list)
    faults: dict[str, list[Callable[[], object] | None]] = field(default_factory=dict)
    sent: int = 0  # items of the stream that Lambda has got through

    def find(self, context: Context | None = None) -> dict[str, int]:
        """A run of the schedule."""
        header: list[str | None] = list(lead("any"))
        cells = [header, *(list(row.values()) for row in self.rows)]
        answer = [
            {"Data": [{} if text is None else {"VarCharValue": text} for text in line]}
            for line in cells
        ]
        queue = athena_backends[ACCOUNT][REGION].query_results_queue
        queue[:] = [QueryResults(rows=answer, column_info=[])] * 9  # one for each time it is tried
        found: dict[str, int] = self.code.find_leads({}, context or Context())
        return found

    def send(self, tries: int = 3) -> None:
        """What Lambda does with the table's stream: each item until it is taken, in order."""
        for record in self.written[self.sent :]:
            for _ in range(tries):
                with suppress(ClientError):
                    self.code.send_leads({"Records": [record]}, None)
                    self.sent += 1
                    break
            else:
                return

    @property
    def written(self) -> list[Any]:
        """The INSERT records of the table's stream, which are what the trigger lets through."""
        streams = boto3.client("dynamodbstreams")
        (stream,) = streams.list_streams(TableName=table()["TableName"])["Streams"]
        described = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]
        (shard,) = described["Shards"]
        iterator = streams.get_shard_iterator(
            StreamArn=stream["StreamArn"],
            ShardId=shard["ShardId"],
            ShardIteratorType="TRIM_HORIZON",
        )["ShardIterator"]
        records = streams.get_records(ShardIterator=iterator)["Records"]
        return [record for record in records if record["eventName"] == "INSERT"]

    def told(self) -> list[dict[str, Any]]:
        """The events that arrived behind the bus, as often as they did."""
        sqs = boto3.client("sqs")
        url = sqs.get_queue_url(QueueName=properties("WebhookQueue")["QueueName"])["QueueUrl"]
        found: list[dict[str, Any]] = []
        while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(message["Body"]) for message in batch]
        return found

    def sessions(self) -> list[str]:
        return sorted(event["detail"]["session_id"] for event in self.told())

    def fail(self, operation: str, *faults: Callable[[], object] | None) -> None:
        """Have the next calls of an operation fail so; None lets one pass."""
        self.faults.setdefault(operation, []).extend(faults)


def table() -> dict[str, Any]:
    return properties("LeadsTable", **PLAIN)


def refused() -> None:
    raise ClientError({"Error": {"Code": "ServiceUnavailable", "Message": "down"}}, "any")


@pytest.fixture
def alerts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Alerts]:
    """The account, just deployed: nobody is told yet. Nothing sleeps."""
    environment = properties("FindLeadsFunction", **PLAIN)["Environment"]["Variables"]
    environment |= properties("SendLeadsFunction", **PLAIN)["Environment"]["Variables"]
    environment |= {"AWS_DEFAULT_REGION": REGION, **CREDENTIALS}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with mock_aws():
        session = botocore.session.get_session()
        made = Alerts(session)
        for operation in ("athena.StartQueryExecution", "dynamodb.PutItem", "events.PutEvents"):
            session.register(f"before-call.{operation}", _before(made, operation))
            session.register(f"after-call.{operation}", _after(made, operation))
        boto3.setup_default_session(botocore_session=session)
        _deploy()
        yield made
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


def _before(alerts: Alerts, operation: str) -> Callable[..., None]:
    def handler(**_: object) -> None:
        waiting = alerts.faults.get(operation)
        if waiting and (fault := waiting.pop(0)):
            fault()

    return handler


def _after(alerts: Alerts, operation: str) -> Callable[..., None]:
    """After the service has done it: `after OPERATION` in the faults."""
    return _before(alerts, f"after {operation}")


def _deploy() -> None:
    """The table, the bus and the rule to the webhook's queue, as in the template."""
    boto3.client("dynamodb").create_table(
        **{
            name: value
            for name, value in table().items()
            if name in {"TableName", "BillingMode", "AttributeDefinitions", "KeySchema"}
        },
        StreamSpecification={"StreamEnabled": True, **table()["StreamSpecification"]},
    )
    workgroup = PLAIN["WorkGroupName"]
    boto3.client("athena").create_work_group(Name=workgroup, Configuration={})
    bus = properties("LeadBus")["Name"]
    events = boto3.client("events")
    events.create_event_bus(Name=bus)
    boto3.client("sqs").create_queue(QueueName=properties("WebhookQueue")["QueueName"])
    rule = properties("WebhookRule")
    events.put_rule(
        Name=rule["Name"], EventBusName=bus, EventPattern=json.dumps(rule["EventPattern"])
    )
    targets = [{key: target[key] for key in ("Id", "Arn")} for target in rule["Targets"]]
    events.put_targets(Rule=rule["Name"], EventBusName=bus, Targets=targets)


def throttled(times: int) -> Callable[..., AWSResponse | None]:
    """For `before-send`: AWS refuses the first requests as it does when there are too many."""
    left = times

    def handler(request: Any, **_: object) -> AWSResponse | None:
        nonlocal left
        left -= 1
        if left < 0:
            return None
        body = b'{"__type": "ThrottlingException", "message": "Rate exceeded"}'
        raw = type("Raw", (), {"stream": lambda *_, **__: iter([body])})()
        return AWSResponse(request.url, 400, HTTPHeaders(), raw)

    return handler
