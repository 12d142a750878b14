"""The stack of samconfig.toml's `default` in the emulator: what goes in, what comes out."""

import json
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from samcli.cli.types import CfnParameterOverridesType

from tests.e2e.aws import Aws
from tests.e2e.deploy.ministack import Cloud
from tests.template.cloudformation import TEMPLATE, Template, load, resolved

_CONFIG = tomllib.loads(TEMPLATE.with_name("samconfig.toml").read_text())["default"]
STACK: str = _CONFIG["global"]["parameters"]["stack_name"]
TAGS: list[str] = _CONFIG["deploy"]["parameters"]["tags"]
PARAMETERS: dict[str, str] = CfnParameterOverridesType().convert(
    tuple(_CONFIG["deploy"]["parameters"]["parameter_overrides"]), None, None
)
RESOURCES: Template = resolved(load(), **PARAMETERS)
STREAM: str = RESOURCES["DeliveryStream"]["Properties"]["DeliveryStreamName"]
FUNCTION: str = RESOURCES["TransformFunction"]["Properties"]["FunctionName"]
DATABASE: str = RESOURCES["AnalyticsDatabase"]["Properties"]["DatabaseInput"]["Name"]
# what the update changes: the code, a table, and all that is optional
LAYER_HASH = "0123456789abcdef"
COLUMN = {"Name": "new_column", "Type": "string"}
_SECRET = "arn:aws:secretsmanager:us-west-1:123456789012:secret:{}-AbCdEf"
OPTIONS = {
    "AlarmEmail": "on.call@example.com",
    "LeadAlerts": "true",
    "LeadAlertEmail": "sales@example.com",
    "LeadAlertFields": "contact",
    "LeadAlertHubSpotSecret": _SECRET.format("hubspot"),
    "LeadAlertSalesforceSecret": _SECRET.format("salesforce"),
    "LeadAlertSlackSecret": _SECRET.format("slack"),
    "LeadAlertWebhookSecret": _SECRET.format("webhook"),
    "CreateAgentPolicy": "true",
    "CreateOperatorPolicies": "true",
    "ReaderPrincipalArn": "arn:aws:iam::210987654321:root",
    "ReaderExternalId": "warehouse",
    "ScheduledCanary": "true",
}


class Snapshot(NamedTuple):
    """What a stack was.

    Its resources' physical ids by logical id, its stream, the version that the alias named, its
    objects.
    """

    resources: dict[str, str]
    stream: Any
    version: str
    objects: dict[str, bytes]


class Stack(NamedTuple):
    """A deployed stack.

    `template` is what it is deployed from; its function puts records back into `reingest`.
    """

    cloud: Cloud
    reingest: Aws
    template: Path

    @property
    def written(self) -> Template:
        """What is in the template."""
        written: Template = json.loads(self.template.read_text(encoding="utf-8"))
        return written

    @property
    def resources(self) -> dict[str, str]:
        """The physical ids by logical id."""
        listed = self.cloud.cloudformation.describe_stack_resources(StackName=STACK)[
            "StackResources"
        ]
        return {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in listed
        }

    @property
    def outputs(self) -> dict[str, str]:
        (stack,) = self.cloud.cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def snapshot(self) -> Snapshot:
        stream = self.cloud.firehose.describe_delivery_stream(DeliveryStreamName=STREAM)[
            "DeliveryStreamDescription"
        ]
        version = self.cloud.awslambda.get_alias(FunctionName=FUNCTION, Name="live")[
            "FunctionVersion"
        ]
        return Snapshot(
            self.resources, stream, version, objects(self.cloud, self.resources["AnalyticsBucket"])
        )

    def deliver(self, *records: bytes) -> None:
        """Put records as CloudWatch Logs would, then what is reingested, until nothing more is."""
        waiting, rounds = list(records), 0
        while waiting:
            answer = self.cloud.firehose.put_record_batch(
                DeliveryStreamName=STREAM, Records=[{"Data": record} for record in waiting]
            )
            assert answer["FailedPutCount"] == 0
            waiting, rounds = self.reingest.reingest(), rounds + 1
            assert rounds < 5


def objects(cloud: Cloud, bucket: str) -> dict[str, bytes]:
    """What is in a bucket, by key."""
    listed = cloud.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {
        entry["Key"]: cloud.s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
        for entry in listed
    }


def download(bodies: dict[str, bytes], folder: Path) -> Path:
    """Write objects as a lake's files.

    The emulator puts yyyy/MM/dd/HH/ behind a prefix that has no time in it. AWS's examples of
    dynamic partitioning do not: here the files come directly below the date.
    """
    for key, body in bodies.items():
        kind, partition, *_, name = key.split("/")
        path = folder / kind / partition / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder
