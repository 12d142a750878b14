"""The application is created, fed, updated and deleted by SAM in an emulator.

Where the emulator, ministack, differs from AWS:
- it lacks some types of resources (supported.py; test_supported.py shows each refusal);
- CloudWatch Logs sends nothing to its Firehose: the tests put the records that it would send;
- its stream does not buffer (a file a record), drops a record that is ProcessingFailed instead of
  keeping it under errors/, and blocks while its own function puts a record into it: moto takes what
  the function reingests, and the tests put it;
- SAM's transform is given no parameters: what it resolves itself (a layer's name) has the defaults;
- it keeps no lifecycle of a bucket, checks no permissions, and runs functions in its own Python
  whatever the processor.
"""

import gzip
import json
import re
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from boto3 import Session

from tests.e2e.deploy.ministack import Cloud
from tests.e2e.deploy.records import CUT, DELIVERED, REJECTED, TODAY, YESTERDAY
from tests.e2e.deploy.sam_deploy import sam_deploy
from tests.e2e.deploy.stack import (
    COLUMN,
    DATABASE,
    FUNCTION,
    LAYER_HASH,
    OPTIONS,
    PARAMETERS,
    RESOURCES,
    STACK,
    STREAM,
    TAGS,
    Snapshot,
    Stack,
    download,
    objects,
)
from tests.template.cloudformation import ACCOUNT, REGION
from voice_analytics.catalog import columns as glue
from voice_analytics.catalog.saved_queries import period, queries, views
from voice_analytics.lake.engine import open_lake, run_query

pytestmark = [pytest.mark.sam, pytest.mark.xdist_group("sam")]  # on one worker, which builds once

type Metric = tuple[str, frozenset[tuple[str, str]]]  # its name and its dimensions

ON_BY_DEFAULT = {None, "CreatesLogGroup", "CreatesBucket", "WatchesSilence"}


def test_a_deployment_makes_all_that_is_on_by_default(deployed: Stack) -> None:
    assert made(deployed) == {
        name for name, on in declared(deployed).items() if on in ON_BY_DEFAULT
    }
    (stack,) = deployed.cloud.cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert {f"{tag['Key']}={tag['Value']}" for tag in stack["Tags"]} >= set(TAGS)


def made(stack: Stack) -> set[str]:
    """Logical ids, those that SAM gives to a layer and a version without the hash behind them."""
    return {
        re.sub(r"^(SessionAnalyticsLayer|TransformFunctionVersion)[0-9a-f]{10}$", r"\1", name)
        for name in stack.resources
    }


def declared(stack: Stack) -> dict[str, str | None]:
    """Logical ids, with the condition of each."""
    resources = {
        name: resource.get("Condition") for name, resource in stack.written["Resources"].items()
    }
    return {**resources, "TransformFunctionVersion": None, "TransformFunctionAliaslive": None}


def test_the_stream_transforms_by_the_alias_and_converts_by_the_table(deployed: Stack) -> None:
    stream = deployed.snapshot().stream
    assert stream["DeliveryStreamStatus"] == "ACTIVE"
    assert stream["DeliveryStreamEncryptionConfiguration"] == {
        "KeyType": "AWS_OWNED_CMK",
        "Status": "ENABLED",
    }
    destination = stream["Destinations"][0]["ExtendedS3DestinationDescription"]
    processor = destination["ProcessingConfiguration"]["Processors"][0]["Parameters"][0]
    assert processor == {
        "ParameterName": "LambdaArn",
        "ParameterValue": deployed.resources["TransformFunctionAliaslive"],
    }
    assert processor["ParameterValue"].endswith(f":{FUNCTION}:live")
    schema = destination["DataFormatConversionConfiguration"]["SchemaConfiguration"]
    assert (schema["DatabaseName"], schema["TableName"]) == (DATABASE, "session_analytics")
    assert destination["BucketARN"] == f"arn:aws:s3:::{deployed.resources['AnalyticsBucket']}"
    asked = RESOURCES["DeliveryStream"]["Properties"]["ExtendedS3DestinationConfiguration"]
    for name in (
        "Prefix",
        "ErrorOutputPrefix",
        "CompressionFormat",
        "DynamicPartitioningConfiguration",
    ):
        assert destination[name] == asked[name]


def test_the_database_has_the_tables_with_their_columns_and_the_views(deployed: Stack) -> None:
    tables = {
        table["Name"]: table
        for table in deployed.cloud.glue.get_tables(DatabaseName=DATABASE)["TableList"]
    }
    assert (
        tables.keys()
        == {"session_analytics", "rejected_events", "delivery_errors"} | views().keys()
    )
    columns = tables["session_analytics"]["StorageDescriptor"]["Columns"]
    assert [(column["Name"], column["Type"]) for column in columns] == [
        (column.name, column.type) for column in glue.columns()
    ]
    template = tables["session_analytics"]["Parameters"]["storage.location.template"]
    assert template == deployed.outputs["DataLocation"] + "dt=${dt}/"


def test_the_log_group_of_the_agent_is_subscribed(deployed: Stack) -> None:
    (subscription,) = deployed.cloud.logs.describe_subscription_filters(
        logGroupName=PARAMETERS["LogGroupName"]
    )["subscriptionFilters"]
    assert subscription["filterPattern"] == "%session_analytics%"
    assert subscription["destinationArn"] == deployed.snapshot().stream["DeliveryStreamARN"]
    assert (
        subscription["roleArn"]
        == f"arn:aws:iam::{ACCOUNT}:role/{deployed.resources['SubscriptionRole']}"
    )


def test_the_bucket_is_closed_and_keeps_versions(deployed: Stack) -> None:
    s3, bucket = deployed.cloud.s3, deployed.resources["AnalyticsBucket"]
    assert set(
        s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values()
    ) == {True}
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    (statement,) = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert (statement["Effect"], statement["Condition"]) == (
        "Deny",
        {"Bool": {"aws:SecureTransport": "false"}},
    )


def test_the_outputs_say_where_things_are(deployed: Stack) -> None:
    outputs, resources = deployed.outputs, deployed.resources
    assert outputs["DataLocation"] == f"s3://{resources['AnalyticsBucket']}/sessions/"
    assert outputs["TableName"] == f"{DATABASE}.session_analytics"
    assert outputs["StreamName"] == STREAM
    assert outputs["TransformLog"] == f"/aws/lambda/{FUNCTION}"
    assert outputs["AnalystPolicyArn"] == resources["AnalystPolicy"]


def test_calls_are_delivered_to_their_days_and_what_was_reingest_too(
    before: Snapshot, tmp_path: Path
) -> None:
    delivered = "SELECT dt, session_id FROM session_analytics ORDER BY dt, session_id"
    assert asked(delivered, before, tmp_path) == DELIVERED
    assert {key.split("/")[0] for key in before.objects} == {"sessions", "rejected"}


def test_a_saved_query_counts_each_call_once(before: Snapshot, tmp_path: Path) -> None:
    sql = period(
        queries()["daily_volume"].sql, date.fromisoformat(YESTERDAY), date.fromisoformat(TODAY)
    )
    days = [
        (dt, calls, callers, minutes)
        for dt, calls, callers, minutes, *_ in asked(sql, before, tmp_path)
    ]
    assert days == [(YESTERDAY, 1, 1, 10.0), (TODAY, 5, 5, 6.5)]


def test_a_reject_is_stored_with_its_line(before: Snapshot, tmp_path: Path) -> None:
    rejects = "SELECT dt, event_id, error_code, raw_message FROM rejected_events"
    assert asked(rejects, before, tmp_path) == [(TODAY, "e2", "not_json", CUT)]


def asked(sql: str, snapshot: Snapshot, folder: Path) -> list[tuple[Any, ...]]:
    """The answer over the bucket's objects."""
    with open_lake(download(snapshot.objects, folder)) as lake:
        return run_query(sql, lake).rows


def test_the_alarms_watch_metrics_that_the_deployed_function_writes(delivered: Stack) -> None:
    ids = delivered.resources
    watched = {
        metric
        for resource in RESOURCES.values()
        for metric in watched_metrics(resource["Properties"], ids)
    }
    assert len(watched) > 3
    assert watched <= written_metrics(delivered)


def watched_metrics(alarm: dict[str, Any], ids: dict[str, str]) -> set[Metric]:
    """The metrics of the function that an alarm reads, one or several; none for another resource.

    `ids` by logical id.
    """
    read = [
        alarm,
        *(
            each["MetricStat"]["Metric"]
            for each in alarm.get("Metrics", [])
            if "MetricStat" in each
        ),
    ]
    return {
        (
            metric["MetricName"],
            frozenset(
                (dimension["Name"], ids.get(dimension["Value"], dimension["Value"]))
                for dimension in metric["Dimensions"]
            ),
        )
        for metric in read
        if metric.get("Namespace") == "VoiceAnalytics"
    }


def written_metrics(stack: Stack) -> set[Metric]:
    """What the function has logged in CloudWatch's embedded metric format."""
    lines = stack.cloud.logs.filter_log_events(
        logGroupName=stack.outputs["TransformLog"], filterPattern="CloudWatchMetrics"
    )["events"]
    documents = [json.loads(line["message"]) for line in lines]
    return {
        (metric["Name"], frozenset((name, document[name]) for name in names))
        for document in documents
        for group in document["_aws"]["CloudWatchMetrics"]
        for names in group["Dimensions"]
        for metric in group["Metrics"]
    }


def test_an_update_moves_the_alias_to_a_new_version_that_answers(
    before: Snapshot, updated: Stack
) -> None:
    assert (before.version, updated.snapshot().version) == ("1", "2")
    updated.deliver(REJECTED)
    new = updated.snapshot().objects.keys() - before.objects.keys()
    (reject,) = (key for key in new if key.startswith("rejected/"))
    assert (
        json.loads(gzip.decompress(updated.snapshot().objects[reject]))["transform_version"]
        == LAYER_HASH[:12]
    )


def test_an_update_keeps_stream_bucket_and_data(before: Snapshot, updated: Stack) -> None:
    after = updated.snapshot()
    assert after.stream["CreateTimestamp"] == before.stream["CreateTimestamp"]
    kept = (
        "AnalyticsBucket",
        "DeliveryStream",
        "SessionAnalyticsTable",
        "AgentLogGroup",
        "TransformFunction",
        "AthenaStack",
    )
    assert [after.resources[name] for name in kept] == [before.resources[name] for name in kept]
    assert before.objects.items() <= after.objects.items()


def test_an_update_adds_a_column_behind_the_others(updated: Stack) -> None:
    table = updated.cloud.glue.get_table(DatabaseName=DATABASE, Name="session_analytics")["Table"]
    *others, last = table["StorageDescriptor"]["Columns"]
    assert {name: last[name] for name in COLUMN} == COLUMN
    assert len(others) == len(glue.columns())


def test_parameters_of_an_update_are_added_to_those_before(updated: Stack) -> None:
    (stack,) = updated.cloud.cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    assert parameters.items() >= {**PARAMETERS, **OPTIONS}.items()


def test_all_that_is_optional_can_be_switched_on(updated: Stack) -> None:
    """All but the alarms of a key, which no parameter here names, and the budget.

    The emulator does not create a budget.
    """
    without = {"HasKey", "HasBudget"}
    assert made(updated) == {name for name, on in declared(updated).items() if on not in without}


def test_every_alarm_goes_to_the_topic_that_there_is_now(updated: Stack) -> None:
    alarms = updated.cloud.cloudwatch.describe_alarms()["MetricAlarms"]
    nested = {f"voice-analytics-dev-leads-{name}" for name in ("wait", "undelivered")}
    assert {alarm["AlarmName"] for alarm in alarms} == nested | {
        resource["Properties"]["AlarmName"]
        for name, resource in RESOURCES.items()
        if name in alarm_names(updated)
    }
    assert all(alarm["AlarmActions"] == [updated.resources["AlarmTopic"]] for alarm in alarms)


def alarm_names(stack: Stack) -> set[str]:
    """Those that there are when everything but a key is given."""
    resources = stack.written["Resources"].items()
    return {
        name
        for name, each in resources
        if each["Type"] == "AWS::CloudWatch::Alarm" and each.get("Condition") != "HasKey"
    }


def test_a_lead_that_is_written_is_mailed(updated: Stack) -> None:
    """By the table's stream, the function behind it, the bus and its rules, as deployed.

    The emulator's Athena knows no view, so that the lead is written here.
    """
    session: Any = Session(ACCOUNT, "unchecked", region_name=REGION)

    def client(service: str) -> Any:
        return session.client(service, endpoint_url=updated.cloud.endpoint)

    sqs, topic = client("sqs"), f"arn:aws:sns:{REGION}:{ACCOUNT}:voice-analytics-dev-leads"
    mail = sqs.create_queue(QueueName="mail")["QueueUrl"]
    client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:mail"
    )
    fields = ("id", "session_id", "ended_at", "company", "summary", "name", "email", "url")
    detail = {name: f"the {name}" for name in fields} | {"score": 100, "date": "2026-03-02"}
    client("dynamodb").put_item(
        TableName="voice-analytics-dev-leads",
        Item={"lead_id": {"S": "1"}, "detail": {"S": json.dumps(detail)}, "expires": {"N": "9"}},
    )
    end = time.monotonic() + 60
    while not (found := sqs.receive_message(QueueUrl=mail).get("Messages")):
        assert time.monotonic() < end, "no mail"
        time.sleep(0.2)
    assert "Hot lead, score 100: the company" in json.loads(found[0]["Body"])["Message"]


def test_a_deployment_without_a_change_changes_nothing(updated: Stack) -> None:
    last = updated.snapshot()
    output = sam_deploy(updated.template, updated.cloud, **OPTIONS)
    assert output.returncode == 0, output.stdout + output.stderr
    assert "No changes to deploy" in output.stdout
    assert updated.snapshot() == last


def test_a_changed_parameter_alone_moves_the_alias_to_a_version_that_has_its_value(
    updated: Stack,
) -> None:
    output = sam_deploy(updated.template, updated.cloud, ProjectionStartDate="2024-02-29")
    assert output.returncode == 0, output.stdout + output.stderr
    last = updated.snapshot().version
    live = updated.cloud.awslambda.get_function_configuration(
        FunctionName=FUNCTION, Qualifier="live"
    )
    assert (last, live["Version"]) == ("3", "3")
    assert live["Environment"]["Variables"]["PROJECTION_START_DATE"] == "2024-02-29"


def test_a_deletion_keeps_the_data_and_the_log_of_the_agent(
    cloud: Cloud, deleted: Snapshot
) -> None:
    assert objects(cloud, deleted.resources["AnalyticsBucket"]) == deleted.objects
    assert (
        "OnlyTls"
        in cloud.s3.get_bucket_policy(Bucket=deleted.resources["AnalyticsBucket"])["Policy"]
    )
    assert [group["logGroupName"] for group in cloud.logs.describe_log_groups()["logGroups"]] == [
        PARAMETERS["LogGroupName"]
    ]


def test_a_deletion_leaves_nothing_else(cloud: Cloud, deleted: Snapshot) -> None:
    assert cloud.firehose.list_delivery_streams()["DeliveryStreamNames"] == []
    assert cloud.glue.get_databases()["DatabaseList"] == []
    assert cloud.awslambda.list_functions()["Functions"] == []
    assert cloud.awslambda.list_layers()["Layers"] == []
    assert cloud.cloudwatch.describe_alarms()["MetricAlarms"] == []
    assert (
        cloud.logs.describe_subscription_filters(logGroupName=PARAMETERS["LogGroupName"])[
            "subscriptionFilters"
        ]
        == []
    )
