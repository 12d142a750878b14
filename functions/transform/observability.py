"""Logger and metrics.

No payload, e-mail address or transcript is ever logged: counts, ids and names of errors alone.
"""

import logging
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, TextIO, cast

import orjson
from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit, single_metric
from session_analytics.batch import Transformed
from session_analytics.response import RecordResult
from session_analytics.schema.values import column_text

type Counts = dict[str, int]

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


def count(results: Sequence[RecordResult]) -> Counts:
    """What became of an invocation's records and events.

    The events of a record that failed or was reingested unchanged are counted as that alone. Those
    of a record that was reingested unread are not counted.
    """
    counts: Counts = defaultdict(int, RecordsIn=len(results))
    for result in results:
        counts["RecordsReingested"] += len(result.reingest)
        if result.decision == "ProcessingFailed":
            counts["RecordsFailed"] += 1
        if result.transformed is not None:
            _count_events(counts, result, result.transformed)
    return counts


def _count_events(counts: Counts, result: RecordResult, transformed: Transformed) -> None:
    outcome = transformed.outcome
    events = outcome.events
    counts["EventsIn"] += events
    counts["BytesIn"] += len(transformed.data)
    if result.decision == "ProcessingFailed":
        counts["EventsFailed"] += events
        return
    if result.unchanged:
        counts["EventsReingested"] += events
        return
    delivered = result.delivered
    canaries = sum([line.canary for line in delivered])
    counts["CanariesDelivered"] += canaries
    counts["EventsDelivered"] += len(delivered) - canaries
    counts["EventsRejected"] += len(result.rejects)
    counts["EventFaults"] += sum([reject.code == "fault" for reject in result.rejects])
    counts["EventsIgnored"] += outcome.ignored
    counts["EventsFromOtherLoggers"] += outcome.other_loggers
    counts["EventsReingested"] += (
        events - len(delivered) - len(result.rejects) - outcome.ignored - outcome.other_loggers
    )
    counts["Violations"] += sum([line.violations for line in delivered])
    counts["BytesOut"] += len(result.data)
    for reject in result.rejects:
        counts[f"Rejected.{reject.code}"] += 1
    for line in delivered:
        for kind, number in line.redacted.items():
            counts["Redactions"] += number
            counts[f"Redacted.{kind}"] += number


def report(counts: Counts, duration_ms: float, **ids: str | None) -> None:
    """Print the metrics and the log line of an invocation.

    Both are written here, the metrics in CloudWatch's embedded metric format: Powertools would take
    a tenth of an event's time for them.
    """
    now = datetime.now(UTC)
    values = {name: [float(counts.get(name, 0))] for name in METRICS}
    directive = {"Timestamp": int(now.timestamp() * 1000), "CloudWatchMetrics": _directives()}
    _print(
        {"_aws": directive, "service": logger.service, **values, "Duration": [duration_ms]},
        sys.stdout,
    )
    for name, value in counts.items():
        prefix, dot, label = name.partition(".")
        if dot:
            metric, dimension = _DIMENSIONS[prefix + dot]
            with single_metric(name=metric, unit=MetricUnit.Count, value=value) as by_label:
                by_label.add_dimension(dimension, label)
    if logger.log_level <= logging.INFO:
        head = {
            "level": "INFO",
            "location": report.__name__,
            "message": "transformed",
            "timestamp": f"{column_text(now)}+0000".replace(".", ","),
            "service": logger.service,
        }
        handler = cast("logging.StreamHandler[TextIO]", logger.registered_handler)
        _print(head | counts | ids, handler.stream)


@cache
def _directives() -> list[dict[str, Any]]:
    units = {name: unit.value for name, unit in METRICS.items()} | {"Duration": "Milliseconds"}
    return [
        {
            "Namespace": metrics.namespace,
            "Dimensions": [["service"]],
            "Metrics": [{"Name": name, "Unit": unit} for name, unit in units.items()],
        }
    ]


def _print(line: dict[str, Any], stream: TextIO) -> None:
    stream.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE).decode())
