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
from session_analytics.response import Answer

logger = Logger()
metrics = Metrics()

# Every one is emitted at each invocation, zeros too: an alarm on a metric that is seldom there
# would be blind.
METRICS = {
    "RecordsIn": MetricUnit.Count,
    "RecordsFailed": MetricUnit.Count,
    "RecordsPutBack": MetricUnit.Count,
    "EventsIn": MetricUnit.Count,
    "EventsDelivered": MetricUnit.Count,
    "EventsRejected": MetricUnit.Count,
    "EventsIgnored": MetricUnit.Count,
    "EventsPutBack": MetricUnit.Count,
    "EventsFailed": MetricUnit.Count,
    "Violations": MetricUnit.Count,
    "BytesIn": MetricUnit.Bytes,
    "BytesOut": MetricUnit.Bytes,
}
_BY_CODE = "Rejected."


def count(records: Sequence[Transformed | Answer], answers: Sequence[Answer]) -> Counter[str]:
    """What became of an invocation's records and events.

    The events of a record that failed or was put back whole are not counted as anything else: they
    are kept, or come again. Those of a record that was put back unread are not counted at all.
    """
    counts: Counter[str] = Counter(RecordsIn=len(records))
    for record, said in zip(records, answers, strict=True):
        counts["RecordsPutBack"] += len(said.put_back)
        if said.result == "ProcessingFailed":
            counts["RecordsFailed"] += 1
        if isinstance(record, Answer):
            continue
        events = (
            len(record.batch["logEvents"]) if record.batch["messageType"] == "DATA_MESSAGE" else 0
        )
        counts["EventsIn"] += events
        counts["BytesIn"] += len(record.data)
        if said.result == "ProcessingFailed":
            counts["EventsFailed"] += events
        elif said.whole:
            counts["EventsPutBack"] += events
        else:
            delivered = record.outcome.lines[said.dt] if said.result == "Ok" else []
            counts["EventsDelivered"] += len(delivered)
            counts["EventsRejected"] += len(said.rejects)
            counts["EventsIgnored"] += record.outcome.ignored
            counts["EventsPutBack"] += (
                events - len(delivered) - len(said.rejects) - record.outcome.ignored
            )
            counts["Violations"] += sum(line.violations for line in delivered)
            counts["BytesOut"] += len(said.data)
            counts.update(f"{_BY_CODE}{reject.code}" for reject in said.rejects)
    return counts


def report(counts: Counter[str], duration_ms: float) -> None:
    """Emit the metrics of an invocation (CloudWatch's embedded metric format, a line on standard output)."""
    values = {name: _metric(counts[name], unit) for name, unit in METRICS.items()}
    values["Duration"] = _metric(duration_ms, MetricUnit.Milliseconds)
    print(
        orjson.dumps(
            metrics.serialize_metric_set(values, dimensions={"service": metrics.service})
        ).decode()
    )
    for name, value in counts.items():
        if name.startswith(_BY_CODE):
            with single_metric(
                name="EventsRejected", unit=MetricUnit.Count, value=value
            ) as by_code:
                by_code.add_dimension("error_code", name.removeprefix(_BY_CODE))


def _metric(value: float, unit: MetricUnit) -> dict[str, Any]:
    """As Powertools' own add_metric keeps it, which for all of them takes as long as a third of an event."""
    return {"Unit": unit.value, "Value": [float(value)]}
