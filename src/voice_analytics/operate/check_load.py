"""The stream's load and lateness on the last day, by its metrics."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from voice_analytics.operate.findings import Findings, doubt, ok
from voice_analytics.operate.stack import Stack

_MINUTE = 60
_HIGH = 0.8  # of a quota
# A minute of gathering before the function, and its retries, need less.
_LATE_SECONDS = 600
# The metric of what came in, a minute, and that of the quota, a second.
_QUOTAS = {
    "bytes": ("IncomingBytes", "BytesPerSecondLimit"),
    "records": ("IncomingRecords", "RecordsPerSecondLimit"),
    "requests": ("IncomingPutRequests", "PutRequestsPerSecondLimit"),
}


class Metric(NamedTuple):
    """A metric of CloudWatch, with the one dimension that it has here."""

    namespace: str
    name: str
    dimension: dict[str, str]
    stat: str


def last_day(stack: Stack, asked: dict[str, Metric], period: int) -> dict[str, list[float]]:
    """The values of metrics in the last 24 hours, one each `period` seconds with data."""
    until = datetime.now(UTC)
    answer = stack.aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=[
            {
                "Id": name,
                "MetricStat": {
                    "Metric": {
                        "Namespace": metric.namespace,
                        "MetricName": metric.name,
                        "Dimensions": [metric.dimension],
                    },
                    "Period": period,
                    "Stat": metric.stat,
                },
            }
            for name, metric in asked.items()
        ],
        StartTime=until - timedelta(days=1),
        EndTime=until,
    )
    return {each["Id"]: each["Values"] for each in answer["MetricDataResults"]}


def _of_stream(stack: Stack, name: str, stat: str) -> Metric:
    dimension = {"Name": "DeliveryStreamName", "Value": stack.stream}
    return Metric("AWS/Firehose", name, dimension, stat)


def quota(stack: Stack) -> Findings:
    """How near the busiest minute came to what the stream takes a second."""
    asked = {}
    for unit, (came_in, limit) in _QUOTAS.items():
        asked[unit] = _of_stream(stack, came_in, "Sum")
        asked[f"limit_{unit}"] = _of_stream(stack, limit, "Minimum")
    values = last_day(stack, asked, _MINUTE)
    shares = {
        unit: max(values[unit]) / _MINUTE / min(values[f"limit_{unit}"])
        for unit in _QUOTAS
        if values.get(unit) and values.get(f"limit_{unit}")
    }
    for unit, share in shares.items():
        if share > _HIGH:
            evidence = f"the busiest minute had {share:.0%} of the stream's {unit} a second"
            cure = "wait for Firehose to raise its limit; ask AWS only before a known burst"
            yield doubt("quota", evidence, cure)
    if shares:
        most = f"{max(shares.values()):.0%} of what the stream takes, in the busiest minute"
    else:
        most = "no traffic in the last 24 hours"
    yield ok("quota", most)


def freshness(stack: Stack) -> Findings:
    """Whether records waited longer for their file than the buffer explains."""
    asked = {"age": _of_stream(stack, "DeliveryToS3.DataFreshness", "Maximum")}
    ages = last_day(stack, asked, 5 * _MINUTE).get("age", [])
    if not ages:
        yield ok("freshness", "no delivery in the last 24 hours")
    elif (oldest := max(ages)) > stack.buffer_seconds + _LATE_SECONDS:
        evidence = f"a record waited {oldest:.0f} seconds for its file in the last 24 hours"
        cure = "see the errors of the function and the role in the stream's log group"
        yield doubt("freshness", evidence, cure)
    else:
        yield ok("freshness", f"no record waited more than {oldest:.0f} seconds for its file")
