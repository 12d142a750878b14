"""An account on moto with the stack's resources, as template.yaml describes them.

moto's Firehose transforms nothing, its CloudWatch Logs passes nothing on and its Athena answers
nothing by itself: what is put into the stream is caught here, and a test says what AWS answers.
"""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import ClientError
from session_analytics.batch import Rules, read_record

from tests.rows import FIRST_DAY
from tests.template.cloudformation import REGION, Template, load
from tests.template.deployed import deployed
from voice_analytics.operate.aws import Aws
from voice_analytics.operate.stack import Stack, find_stack

STACK = "voice-analytics-dev"
PARAMETERS = {
    "Stage": "dev",
    "LogGroupName": "/aws/livekit/agent",
    "CreateLogGroup": "true",
    "AlarmEmail": "on.call@example.com",
}
ALARMS = frozenset({"voice-analytics-dev-rejects", "voice-analytics-dev-transform-errors"})
ROLES = ("DeliveryRole", "SubscriptionRole", "TransformRole")
BUCKET = "voice-analytics-dev-analyticsbucket"
NOW_MS = 1_772_712_000_000  # 2026-03-05 12:00

_SERVICES = {
    "cloudwatch-logs": "logs",
    "cost-explorer": "ce",
    "secrets-manager": "secretsmanager",
}
type Refusal = Callable[[list[bytes]], dict[str, Any]]


class Killed(BaseException):
    """The process has gone; nothing catches it."""


@dataclass
class Account:
    """The stack, its resources by logical id, and the records that its stream has taken."""

    stack: Stack
    resources: Template
    sent: list[bytes] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    handlers: dict[str, Callable[..., Any]] = field(default_factory=dict)

    @property
    def aws(self) -> Aws:
        return self.stack.aws

    @property
    def s3(self) -> Any:
        return self.aws.client("s3")

    def put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def objects(self, prefix: str = "") -> dict[str, bytes]:
        """What is in the bucket now, by key."""
        listed = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return {
            each["Key"]: self.s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read()
            for each in listed
        }

    def again(self) -> "Account":
        """The same account for another operator: other clients, the same stream."""
        other = Account(find_account_stack(Aws(REGION)), self.resources, self.sent, self.refusals)
        catch_records(other)
        return other

    def share(self, other: "Account") -> None:
        """Take on what another operator's AWS answers."""
        for event, handler in other.handlers.items():
            service, operation = event.split(".")[1:]
            self._before(_SERVICES.get(service, service), operation, handler)

    def delivered(self) -> list[str]:
        """The event ids of the rows that the function makes of what was sent, in order."""
        event_ids: list[str] = []
        for data in self.sent:
            outcome = read_record(data, NOW_MS, Rules(FIRST_DAY)).outcome
            event_ids += [
                json.loads(line.text)["event_id"]
                for lines in outcome.lines.values()
                for line in lines
            ]
        return event_ids

    def kill_at(self, service: str, operation: str, nth: int = 1) -> None:
        """End the process at the nth such call from now, before it is made."""
        seen = 0

        def handler(**_: object) -> None:
            nonlocal seen
            seen += 1
            if seen == nth:
                raise Killed(f"{service} {operation}")

        self._before(service, operation, handler)

    def refuse(self, service: str, operation: str, code: str) -> None:
        """Have AWS refuse an operation from now on."""

        def handler(**_: object) -> None:
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, operation)

        self._before(service, operation, handler)

    def answer(self, service: str, operation: str, response: dict[str, Any]) -> None:
        """Have AWS answer so from now on: for what moto does not know."""
        self.answer_by(service, operation, lambda **_: response)

    def answer_by(self, service: str, operation: str, make: Callable[..., dict[str, Any]]) -> None:
        """Have AWS answer what `make` returns for a call."""
        answered = type("Answered", (), {"status_code": 200})()
        self._before(service, operation, lambda **call: (answered, make(**call)))

    def _before(self, service: str, operation: str, handler: Callable[..., Any]) -> None:
        """The handler is called instead of an earlier one."""
        client = self.aws.client(service)
        event = f"before-call.{client.meta.service_model.service_id.hyphenize()}.{operation}"
        if event not in self.handlers:
            client.meta.events.register_first(event, lambda **call: self.handlers[event](**call))  # noqa: PLW0108 - it changes
        self.handlers[event] = handler


def make_account() -> Account:
    """Deploy."""
    resources = deployed(load(), **PARAMETERS)
    aws = Aws(REGION)
    template = {
        "Parameters": {
            name: {"Type": "String", "Default": str(parameter.get("Default", ""))}
            for name, parameter in load()["Parameters"].items()
        },
        "Resources": {
            "AlarmTopic": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"TopicName": f"{STACK}-alarms"},
            },
        },
        "Outputs": {name: {"Value": value} for name, value in _outputs(resources).items()},
    }
    aws.client("cloudformation").create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(template),
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value} for name, value in PARAMETERS.items()
        ],
    )
    aws.client("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    aws.client("s3").put_bucket_versioning(
        Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
    )
    account = Account(find_account_stack(aws), resources)
    catch_records(account)
    return account


def find_account_stack(aws: Aws) -> Stack:
    """The stack, with alarms and roles that CloudFormation on moto cannot make."""
    stack = find_stack(aws, STACK)
    roles = {name: f"{STACK}-{name.lower()}" for name in ROLES}
    return replace(stack, alarms=ALARMS, resources={**stack.resources, **roles})


def _outputs(resources: Template) -> dict[str, str]:
    return {
        "BucketName": BUCKET,
        "DatabaseName": resources["AnalyticsDatabase"]["Properties"]["DatabaseInput"]["Name"],
        "FunctionName": resources["TransformFunction"]["Properties"]["FunctionName"],
        "FilterName": resources["Subscription"]["Properties"]["FilterName"],
        "AgentLog": PARAMETERS["LogGroupName"],
        "StreamName": resources["DeliveryStream"]["Properties"]["DeliveryStreamName"],
        "WorkGroupName": resources["AnalyticsWorkGroup"]["Properties"]["Name"],
        "DeliveryLog": resources["DeliveryLogGroup"]["Properties"]["LogGroupName"],
        "TransformLog": resources["TransformLogGroup"]["Properties"]["LogGroupName"],
    }


def catch_records(account: Account) -> None:
    """Take what is put into the stream, or refuse as the test says."""
    answered = type("Answered", (), {"status_code": 200})()

    def put_record_batch(params: dict[str, Any], **_: object) -> tuple[Any, dict[str, Any]]:
        records = json.loads(params["body"])["Records"]
        data = [b64decode(record["Data"]) for record in records]
        if account.refusals:
            return answered, account.refusals.pop(0)(data)
        account.sent += data
        return answered, {
            "FailedPutCount": 0,
            "RequestResponses": [{"RecordId": "1"} for _ in data],
        }

    firehose = account.aws.client("firehose")
    firehose.meta.events.register("before-call.firehose.PutRecordBatch", put_record_batch)
