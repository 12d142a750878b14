"""An hour of calls through the stream of template.yaml, at 1 to 1,000 calls a second.

The local stream gathers, invokes and delivers by the template's buffers, against the clock of the
arrivals; the function is the real one. Two things are not repeated: a record that was read before
is not read anew (a pool of records comes round and round), and of a Parquet file only the size is
worked out, from files of the same calls that were really written.
"""

import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from datetime import time as clock
from functools import partial
from itertools import batched, cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from rich.table import Table
from session_analytics.cloudwatch import encode

from benchmarks.data_sets import on_the_busiest_day
from benchmarks.report import Cell, steps, table
from benchmarks.traffic import (
    LAST_DAY,
    Invocation,
    application,
    one_invocation,
    transform_function,
    week,
)
from voice_analytics.catalog.columns import typed_columns
from voice_analytics.local.firehose.bucket import Bucket
from voice_analytics.local.firehose.delivery import MAX_ACTIVE_PARTITIONS, Delivery
from voice_analytics.local.firehose.parquet import arrow_schema, to_parquet, to_table
from voice_analytics.local.firehose.records import Outcome, SourceRecord
from voice_analytics.local.firehose.serde import deserializer
from voice_analytics.local.firehose.stream import Firehose
from voice_analytics.local.function.code import load_code
from voice_analytics.local.function.runtime import MAX_RESPONSE_BYTES, Context, environment
from voice_analytics.local.function.sandbox import CLOCK, running, silent
from voice_analytics.local.logs.subscription import event_ids, log_batch
from voice_analytics.operate.cost_model import Traffic

if TYPE_CHECKING:
    from types import FunctionType

HOUR = 3600  # seconds
RATES = (1, 10, 100, 1000)
STREAM_BYTES = 1024 * 1024  # a second: the quota of a Direct PUT stream in most regions
EXECUTIONS = 1000  # Lambda's default quota of an account, in a region
_POOL_EVENTS = 2_000  # in records that come round and round
_ANSWERED_AT_ONCE = 250  # calls: their rows fit into an answer
_NOON_MS = round(datetime.combine(LAST_DAY, clock(12), UTC).timestamp() * 1000)
_FILE_ROWS = (1, 10, 100, 1000)  # rows of the files that are written to know what a row takes


class Hour(NamedTuple):
    """What became of an hour of calls; `seconds` were simulated, bytes are those of all of them.

    `read_seconds` are the processor's, of this machine, for reading all records once.
    """

    rate: int
    seconds: int
    calls: int
    records: int
    gzipped_bytes: int
    invocations: int
    largest_answer: int
    reingested: int
    rows: int
    file_rows: Sequence[int]
    partitions: int
    read_seconds: float

    @property
    def shares(self) -> dict[str, float]:
        """What is used of each limit, by its name."""
        return {
            "the stream's 1 MiB/s": self.gzipped_bytes / self.seconds / STREAM_BYTES,
            "Lambda's 1,000 executions": self.read_seconds / self.seconds / EXECUTIONS,
            f"{MAX_ACTIVE_PARTITIONS} open partitions": self.partitions / MAX_ACTIVE_PARTITIONS,
        }


class _Sizes(Delivery):
    """Delivery that notes the rows of each file, and converts none."""

    file_rows: list[int]
    most_partitions = 0

    def _convert(self, buffer: Any) -> None:
        for record in buffer.waiting:
            buffer.converted.append((record.source, ("",) * record.data.count(b"\n")))
        buffer.waiting, buffer.waiting_bytes = [], 0

    def _write_partition(self, partition: tuple[str, ...], _now_ms: int) -> None:
        self.most_partitions = max(self.most_partitions, len(self._partitions))
        buffer = self._partitions.pop(partition)
        self._convert(buffer)
        self.file_rows.append(sum(len(ids) for _, ids in buffer.converted))
        for source, ids in buffer.converted:
            self._report(Outcome(source, "delivered", rows=ids))


class _Stream(Firehose):
    def __init__(self, start: Callable[[Invocation], Callable[[], Any]]) -> None:
        self.outcomes: dict[str, int] = {"delivered": 0, "dropped": 0, "failed": 0}
        nowhere = Bucket(Path("nowhere"))
        super().__init__(application().stream, typed_columns(), start, nowhere, self._count)
        self._delivery = self.sizes = _Sizes(
            application().stream, typed_columns(), nowhere, self._count
        )
        self.sizes.file_rows = []

    def _count(self, outcome: Outcome) -> None:
        self.outcomes[outcome.fate] += len(outcome.rows) or 1


class _Function:
    """The real handler; each record's data is read once."""

    def __init__(self, handler: Callable[[Any, Any], Any], clients: Any) -> None:
        self._handler = handler
        self.invocations = self.largest_answer = self.reingested = 0
        self.read_seconds = 0.0
        self.put: Callable[[bytes], None] = lambda _: None
        self._known: dict[bytes, tuple[Any, float]] = {}
        module = cast("FunctionType", handler).__globals__
        self._read = module["read_record"]
        module["read_record"] = self._read_once
        for service in ("firehose", "s3"):
            clients.provide(service, self)

    def __call__(self, event: Invocation) -> Any:
        function = transform_function()
        deadline = CLOCK.seconds + function.timeout_seconds
        answer = self._handler(
            event, Context(function.name, str(function.memory_mb), "request", deadline)
        )
        self.invocations += 1
        size = sum(len(record.get("data", "")) for record in answer["records"])
        self.largest_answer = max(self.largest_answer, size)
        return answer

    def put_object(self, **_: Any) -> dict[str, Any]:
        return {}

    def put_record_batch(self, *, Records: Sequence[Any], **_: Any) -> dict[str, Any]:  # noqa: N803 - AWS's name
        for record in Records:
            self.put(record["Data"])
        self.reingested += len(Records)
        return {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "1"} for _ in Records]}

    def rows_of(self, data: bytes) -> int:
        """The rows of a record that was read."""
        transformed, _ = self._known[data]
        return sum(map(len, transformed.outcome.lines.values()))

    def _read_once(self, data: bytes, arrival_ms: int, rules: Any) -> Any:
        if data not in self._known:
            started = time.process_time()
            transformed = self._read(data, arrival_ms, rules)
            self._known[data] = transformed, time.process_time() - started
        transformed, seconds = self._known[data]
        self.read_seconds += seconds
        return transformed


@contextmanager
def _function() -> Iterator[_Function]:
    described = transform_function()
    with running(environment(described), silent):
        code = load_code(described)
        yield _Function(code.handler, code.clients)


def simulate(rate: int, seconds: int, calls: int) -> Hour:
    """So many calls a second for so long; the calls are those of a week of `calls`."""
    of_a_record = round(Traffic(calls_per_day=rate * 86_400).lines_per_record)
    pool = _pool(of_a_record, calls)
    with _function() as function:
        stream = _Stream(partial(partial, function))
        function.put = lambda data: stream.reingest(
            f"again-{function.reingested:050d}", data, event_ids(data)
        )
        sent = gzipped = 0
        records = seconds * rate // of_a_record
        numbered = zip(range(records), cycle(pool), strict=False)
        for number, (data, ids) in steps(numbered, f"{rate:,} calls a second", records):
            arrival_ms = _NOON_MS + number * of_a_record * 1000 // rate
            stream.put(SourceRecord(f"{number:056d}", arrival_ms, data, ids))
            sent, gzipped = sent + len(ids), gzipped + len(data)
        stream.drain()
        expected = sum(map(function.rows_of, islice((data for data, _ in cycle(pool)), records)))
    rows = sum(stream.sizes.file_rows)
    assert rows == expected, f"{rows:,} rows of {expected:,}"
    return Hour(
        rate,
        seconds,
        sent,
        records,
        gzipped,
        function.invocations,
        function.largest_answer,
        function.reingested,
        rows,
        stream.sizes.file_rows,
        stream.sizes.most_partitions,
        function.read_seconds,
    )


def scale(hours: Sequence[Hour], calls: int) -> Table:
    """What happens at each rate, and what is nearest to its limit."""
    row_bytes = _row_bytes(calls)
    columns = {
        "calls a second": ",d",
        "records": ",d",
        "invocations": ",d",
        "largest answer of its limit": ".0%",
        "reingested": ",d",
        "files": ",d",
        "rows a file": ",.0f",
        "Parquet, bytes a call": ",.0f",
        "open partitions": ",d",
        **dict.fromkeys(hours[0].shares, ".1%"),
        "first to saturate": "",
    }
    rows: list[Sequence[Cell]] = [
        (
            hour.rate,
            hour.records,
            hour.invocations,
            hour.largest_answer / MAX_RESPONSE_BYTES,
            hour.reingested,
            len(hour.file_rows),
            hour.rows / len(hour.file_rows),
            sum(rows * row_bytes(rows) for rows in hour.file_rows) / hour.rows,
            hour.partitions,
            *hour.shares.values(),
            max(hour.shares, key=hour.shares.__getitem__),
        )
        for hour in hours
    ]
    note = f"{hours[0].seconds:,} seconds each; a record has half a second's calls, 1 to 200."
    return table("Each rate, simulated", columns, rows, note)


def _pool(events_a_record: int, calls: int) -> list[tuple[bytes, tuple[str, ...]]]:
    """Records of that many events of one day, each with the ids of its events."""
    events = cycle(on_the_busiest_day(week(calls), _POOL_EVENTS))
    subscription = application().subscription
    return [
        (encode(log_batch(list(batch), "agent", subscription)), tuple(each["id"] for each in batch))
        for batch in batched(islice(events, _POOL_EVENTS), events_a_record, strict=True)
    ]


def _row_bytes(calls: int) -> Callable[[int], float]:
    """Bytes that a row takes in a file with so many: between those of files that are written."""
    events = on_the_busiest_day(week(calls), max(_FILE_ROWS))
    lines: list[bytes] = []
    with _function() as function:
        for batch in batched(events, _ANSWERED_AT_ONCE, strict=False):
            for record in function(one_invocation([batch]))["records"]:
                lines += b64decode(record["data"]).splitlines(keepends=True)
    columns = typed_columns()
    schema, rows_of = arrow_schema(columns), deserializer(columns, "openx")
    options = application().stream.destination.conversion.output.serializer.parquet
    written = [min(rows, len(lines)) for rows in _FILE_ROWS]
    sizes = [
        len(to_parquet(to_table(rows_of(b"".join(lines[:rows])), schema), options)) / rows
        for rows in written
    ]
    return lambda rows: float(np.interp(np.log(rows), np.log(written), sizes))
