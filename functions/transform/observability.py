"""Logger and metrics.

No payload, e-mail address or transcript is ever logged: counts, ids and names of errors alone.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import orjson
from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit, single_metric
from session_analytics.batch import Transformed
from session_analytics.response import RecordResult

logger = Logger()
metrics = Metrics()

# All are emitted at each invocation, zeros too: an alarm on a metric that is often missing is
# blind.
METRICS = {
    "RecordsIn": MetricUnit.Count,
    "RecordsFailed": MetricUnit.Count,
    "RecordsReingested": MetricUnit.Count,
    "EventsIn": MetricUnit.Count,
    "EventsDelivered": MetricUnit.Count,
    "CanariesDelivered": MetricUnit.Count,
    "EventsRejected": MetricUnit.Count,
    "EventFaults": MetricUnit.Count,
    "EventsIgnored": MetricUnit.Count,
    "EventsFromOtherLoggers": MetricUnit.Count,
    "EventsReingested": MetricUnit.Count,
    "EventsFailed": MetricUnit.Count,
    "Violations": MetricUnit.Count,
    "Redactions": MetricUnit.Count,
    "BytesIn": MetricUnit.Bytes,
    "BytesOut": MetricUnit.Bytes,
}
# Counts by a dimension: the metric, and the dimension's name.
_DIMENSIONS = {
    "Rejected.": ("EventsRejected", "error_code"),
    "Redacted.": ("Redactions", "kind"),
}


def count(results: Sequence[RecordResult]) -> Counter[str]:
    """What became of an invocation's records and events.

    The events of a record that failed or was reingested unchanged are counted as that alone. Those
    of a record that was reingested unread are not counted.
    """
    counts: Counter[str] = Counter(RecordsIn=len(results))
    for result in results:
        counts["RecordsReingested"] += len(result.reingest)
        if result.decision == "ProcessingFailed":
            counts["RecordsFailed"] += 1
        if result.transformed is not None:
            counts.update(_events(result, result.transformed))
    return counts


def _events(result: RecordResult, transformed: Transformed) -> Counter[str]:
    events = transformed.outcome.events
    counts = Counter(EventsIn=events, BytesIn=len(transformed.data))
    if result.decision == "ProcessingFailed":
        return counts + Counter(EventsFailed=events)
    if result.unchanged:
        return counts + Counter(EventsReingested=events)
    delivered, outcome = result.delivered, transformed.outcome
    canaries = sum(line.canary for line in delivered)
    counts["CanariesDelivered"] = canaries
    counts["EventsDelivered"] = len(delivered) - canaries
    counts["EventsRejected"] = len(result.rejects)
    counts["EventFaults"] = sum(reject.code == "fault" for reject in result.rejects)
    counts["EventsIgnored"] = outcome.ignored
    counts["EventsFromOtherLoggers"] = outcome.other_loggers
    counts["EventsReingested"] = (
        events - len(delivered) - len(result.rejects) - outcome.ignored - outcome.other_loggers
    )
    counts["Violations"] = sum(line.violations for line in delivered)
    counts["BytesOut"] = len(result.data)
    counts.update(f"Rejected.{reject.code}" for reject in result.rejects)
    for line in delivered:
        for kind, number in line.redacted.items():
            counts["Redactions"] += number
            counts[f"Redacted.{kind}"] += number
    return counts


def report(counts: Counter[str], duration_ms: float) -> None:
    """Print the metrics of an invocation as a line in CloudWatch's embedded metric format."""
    values = {name: _metric(counts[name], unit) for name, unit in METRICS.items()}
    values["Duration"] = _metric(duration_ms, MetricUnit.Milliseconds)
    print(
        orjson.dumps(
            metrics.serialize_metric_set(values, dimensions={"service": metrics.service})
        ).decode()
    )
    for name, value in counts.items():
        prefix, dot, label = name.partition(".")
        if dot:
            metric, dimension = _DIMENSIONS[prefix + dot]
            with single_metric(name=metric, unit=MetricUnit.Count, value=value) as by_label:
                by_label.add_dimension(dimension, label)


def _metric(value: float, unit: MetricUnit) -> dict[str, Any]:
    """A metric as Powertools' add_metric keeps it, which would take a third of an event's time."""
    return {"Unit": unit.value, "Value": [float(value)]}
