"""What a stack has cost, from its metrics: bounds where AWS counts what no metric tells.

Firehose rounds each record up to 5 KiB; the metrics have the sum of bytes and of records. So the
bill lies between the bytes alone and one unit more for each record.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from voice_analytics.operate.check_watching import stack_alarms
from voice_analytics.operate.prices import FIREHOSE_UNIT_BYTES, Prices
from voice_analytics.operate.stack import Stack

_GB, _TB = 1e9, 1e12
_FUNCTION_GB = 1_769 / 1024


class _Metric(NamedTuple):
    namespace: str
    name: str
    dimensions: dict[str, str]
    stat: str = "Sum"


def _metrics(stack: Stack) -> dict[str, _Metric]:
    stream = {"DeliveryStreamName": stack.stream}
    function = {"FunctionName": stack.function}
    bucket = {"BucketName": stack.bucket, "StorageType": "StandardStorage"}
    return {
        "logged_bytes": _Metric("AWS/Logs", "IncomingBytes", {"LogGroupName": stack.agent_log}),
        "records": _Metric("AWS/Firehose", "IncomingRecords", stream),
        "stream_bytes": _Metric("AWS/Firehose", "IncomingBytes", stream),
        "delivered_bytes": _Metric("AWS/Firehose", "DeliveryToS3.Bytes", stream),
        "files": _Metric("AWS/Firehose", "DeliveryToS3.ObjectCount", stream),
        "invocations": _Metric("AWS/Lambda", "Invocations", function),
        "milliseconds": _Metric("AWS/Lambda", "Duration", function),
        "calls": _Metric("VoiceAnalytics", "EventsDelivered", {"service": stack.function}),
        "stored_bytes": _Metric("AWS/S3", "BucketSizeBytes", bucket, "Maximum"),
    }


def _athena_bytes(stack: Stack) -> dict[str, Any]:
    """Bytes that queries of the workgroup read, whatever became of them."""
    search = (
        "SEARCH('{AWS/Athena,QueryState,QueryType,WorkGroup} "
        f'MetricName="ProcessedBytes" WorkGroup="{stack.workgroup}"\', \'Sum\', 86400)'
    )
    return {"Id": "athena_bytes", "Expression": f"SUM({search})", "Period": 86_400}


def read_metrics(stack: Stack, days: int) -> dict[str, float]:
    """Sums over the days; of `stored_bytes` the largest."""
    until = datetime.now(UTC)
    metrics = _metrics(stack)
    queries = [
        {
            "Id": name,
            "MetricStat": {
                "Metric": {
                    "Namespace": metric.namespace,
                    "MetricName": metric.name,
                    "Dimensions": [
                        {"Name": key, "Value": value} for key, value in metric.dimensions.items()
                    ],
                },
                "Period": 86_400,
                "Stat": metric.stat,
            },
        }
        for name, metric in metrics.items()
    ]
    queries.append(_athena_bytes(stack))
    with stack.aws.refusals():
        answer = stack.aws.client("cloudwatch").get_metric_data(
            MetricDataQueries=queries, StartTime=until - timedelta(days=days), EndTime=until
        )
    values = {each["Id"]: each["Values"] for each in answer["MetricDataResults"]}
    sums = {
        name: (max if metric.stat == "Maximum" else sum)(values.get(name) or [0.0])
        for name, metric in metrics.items()
    }
    return {**sums, "athena_bytes": sum(values.get("athena_bytes") or [0.0])}


def _alarm_metrics(stack: Stack) -> int:
    """How many metrics the stack's alarms read: each is billed."""
    with stack.aws.refusals():
        return sum(
            sum("MetricStat" in each for each in alarm.get("Metrics", [])) or 1
            for alarm in stack_alarms(stack)
        )


def actual_cost(stack: Stack, prices: Prices, days: int) -> dict[str, Any]:
    """USD by item for the days, with the counts that they rest on.

    Not in it: log storage, S3 requests, the dashboard, and the function's own metrics.
    """
    counted = read_metrics(stack, days)
    months = days / 30
    at_least = counted["stream_bytes"] / _GB
    at_most = at_least + counted["records"] * FIREHOSE_UNIT_BYTES / _GB
    by_gb = prices["firehose_ingestion_gb"] + prices["firehose_conversion_gb"]
    usd = {
        "CloudWatch Logs, ingestion (all lines)": counted["logged_bytes"]
        / _GB
        * prices["logs_ingestion_gb"],
        "Firehose, at least": at_least * by_gb,
        "Firehose, at most": at_most * by_gb,
        "Firehose, partitioning by day": counted["delivered_bytes"]
        / _GB
        * prices["firehose_partitioning_gb"]
        + counted["files"] / 1000 * prices["firehose_partitioning_1000_objects"],
        "Lambda": counted["milliseconds"] / 1000 * _FUNCTION_GB * prices["lambda_arm_gb_second"]
        + counted["invocations"] / 1e6 * prices["lambda_million_requests"],
        "S3, storage": counted["stored_bytes"] / _GB * prices["s3_gb_month"] * months,
        "Athena": counted["athena_bytes"] / _TB * prices["athena_tb"],
        "Alarms": _alarm_metrics(stack) * prices["alarm_month"] * months,
    }
    total = sum(usd.values()) - usd["Firehose, at least"]
    calls = counted["calls"]
    return {
        **{name: round(value, 4) for name, value in usd.items()},
        "total, at most": round(total, 4),
        "calls": round(calls),
        "USD a million calls": round(total / calls * 1e6, 2) if calls else 0,
        "days": days,
        "prices": f"{prices.region}, as of {prices.as_of}",
        "prices taken from us-east-1": ", ".join(prices.assumed) or "none",
    }


def read_bill(stack: Stack, tag: str, days: int) -> dict[str, float]:
    """USD by service as Cost Explorer has billed resources with the stack's value of a tag.

    A request costs $0.01. Empty where the tag is not activated for cost allocation: that is done
    in the billing console, and holds from the next day on. `tag` is `KEY=VALUE`.
    """
    key, _, value = tag.partition("=")
    today = datetime.now(UTC).date()
    with stack.aws.refusals():
        answer = stack.aws.client("ce").get_cost_and_usage(
            TimePeriod={
                "Start": (today - timedelta(days=days)).isoformat(),
                "End": today.isoformat(),
            },
            Granularity="DAILY",
            Metrics=["UnblendedCost"],
            Filter={"Tags": {"Key": key, "Values": [value]}},
            GroupBy=[{"Type": "DIMENSION", "Key": "SERVICE"}],
        )
    totals: dict[str, float] = {}
    for service, usd in _billed(answer):
        totals[service] = totals.get(service, 0.0) + usd
    return {name: round(usd, 4) for name, usd in sorted(totals.items())}


def _billed(answer: dict[str, Any]) -> Iterator[tuple[str, float]]:
    for period in answer["ResultsByTime"]:
        for group in period["Groups"]:
            yield group["Keys"][0], float(group["Metrics"]["UnblendedCost"]["Amount"])
