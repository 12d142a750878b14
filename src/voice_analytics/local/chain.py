"""The whole chain: inputs -> CloudWatch Logs -> Firehose with the function -> files in a directory."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from session_analytics.cloudwatch import CorruptRecord, decode

from voice_analytics.local import cloudwatch
from voice_analytics.local.application import Application, Subscription
from voice_analytics.local.bucket import Bucket
from voice_analytics.local.filter_pattern import compile_pattern
from voice_analytics.local.firehose import Firehose
from voice_analytics.local.inputs import FirehoseEvent, LogFile, read_input
from voice_analytics.local.records import SourceRecord
from voice_analytics.local.summary import Summary
from voice_analytics.local.transformation import Invoke

# Record ids look like Kinesis' sequence numbers: 56 digits and an index within them.
_FIRST_SEQUENCE_NUMBER = 49_546_986_683_135_544_286_507_457_936_321_625_675_700_192_471_156_785_154


def run_chain(
    inputs: Sequence[str],
    out: Path,
    application: Application,
    invoke: Invoke | None,
    on_progress: Callable[[float], object] = lambda _: None,
) -> Summary:
    """Sends the inputs through the chain, and says where everything went. `on_progress` hears how many inputs are done.

    Raises UserError for an input that is malformed, before anything of it is sent.
    """
    matches = compile_pattern(application.subscription.filter_pattern)
    bucket = Bucket(out)
    summary = Summary(files=bucket.objects)
    firehose = Firehose(application.stream, invoke, bucket, summary.count_out)
    ids = _Ids()
    for done, name in enumerate(inputs):
        given = read_input(name)
        if isinstance(given, FirehoseEvent):
            records = _recorded(given, ids)
        else:
            records = _logged(given, application.subscription, matches, summary, ids)
        for record, share in records:
            summary.count_in(record)
            firehose.put(record)
            on_progress(done + share)
        on_progress(done + 1)
    firehose.drain()
    return summary


class _Ids:
    """A stream gives every record an id of its own; ids out of an event file are kept where they are not taken."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, wanted: str | None = None) -> str:
        given = wanted if wanted and wanted not in self._taken else f"{_FIRST_SEQUENCE_NUMBER + len(self._taken)}000000"
        self._taken.add(given)
        return given


def _recorded(event: FirehoseEvent, ids: _Ids) -> Iterator[tuple[SourceRecord, float]]:
    """The event's records, each with the share of them that it completes."""
    for number, record in enumerate(event.records, 1):
        source = SourceRecord(ids.new(record.record_id), record.approximate_arrival_timestamp, record.data, _count(record.data))
        yield source, number / len(event.records)


def _logged(
    file: LogFile, subscription: Subscription, matches: Callable[[str], bool], summary: Summary, ids: _Ids
) -> Iterator[tuple[SourceRecord, float]]:
    """The lines as subscription records, each with the share of the lines that it completes."""
    events = list(cloudwatch.log_events(file.stream, file.lines, file.written_ms))
    subscribed = [event for event in events if matches(event["message"])]
    summary.count_not_subscribed(len(events) - len(subscribed))
    # As if the file were sent when its last line was written.
    arrival_ms = max((event["timestamp"] for event in events), default=0)
    sent = 0
    for data, count in cloudwatch.records(subscribed, file.stream, subscription):
        sent += count
        yield SourceRecord(ids.new(), arrival_ms, data, count), sent / len(subscribed)


def _count(data: bytes) -> int:
    """The log events in a record; 0 in a control message, and where there is no telling."""
    try:
        batch = decode(data)
    except CorruptRecord:
        return 0
    return len(batch["logEvents"]) if batch["messageType"] == "DATA_MESSAGE" else 0
