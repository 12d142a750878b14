"""The whole chain.

Inputs -> CloudWatch Logs -> Firehose with the function -> files in a directory.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from session_analytics.cloudwatch import CorruptRecord, decode, encode
from session_analytics.schema.envelope import LogEvent

from voice_analytics.catalog.columns import typed_columns
from voice_analytics.catalog.folders import record_folders
from voice_analytics.catalog.tables import table_named
from voice_analytics.catalog.unmarked_events import unmarked_fields
from voice_analytics.local.clients import (
    KEY_FILE,
    FirehoseClient,
    S3Client,
    SecretsManagerClient,
)
from voice_analytics.local.faults import NONE, Faults
from voice_analytics.local.firehose.bucket import Bucket
from voice_analytics.local.firehose.records import SourceRecord
from voice_analytics.local.firehose.stream import Firehose
from voice_analytics.local.firehose.transformation import Answer, Start
from voice_analytics.local.function.runtime import LambdaFunction
from voice_analytics.local.logs import subscription as cloudwatch
from voice_analytics.local.logs.entries import LogFile
from voice_analytics.local.logs.firehose_events import FirehoseEvent
from voice_analytics.local.logs.inputs import expand, read_input
from voice_analytics.local.summary import Summary
from voice_analytics.local.workers import Workers
from voice_analytics.template.application import Application, DeliveryStream, Subscription
from voice_analytics.template.filter_pattern import compile_pattern

# Record ids look like Kinesis' sequence numbers: 56 digits and an index within them.
_FIRST_SEQUENCE_NUMBER = 49_546_986_683_135_544_286_507_457_936_321_625_675_700_192_471_156_785_154


def run_chain(  # noqa: PLR0913 - what the chain is made of, and two options
    inputs: Sequence[str],
    out: Path,
    application: Application,
    function: LambdaFunction | None,
    *,
    faults: Faults = NONE,
    workers: Workers | None = None,
    is_forgotten: Callable[[LogEvent], bool] | None = None,
    on_progress: Callable[[float], object] = lambda _: None,
) -> Summary:
    """Sends the inputs through the chain, and returns where everything went.

    The function is invoked in the workers' processes where they are given, which know no faults.
    Events that `is_forgotten` are counted, and sent no further. Calls `on_progress` with the number
    of inputs that are done. Raises UserError for an input that is malformed, before anything of it
    is sent, and for a stream that never drains.
    """
    matches = compile_pattern(application.subscription.filter_pattern)
    chain = _Chain(out, application.stream, function, faults, workers)
    record_folders(out, application.folders)
    for done, name in enumerate(expand(inputs)):
        given = read_input(name)
        if isinstance(given, FirehoseEvent):
            records = _recorded(given, chain.ids)
        else:
            records = _logged(given, application.subscription, matches, chain.summary, chain.ids)
        if is_forgotten:
            records = _remembered(records, is_forgotten, chain.summary)
        for record, share in records:
            chain.send(record)
            on_progress(done + share)
        on_progress(done + 1)
    chain.drain()
    return chain.summary


class _Chain:
    """The stream with the function, the function with its clients, and the faults in between.

    The summary counts.
    """

    def __init__(
        self,
        out: Path,
        stream: DeliveryStream,
        function: LambdaFunction | None,
        faults: Faults,
        workers: Workers | None,
    ) -> None:
        self._bucket = Bucket(out)
        self.summary = Summary(files=self._bucket.objects)
        self.ids = _Ids()
        self._faults = faults
        described = stream.destination.conversion.schema_configuration
        columns = typed_columns(table_named(described.table_name).model)
        start: Start | None = None
        if workers:
            start = partial(self._start, workers)
        elif function:
            start = partial(partial, faults.crashing(function.invoke))
        ahead = 2 * workers.count if workers else 0
        self._firehose = Firehose(
            stream, columns, start, self._bucket, self.summary.count_out, ahead=ahead
        )
        if function:
            bucket_name = stream.destination.bucket_arn.rpartition(":")[2]
            function.connect(
                s3=S3Client(bucket_name, self._store, faults),
                firehose=FirehoseClient(stream.name, self._reingest, faults),
                secretsmanager=SecretsManagerClient(out / KEY_FILE),
            )

    def send(self, record: SourceRecord) -> None:
        """The record as CloudWatch Logs sends it on."""
        self.summary.count_in(record.event_ids)
        for number, data in enumerate(self._faults.deliveries(record.data)):
            self.summary.records_in += 1
            self._firehose.put(
                replace(record, id=self.ids.new() if number else record.id, data=data)
            )

    def drain(self) -> None:
        self._firehose.drain()

    def _start(self, workers: Workers, event: Mapping[str, Any]) -> Answer:
        """Invoke the function in a process; what it did is done when its answer is waited for."""
        invoked = workers.start(event)

        def answer() -> Any:
            done = invoked()
            for key, body in done.stored:
                self._store(key, body)
            for data in done.reingested:
                self._reingest(data)
            return done.answer

        return answer

    def _store(self, key: str, body: bytes) -> None:
        if key not in self._bucket.objects:  # else the function has repeated itself
            self.summary.count_rejects(body)
        self._bucket.put(key, body)

    def _reingest(self, data: bytes) -> str:
        record_id = self.ids.new()
        self._firehose.reingest(record_id, data, cloudwatch.event_ids(data))
        self.summary.records_reingested += 1
        return record_id


class _Ids:
    """A stream gives every record an id of its own.

    Ids out of an event file are kept where they are not taken.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, candidate: str | None = None) -> str:
        given = (
            candidate
            if candidate and candidate not in self._taken
            else f"{_FIRST_SEQUENCE_NUMBER + len(self._taken)}000000"
        )
        self._taken.add(given)
        return given


def _recorded(event: FirehoseEvent, ids: _Ids) -> Iterator[tuple[SourceRecord, float]]:
    """The event's records, each with the share of them that it completes."""
    for number, record in enumerate(event.records, 1):
        event_ids = cloudwatch.event_ids(record.data)
        source = SourceRecord(
            ids.new(record.record_id), record.approximate_arrival_timestamp, record.data, event_ids
        )
        yield source, number / len(event.records)


def _remembered(
    records: Iterator[tuple[SourceRecord, float]],
    is_forgotten: Callable[[LogEvent], bool],
    summary: Summary,
) -> Iterator[tuple[SourceRecord, float]]:
    """The records without the events that are forgotten."""
    for record, share in records:
        try:
            batch = decode(record.data)
        except CorruptRecord:
            yield record, share
            continue
        kept = [event for event in batch["logEvents"] if not is_forgotten(event)]
        summary.count_forgotten(len(batch["logEvents"]) - len(kept))
        if kept == batch["logEvents"]:
            yield record, share
        elif kept:
            data = encode({**batch, "logEvents": kept})
            event_ids = tuple(event["id"] for event in kept)
            yield replace(record, data=data, event_ids=event_ids), share


def _logged(
    file: LogFile,
    subscription: Subscription,
    matches: Callable[[str], bool],
    summary: Summary,
    ids: _Ids,
) -> Iterator[tuple[SourceRecord, float]]:
    """The lines as subscription records, each with the share of the lines that it completes."""
    events = {
        stream: list(cloudwatch.events_of(entries, file.name, file.written_ms))
        for stream, entries in file.streams().items()
    }
    subscribed = {
        stream: [event for event in logged if matches(event["message"])]
        for stream, logged in events.items()
    }
    all_count = sum(map(len, events.values()))
    subscribed_count = sum(map(len, subscribed.values()))
    summary.count_not_subscribed(all_count - subscribed_count)
    summary.count_too_large(len(file.entries) - all_count)
    summary.events_unmarked += sum(
        bool(unmarked_fields(event["message"]))
        for logged in events.values()
        for event in logged
        if "_event_type" not in event["message"] or not matches(event["message"])
    )
    # As if the file were sent when its last line was written.
    arrival_ms = max(
        (event["timestamp"] for logged in events.values() for event in logged), default=0
    )
    sent = 0
    for stream, logged in subscribed.items():
        for data, event_ids in cloudwatch.records(logged, stream, subscription):
            sent += len(event_ids)
            yield SourceRecord(ids.new(), arrival_ms, data, event_ids), sent / subscribed_count
