"""AWS would accept CloudFormation's requests for this template, and refuse a broken copy's."""

from typing import Any

import pytest

from tests.template.broken import GONE, break_it
from tests.template.cloudformation import TEMPLATE, Template, load
from tests.template.deployed import deployed, with_everything
from tests.template.requests import requests
from tests.template.service_model import faults
from voice_analytics.codegen.athena import ATHENA_STACK

# The longest names that the parameters allow, beside the defaults.
SETTINGS: list[dict[str, str]] = [
    {},
    {"Stage": "s" * 16, "StreamName": "n" * 47, "LogGroupName": "/" + "g" * 511},
]
LOOKED_AT = {
    *("CreateDatabase", "CreateTable", "CreateDeliveryStream", "CreateFunction"),
    *(
        "CreateLogGroup",
        "CreateLogStream",
        "PutRetentionPolicy",
        "PutSubscriptionFilter",
        "PutQueryDefinition",
    ),
    *("CreateWorkGroup", "UpdateWorkGroup", "PutMetricAlarm", "PutDashboard", "Subscribe"),
}
LOOKED_AT_IN_THE_ATHENA_STACK = {"CreateTable", "CreateNamedQuery", "CreatePreparedStatement"}

_STREAM = "Resources/DeliveryStream/Properties"
_DESTINATION = f"{_STREAM}/ExtendedS3DestinationConfiguration"
_TABLE = "Resources/SessionAnalyticsTable/Properties/TableInput"
_WORK_GROUP = "Resources/AnalyticsWorkGroup/Properties"
_ALARM = "Resources/TransformErrorsAlarm/Properties"

BROKEN_COPIES: list[tuple[str, str, Any]] = [
    ("Unknown parameter", f"{_DESTINATION}/Colour", "blue"),
    ("Invalid type", f"{_DESTINATION}/BufferingHints/SizeInMBs", "large"),
    ("900 at most", f"{_DESTINATION}/BufferingHints/IntervalInSeconds", 1000),
    ("128 at most", f"{_DESTINATION}/BufferingHints/SizeInMBs", 129),
    (
        "7200 at most",
        f"{_DESTINATION}/DynamicPartitioningConfiguration/RetryOptions/DurationInSeconds",
        7201,
    ),
    ("may be UNCOMPRESSED", f"{_DESTINATION}/CompressionFormat", "BROTLI"),
    (
        "may be UNCOMPRESSED",
        f"{_DESTINATION}/DataFormatConversionConfiguration/OutputFormatConfiguration/Serializer/ParquetSerDe/Compression",
        "LZ4",
    ),
    (
        "may be LambdaArn",
        f"{_DESTINATION}/ProcessingConfiguration/Processors/0/Parameters/3/ParameterName",
        "Retries",
    ),
    (
        "Missing required parameter",
        f"{_DESTINATION}/ProcessingConfiguration/Processors/0/Parameters/3/ParameterValue",
        GONE,
    ),
    ("does not match arn:", f"{_DESTINATION}/RoleARN", {"Ref": "DeliveryRole"}),
    ("does not match", f"{_STREAM}/DeliveryStreamName", "voice analytics"),
    (
        "may be AWS_OWNED_CMK",
        f"{_STREAM}/DeliveryStreamEncryptionConfigurationInput",
        {"KeyType": "AWS"},
    ),
    ("Unknown parameter", f"{_TABLE}/StorageDescriptor/Columns/0/Kind", "string"),
    ("does not match", f"{_TABLE}/Description", "one row\a call"),
    ("255 at most", f"{_TABLE}/Name", "t" * 256),
    ("512000 at most", f"{_TABLE}/Parameters/note", "x" * 512_001),
    (
        "Missing required parameter",
        "Resources/AnalyticsDatabase/Properties/DatabaseInput/Name",
        GONE,
    ),
    ("1024 at most", "Parameters/FilterPattern/Default", "x" * 1025),
    ("does not match", "Resources/Subscription/Properties/FilterName", "session:analytics"),
    ("does not match", "Resources/DeliveryLogGroup/Properties/LogGroupName", "delivery errors"),
    ("Invalid type", "Resources/DeliveryLogGroup/Properties/RetentionInDays", "a month"),
    ("Unknown parameter", "Resources/FindSessionQuery/Properties/Query", "fields @message"),
    ("10000 at most", "Resources/FindSessionQuery/Properties/QueryString", "x" * 10_001),
    (
        "valid min value: 10000000",
        f"{_WORK_GROUP}/WorkGroupConfiguration/BytesScannedCutoffPerQuery",
        9_999_999,
    ),
    (
        "may be SSE_S3",
        f"{_WORK_GROUP}/WorkGroupConfiguration/ResultConfiguration/EncryptionConfiguration/EncryptionOption",
        "SSE",
    ),
    ("does not match", f"{_WORK_GROUP}/Name", "voice analytics"),
    ("may be ENABLED", f"{_WORK_GROUP}/State", "ON"),
    ("may be GreaterThan", f"{_ALARM}/ComparisonOperator", "MoreThanThreshold"),
    ("may be SampleCount", f"{_ALARM}/Statistic", "Median"),
    ("Invalid type", f"{_ALARM}/EvaluationPeriods", "five"),
    (
        "30 at most",
        f"{_ALARM}/Dimensions",
        [{"Name": f"d{number}", "Value": "x"} for number in range(31)],
    ),
    ("Invalid type", "Resources/Dashboard/Properties/DashboardBody", {"widgets": []}),
    ("may be nodejs", "Resources/TransformFunction/Properties/Runtime", "python3.33"),
    ("32768 at most", "Resources/TransformFunction/Properties/MemorySize", 32_769),
]
BROKEN_STACKS: list[tuple[str, str, Any]] = [
    ("255 at most", "Resources/SessionsView/Properties/TableInput/Name", "v" * 256),
    (
        "409600 at most",
        "Resources/SessionsView/Properties/TableInput/ViewOriginalText",
        "x" * 409_601,
    ),
    ("Missing required parameter", "Resources/FindSessionQuery/Properties/Database", GONE),
    ("262144 at most", "Resources/FindSessionQuery/Properties/QueryString", "x" * 262_145),
    ("does not match", "Resources/FindSessionStatement/Properties/StatementName", "find-session"),
]


def refused(resources: Template) -> list[str]:
    return [fault for request in requests(resources) for fault in faults(request)]


def athena_stack() -> Template:
    return load(TEMPLATE.parent / ATHENA_STACK)


def athena(stack: Template) -> Template:
    return deployed(stack, DatabaseName="voice_analytics", WorkGroupName="voice-analytics")


@pytest.mark.parametrize("settings", SETTINGS, ids=["default", "longest"])
def test_the_services_take_what_is_sent_for_the_template(settings: dict[str, str]) -> None:
    assert refused(with_everything(load(), **settings)) == []


def test_the_services_take_what_is_sent_for_the_views_and_saved_queries() -> None:
    assert refused(athena(athena_stack())) == []


def test_every_kind_of_request_is_looked_at() -> None:
    assert {request.operation for request in requests(with_everything(load()))} == LOOKED_AT
    assert {
        request.operation for request in requests(athena(athena_stack()))
    } == LOOKED_AT_IN_THE_ATHENA_STACK


@pytest.mark.parametrize(
    ("fault", "path", "value"), BROKEN_COPIES, ids=[path for _, path, _ in BROKEN_COPIES]
)
def test_a_service_refuses_what_is_sent_for_a_broken_copy(
    fault: str, path: str, value: Any
) -> None:
    template = load()
    break_it(template, path, value)
    assert any(fault in refusal for refusal in refused(with_everything(template)))


@pytest.mark.parametrize(
    ("fault", "path", "value"), BROKEN_STACKS, ids=[path for _, path, _ in BROKEN_STACKS]
)
def test_a_service_refuses_what_is_sent_for_a_broken_view_or_query(
    fault: str, path: str, value: Any
) -> None:
    stack = athena_stack()
    break_it(stack, path, value)
    assert any(fault in refusal for refusal in refused(athena(stack)))
