"""A stack on moto in which the doctor finds nothing: what a fault is then seeded into."""

import json
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.operate.account import Account
from tests.rows import event
from tests.template.cloudformation import ACCOUNT, REGION, TEMPLATE, Template, load
from tests.template.deployed import deployed

ALLOWED = {"EvaluationResults": [{"EvalActionName": "x", "EvalDecision": "allowed"}]}


def make_healthy(account: Account) -> None:
    """Deploy everything that the doctor looks at; calls have been logged today."""
    _answers_that_moto_lacks(account)
    _function(account)
    _stream(account)
    _logs(account)
    _tables(account)
    _watching(account)


def log(account: Account, *messages: str) -> None:
    """The agent writes lines now."""
    timestamp = int(datetime.now(UTC).timestamp() * 1000)
    account.aws.client("logs").put_log_events(
        logGroupName=account.stack.agent_log,
        logStreamName="worker-1",
        logEvents=[{"timestamp": timestamp, "message": message} for message in messages],
    )


def subscribe(account: Account, **changed: Any) -> None:
    """The filter as the stack makes it, or changed by hand."""
    own: dict[str, Any] = {
        "logGroupName": account.stack.agent_log,
        "filterName": account.stack.filter_name,
        "filterPattern": account.stack.filter_pattern,
        "destinationArn": account.stack.stream_arn,
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/subscription",
    }
    account.aws.client("logs").put_subscription_filter(**own | changed)


def _answers_that_moto_lacks(account: Account) -> None:
    account.answer("iam", "SimulatePrincipalPolicy", ALLOWED)
    account.answer("logs", "GetDataProtectionPolicy", {})
    account.answer("logs", "DescribeAccountPolicies", {"accountPolicies": []})
    account.answer("logs", "GetTransformer", {})
    limit = {"AccountLimit": {"UnreservedConcurrentExecutions": 900}}
    account.answer("lambda", "GetAccountSettings", limit)


def _function(account: Account) -> None:
    client = account.aws.client("lambda")
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = account.aws.client("iam").create_role(RoleName="f", AssumeRolePolicyDocument=trust)
    code = BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "")
    client.create_function(
        FunctionName=account.stack.function,
        Role=role["Role"]["Arn"],
        Runtime="python3.13",
        Handler="app.lambda_handler",
        Code={"ZipFile": code.getvalue()},
        Environment={
            "Variables": {
                "BUCKET_NAME": account.stack.bucket,
                "PROJECTION_START_DATE": account.stack.parameters["ProjectionStartDate"],
            }
        },
        Publish=True,
    )
    client.create_alias(FunctionName=account.stack.function, Name="live", FunctionVersion="1")


def destination(account: Account) -> Template:
    """The stream's destination as the stack makes it."""
    properties = account.resources["DeliveryStream"]["Properties"]
    configuration: Template = json.loads(
        json.dumps(properties["ExtendedS3DestinationConfiguration"])
    )
    configuration["BufferingHints"]["IntervalInSeconds"] = 300
    return configuration


def _stream(account: Account) -> None:
    account.aws.client("firehose").create_delivery_stream(
        DeliveryStreamName=account.stack.stream,
        DeliveryStreamType="DirectPut",
        ExtendedS3DestinationConfiguration=destination(account),
    )


def _logs(account: Account) -> None:
    logs = account.aws.client("logs")
    logs.create_log_group(logGroupName=account.stack.agent_log)
    logs.create_log_stream(logGroupName=account.stack.agent_log, logStreamName="worker-1")
    subscribe(account)
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"
    log(account, *(json.dumps(event(session_id=name, start_time=now)) for name in "ab"))


def _tables(account: Account) -> None:
    glue = account.aws.client("glue")
    database = account.stack.database
    glue.create_database(DatabaseInput={"Name": database})
    athena = Path(TEMPLATE.with_name("schemas")) / "athena.yaml"
    nested = deployed(load(athena), DatabaseName=database, WorkGroupName=account.stack.workgroup)
    for resource in [*account.resources.values(), *nested.values()]:
        if resource["Type"] == "AWS::Glue::Table":
            table = resource["Properties"]["TableInput"]
            glue.create_table(DatabaseName=database, TableInput=_plain(table))
    account.aws.client("athena").create_work_group(
        Name=account.stack.workgroup,
        Configuration={
            "ResultConfiguration": {"OutputLocation": f"s3://{account.stack.bucket}/query-results/"}
        },
    )


def _plain(table: Template) -> Template:
    """With the types that boto3 asks for."""
    plain: Template = json.loads(json.dumps(table))
    return plain


def _watching(account: Account) -> None:
    alarms = ("RejectsAlarm", "TransformErrorsAlarm")
    for properties in (account.resources[name]["Properties"] for name in alarms):
        account.aws.client("cloudwatch").put_metric_alarm(
            **_plain(properties) | {"Threshold": float(properties["Threshold"])}
        )
    topic = account.stack.resources["AlarmTopic"]
    account.aws.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:alarms"
    )
