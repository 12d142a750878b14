"""What the data path costs a month, by the traffic: a pure function of numbers and prices.

Sizes were measured on invented calls: a line of 7,278 bytes; gzipped, the fewer bytes the more
lines share a record; 945 bytes of Parquet a row and 54 kB a file, 570 a row after `operate compact`
(`python -m benchmarks stored scale`). Other lines are taken to shrink in the same proportion. A
month is 30 days. Only the event's line is counted, or with the recorder's direct sink the short
line in its place: what else the agent logs costs as much a byte.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, log
from typing import Literal, NamedTuple

from voice_analytics.operate.prices import FIREHOSE_UNIT_BYTES, Prices

type Sink = Literal["cloudwatch", "firehose"]

MEASURED_LINE_BYTES = 7_278
_SHORT_LINE_BYTES = 172  # what the direct sink logs: 146 measured, and 26 that AWS adds to a line
_GZIP_BYTES = {1: 2_441, 5: 1_618, 10: 1_431, 50: 1_276, 200: 1_245}  # a call, by lines a record
_ROW_BYTES, _COMPACT_ROW_BYTES = 945, 570
_SMALL_FILE_BYTES = 54_000  # of footers and dictionaries: a file of one call has so many
# What a saved query reads a row: the median of `python -m benchmarks stored`, a file a day, copies
# ranked; 122 after `operate compact`, which leaves the last week alone.
_NARROW_ROW_BYTES = 231
_CALL_SECONDS = 442e-6  # of the function, for one call
_FUNCTION_GB = 1_769 / 1024
_FILE_BYTES = 128 * 1024 * 1024
_DAY, _MONTH_DAYS = 86_400, 30
_ALARMS, _METRICS = 21, 13
_GB, _TB = 1e9, 1e12
_ATHENA, _WATCHING = "Athena", "Alarms and metrics"
_NOT_BY_CALLS = {_ATHENA, _WATCHING}


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a deployment carries and how it is set up.

    `sink` is where the agent sends the event: to its log, or straight into the stream.
    """

    calls_per_day: float
    line_bytes: int = MEASURED_LINE_BYTES
    log_days: int = 30
    stored_days: int = 365
    queries_per_day: float = 20
    query_days: int = 7
    query_reads_transcripts: bool = False
    buffer_seconds: int = 300
    compacted: bool = False
    sink: Sink = "cloudwatch"

    @property
    def calls_per_second(self) -> float:
        return self.calls_per_day / _DAY

    @property
    def calls_per_month(self) -> float:
        return self.calls_per_day * _MONTH_DAYS

    @property
    def lines_per_record(self) -> float:
        """How many lines share a record.

        CloudWatch Logs packs half a second's, from 1 to 200; the direct sink sends each by itself,
        because a process of the agent has one call.
        """
        if self.sink == "firehose":
            return 1
        return min(max(self.calls_per_second / 2, 1), 200)

    @property
    def logged_bytes(self) -> int:
        """What stands in the log for a call."""
        return self.line_bytes if self.sink == "cloudwatch" else _SHORT_LINE_BYTES

    @property
    def record_bytes(self) -> float:
        """The gzipped bytes of a record."""
        scale = self.line_bytes / MEASURED_LINE_BYTES
        return self.lines_per_record * _gzipped(self.lines_per_record) * scale

    @property
    def stream_bytes_per_second(self) -> float:
        """What arrives in the stream, of a quota of 1 MiB/s in most regions."""
        return self.calls_per_second / self.lines_per_record * self.record_bytes

    @property
    def files_per_month(self) -> float:
        """Files that Firehose writes: one an interval with calls, more where they are full."""
        intervals = _MONTH_DAYS * _DAY / self.buffer_seconds
        with_calls = min(intervals, self.calls_per_month)
        return max(with_calls, self.calls_per_month * self.row_bytes / _FILE_BYTES)

    @property
    def row_bytes(self) -> float:
        """Parquet bytes a row, as Firehose writes them."""
        return _ROW_BYTES * self.line_bytes / MEASURED_LINE_BYTES

    @property
    def stored_bytes_per_month(self) -> float:
        """Parquet bytes that a month adds to the bucket."""
        scale = self.line_bytes / MEASURED_LINE_BYTES
        if self.compacted:
            return self.calls_per_month * _COMPACT_ROW_BYTES * scale
        return self.calls_per_month * self.row_bytes + self.files_per_month * _SMALL_FILE_BYTES

    @property
    def query_bytes(self) -> float:
        """What one query over `query_days` reads; Athena bills 10 MB at least."""
        row = self.row_bytes if self.query_reads_transcripts else _NARROW_ROW_BYTES
        return max(self.calls_per_day * self.query_days * row, 10e6)


class Item(NamedTuple):
    """One line of the bill."""

    name: str
    usd: float


class Change(NamedTuple):
    """A change of the setup, and what it saves a month."""

    name: str
    usd: float


def items(traffic: Traffic, prices: Prices) -> list[Item]:
    """The bill of a month, in the order in which data flows."""
    calls = traffic.calls_per_month
    records = calls / traffic.lines_per_record
    billed_gb = records * _rounded(traffic.record_bytes) / _GB
    delivered_gb = calls * traffic.row_bytes / _GB
    logged_gb = calls * traffic.logged_bytes / _GB
    kept_gb = logged_gb * _gzipped(traffic.lines_per_record) / MEASURED_LINE_BYTES
    invocations = max(_MONTH_DAYS * _DAY / 60, billed_gb * _GB / 300_000)
    queries = traffic.queries_per_day * _MONTH_DAYS
    files = traffic.files_per_month
    return [
        Item("CloudWatch Logs, ingestion", logged_gb * prices["logs_ingestion_gb"]),
        Item(
            "CloudWatch Logs, storage",
            kept_gb * traffic.log_days / _MONTH_DAYS * prices["logs_storage_gb_month"],
        ),
        Item("Firehose, ingestion", billed_gb * prices["firehose_ingestion_gb"]),
        Item("Firehose, conversion to Parquet", billed_gb * prices["firehose_conversion_gb"]),
        Item(
            "Firehose, partitioning by day",
            delivered_gb * prices["firehose_partitioning_gb"]
            + files / 1000 * prices["firehose_partitioning_1000_objects"],
        ),
        Item(
            "Lambda",
            min(invocations, calls) / 1e6 * prices["lambda_million_requests"]
            + calls * _CALL_SECONDS * _FUNCTION_GB * prices["lambda_arm_gb_second"],
        ),
        Item(
            "S3",
            traffic.stored_bytes_per_month
            / _GB
            * (traffic.stored_days / _MONTH_DAYS)
            * prices["s3_gb_month"]
            + files / 1000 * prices["s3_1000_puts"],
        ),
        Item(_ATHENA, queries * traffic.query_bytes / _TB * prices["athena_tb"]),
        Item(
            _WATCHING,
            _ALARMS * prices["alarm_month"] + _METRICS * prices["metric_month"],
        ),
    ]


def path_usd(traffic: Traffic, prices: Prices) -> float:
    """What depends on the calls alone: no queries, no alarms, and a month of rows kept."""
    path = items(replace(traffic, stored_days=_MONTH_DAYS, queries_per_day=0), prices)
    return sum(item.usd for item in path if item.name not in _NOT_BY_CALLS)


def total_usd(traffic: Traffic, prices: Prices) -> float:
    """The bill of a month."""
    return sum(item.usd for item in items(traffic, prices))


def best_changes(traffic: Traffic, prices: Prices, count: int = 3) -> list[Change]:
    """The changes of the setup that save most, largest first; none that saves nothing."""
    now = total_usd(traffic, prices)
    changes = [
        Change(name, now - total_usd(changed, prices)) for name, changed in _changed(traffic)
    ]
    saving = [change for change in changes if change.usd > 0.005]
    return sorted(saving, key=lambda change: -change.usd)[:count]


def _changed(traffic: Traffic) -> Iterator[tuple[str, Traffic]]:
    yield (
        "put the event straight into the stream, and a short line into the log",
        replace(traffic, sink="firehose"),
    )
    yield (
        "log lines of half the size, such as without the transcript",
        replace(traffic, line_bytes=traffic.line_bytes // 2),
    )
    yield "compact closed days (operate compact)", replace(traffic, compacted=True)
    yield "keep log lines for 7 days", replace(traffic, log_days=min(traffic.log_days, 7))
    yield (
        "delete rows after a year (SessionRetentionDays=365)",
        replace(traffic, stored_days=min(traffic.stored_days, 365)),
    )
    yield (
        "gather rows for 15 minutes (BufferIntervalSeconds=900)",
        replace(traffic, buffer_seconds=900),
    )
    yield (
        "read no transcripts in daily questions",
        replace(traffic, query_reads_transcripts=False),
    )


def _gzipped(lines: float) -> float:
    """Gzipped bytes a line, by how many share a record; between the measured ones by logarithm."""
    for (fewer, larger), (more, smaller) in pairwise(sorted(_GZIP_BYTES.items())):
        if lines <= more:
            share = log(lines / fewer) / log(more / fewer)
            return larger + share * (smaller - larger)
    return _GZIP_BYTES[max(_GZIP_BYTES)]


def _rounded(size: float) -> float:
    return ceil(size / FIREHOSE_UNIT_BYTES) * FIREHOSE_UNIT_BYTES
