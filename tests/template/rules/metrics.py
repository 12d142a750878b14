"""Which metrics there are of the stack's resources.

Every use of one names namespace, metric and dimensions as they are sent.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.template.cloudformation import Template
from tests.template.rules.emitted import Emitted, Metric, emitted
from tests.template.rules.parts import Findings, of_type

# "Monitoring Amazon Data Firehose with CloudWatch metrics" in its developer guide.
FIREHOSE_METRICS = {
    *("IncomingBytes", "IncomingRecords", "IncomingPutRequests", "ThrottledRecords"),
    *("BytesPerSecondLimit", "RecordsPerSecondLimit", "PutRequestsPerSecondLimit"),
    *(
        "ExecuteProcessing.Duration",
        "ExecuteProcessing.Success",
        "SucceedProcessing.Bytes",
        "SucceedProcessing.Records",
    ),
    *(
        "SucceedConversion.Bytes",
        "SucceedConversion.Records",
        "FailedConversion.Bytes",
        "FailedConversion.Records",
    ),
    *(
        "ActivePartitionsLimit",
        "PartitionCount",
        "PartitionCountExceeded",
        "PerPartitionThroughput",
    ),
    *(
        "DeliveryToS3.Bytes",
        "DeliveryToS3.DataFreshness",
        "DeliveryToS3.ObjectCount",
        "DeliveryToS3.Records",
        "DeliveryToS3.Success",
    ),
    *("KMSKeyAccessDenied", "KMSKeyDisabled", "KMSKeyInvalidState", "KMSKeyNotFound"),
}
# "Types of metrics for Lambda functions" in the developer guide of Lambda.
LAMBDA_METRICS = {"ConcurrentExecutions", "Duration", "Errors", "Invocations", "Throttles"}
# "Monitoring with CloudWatch metrics" in the user guide of CloudWatch Logs.
LOG_GROUP_METRICS = {"IncomingBytes", "IncomingLogEvents"}
SUBSCRIPTION_METRICS = {
    "DeliveryErrors",
    "DeliveryThrottling",
    "ForwardedBytes",
    "ForwardedLogEvents",
}
# "Monitor Athena query metrics with CloudWatch" in the user guide of Athena.
ATHENA_METRICS = {
    "ProcessedBytes",
    "QueryPlanningTime",
    "QueryQueueTime",
    "ServiceProcessingTime",
    "TotalExecutionTime",
}
QUERY_STATES = {"SUCCEEDED", "FAILED", "CANCELED"}

_SEARCH = re.compile(
    r"SEARCH\('\{(?P<namespace>[^,}]+),(?P<dimensions>[^}]+)\} (?P<terms>[^']+)', '\w+', \d+\)"
)
_SELECT = re.compile(
    r'SELECT \w+\((?P<name>\w+)\) FROM SCHEMA\("(?P<namespace>[^"]+)", (?P<dimensions>[^)]+)\) '
    r"WHERE (?P<terms>.+)"
)


class Use(NamedTuple):
    """A metric as an alarm or a widget names it.

    A dimension without a value stands for all its values.
    """

    metric: Metric
    values: Mapping[str, str]


def unknown_metrics(uses: Iterator[tuple[str, Use]], resources: Template) -> Findings:
    function = emitted(resources)
    sent = _of_aws() | function.metrics
    values = _values(resources, function)
    for where, use in uses:
        if use.metric not in sent:
            metric = f"{use.metric.namespace} {use.metric.name}"
            yield f"{where}: nothing sends {metric} by {sorted(use.metric.dimensions)}"
        for dimension, value in use.values.items():
            if _own_name(resources, value) not in values.get(dimension, set()):
                yield f"{where}: {dimension} is {value} for nothing in the stack"


def use_of(namespace: str, name: str, values: Mapping[str, str]) -> Use:
    return Use(Metric(namespace, name, frozenset(values)), values)


def used_by_expression(expression: str) -> Use | None:
    """None for arithmetic, which names no metric but ids."""
    if match := _SELECT.fullmatch(expression):
        return _use(match, match["name"], dict(re.findall(r"(\w+) = '([^']*)'", match["terms"])))
    if match := _SEARCH.fullmatch(expression):
        terms: dict[str, str] = dict(re.findall(r'(\w+)="([^"]*)"', match["terms"]))
        return _use(match, terms.pop("MetricName"), terms)
    return None


def _use(match: re.Match[str], name: str, values: dict[str, str]) -> Use:
    dimensions = frozenset(re.split(r",\s*", match["dimensions"]))
    return Use(Metric(match["namespace"], name, dimensions), values)


def _of_aws() -> set[Metric]:
    by_dimensions: list[tuple[str, set[str], set[str]]] = [
        ("AWS/Firehose", FIREHOSE_METRICS, {"DeliveryStreamName"}),
        ("AWS/Lambda", LAMBDA_METRICS, {"FunctionName"}),
        ("AWS/Logs", LOG_GROUP_METRICS, {"LogGroupName"}),
        ("AWS/Logs", SUBSCRIPTION_METRICS, {"DestinationType", "FilterName", "LogGroupName"}),
        ("AWS/Athena", ATHENA_METRICS, {"QueryState", "QueryType", "WorkGroup"}),
    ]
    return {
        Metric(namespace, name, frozenset(by))
        for namespace, names, by in by_dimensions
        for name in names
    }


def _values(resources: Template, function: Emitted) -> dict[str, set[str]]:
    subscription: dict[str, Any] = resources["Subscription"]["Properties"]
    return {
        "DeliveryStreamName": {
            stream["Properties"]["DeliveryStreamName"]
            for _, stream in of_type(resources, "AWS::KinesisFirehose::DeliveryStream")
        },
        "FunctionName": {resources["TransformFunction"]["Properties"]["FunctionName"]},
        "LogGroupName": {_own_name(resources, subscription["LogGroupName"])},
        "FilterName": {subscription["FilterName"]},
        "WorkGroup": {
            group["Properties"]["Name"] for _, group in of_type(resources, "AWS::Athena::WorkGroup")
        },
        "QueryState": QUERY_STATES,
        "service": set(function.services),
    }


def _own_name(resources: Template, value: str) -> str:
    """What a `Ref` to a resource gives, for those whose `Ref` is their name.

    Resolved, it is the logical id.
    """
    name_of = {
        "AWS::Athena::WorkGroup": "Name",
        "AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName",
        "AWS::Logs::LogGroup": "LogGroupName",
        "AWS::Serverless::Function": "FunctionName",
    }
    resource = resources.get(value)
    return (
        str(resource["Properties"][name_of[resource["Type"]]])
        if resource and resource["Type"] in name_of
        else value
    )
