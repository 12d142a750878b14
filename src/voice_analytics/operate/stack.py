"""A deployed stack: everything that the commands have to know is found from its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from botocore.exceptions import ClientError
from session_analytics.batch import Rules

from voice_analytics.errors import UserError
from voice_analytics.operate.aws import Aws


@dataclass(frozen=True, slots=True)
class Stack:
    """Outputs and parameters by name, physical ids by logical id, and the way to its account.

    `alarms` are the names of its alarms.
    """

    aws: Aws
    name: str
    status: str
    region: str
    account: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]
    resources: Mapping[str, str]
    alarms: frozenset[str]

    @property
    def bucket(self) -> str:
        return self._output("BucketName")

    @property
    def database(self) -> str:
        return self._output("DatabaseName")

    @property
    def workgroup(self) -> str:
        return self._output("WorkGroupName")

    @property
    def function(self) -> str:
        return self._output("FunctionName")

    @property
    def stream(self) -> str:
        return self._output("StreamName")

    @property
    def stream_arn(self) -> str:
        return f"arn:aws:firehose:{self.region}:{self.account}:deliverystream/{self.stream}"

    @property
    def alias_arn(self) -> str:
        """The function as the stream invokes it."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.function}:live"

    @property
    def agent_log(self) -> str:
        return self._output("AgentLog")

    @property
    def filter_name(self) -> str:
        return self._output("FilterName")

    @property
    def filter_pattern(self) -> str:
        return self.parameters.get("FilterPattern", "")

    @property
    def rules(self) -> Rules:
        """What the operator has set for the function."""
        first_day = date.fromisoformat(self.parameters["ProjectionStartDate"])
        names = self.parameters.get("EventLoggers", "").split(",")
        return Rules(first_day, frozenset(name.strip() for name in names if name.strip()))

    @property
    def buffer_seconds(self) -> int:
        """How long Firehose gathers rows for a file."""
        return int(self.parameters["BufferIntervalSeconds"])

    def _output(self, name: str) -> str:
        if name not in self.outputs:
            raise UserError(
                f"the stack {self.name} has no output {name}",
                "deploy this version of the application, or correct --stack",
            )
        return self.outputs[name]


def find_stack(aws: Aws, name: str) -> Stack:
    """The stack as CloudFormation describes it.

    Raises UserError where there is none, Refused where AWS does not say.
    """
    client = aws.client("cloudformation")
    with aws.refusals():
        try:
            [described] = client.describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                raise UserError(
                    f"there is no stack {name} in {aws.region}",
                    "correct --stack, --region or --profile",
                ) from None
            raise
        pages = client.get_paginator("list_stack_resources").paginate(StackName=name)
        listed = [each for page in pages for each in page["StackResourceSummaries"]]
    return Stack(
        aws=aws,
        name=name,
        status=described["StackStatus"],
        region=aws.region,
        account=described["StackId"].split(":")[4],
        outputs={each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])},
        parameters={
            each["ParameterKey"]: each["ParameterValue"] for each in described.get("Parameters", [])
        },
        resources={
            each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in listed
        },
        alarms=frozenset(
            each["PhysicalResourceId"]
            for each in listed
            if each["ResourceType"] == "AWS::CloudWatch::Alarm"
        ),
    )
