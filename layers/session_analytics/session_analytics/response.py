"""The response to Firehose, and what must be stored before it is returned.

Firehose Developer Guide, "Data transformation status model": `Ok` (data is delivered), `Dropped`
(nothing is), `ProcessingFailed` (the original bytes go to the error prefix; final, never retried).

A record lands in one partition, and the response has a size limit. Rows of another date, and rows
that do not fit, are reingested: sent into the stream again as smaller records, or as the same
record if another record of the invocation makes progress.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, NamedTuple, NotRequired, TypedDict

from pybase64 import b64encode_as_string

from session_analytics.batch import Line, Reject, Transformed
from session_analytics.cloudwatch import compress, encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from session_analytics.schema.envelope import LogBatch, LogEvent

# Lambda refuses a longer one: Function.ResponseSizeTooLarge, "Response payload size exceeded
# maximum allowed payload size".
MAX_RESPONSE_BYTES = 6_291_556
# Firehose takes no larger record (1,000 KiB before base64; API reference, "Record").
MAX_RECORD_BYTES = 1_024_000


class PartitionMetadata(TypedDict):
    """What dynamic partitioning reads: `!{partitionKeyFromLambda:dt}`."""

    partitionKeys: dict[str, str]


class Entry(TypedDict):
    """One record of the response; `data` is base64 of newline-delimited JSON."""

    recordId: str
    result: Literal["Ok", "Dropped", "ProcessingFailed"]
    data: NotRequired[str]
    metadata: NotRequired[PartitionMetadata]


class Response(TypedDict):
    """The function's response to Firehose."""

    records: list[Entry]


class RecordResult(NamedTuple):
    """A record of an invocation, and what is decided about it.

    `transformed` is None where it was not read. `dt` and `data` are the rows of one partition, for
    the decision Ok. `reingest` (whole records) and `rejects` must be stored before the response.
    """

    record_id: str
    decision: Literal["Ok", "Dropped", "ProcessingFailed"]
    transformed: Transformed | None = None
    dt: str = ""
    data: bytes = b""
    reingest: tuple[bytes, ...] = ()
    rejects: tuple[Reject, ...] = ()
    unchanged: bool = False  # `reingest` is the record itself: all of its events come again

    @property
    def delivered(self) -> list[Line]:
        """The rows that the response delivers."""
        if self.decision != "Ok" or self.transformed is None:
            return []
        return self.transformed.outcome.lines[self.dt]


def failed(record_id: str, transformed: Transformed | None = None) -> RecordResult:
    """Firehose keeps the record's bytes under the error prefix."""
    return RecordResult(record_id, "ProcessingFailed", transformed)


def reingest_unchanged(
    record_id: str, data: bytes, transformed: Transformed | None = None
) -> RecordResult:
    """The record is reingested as it came.

    Only if another record of this invocation makes progress; otherwise it would loop forever. One
    that is decompressed already may be too large for the stream: it is gzipped.
    """
    if len(data) > MAX_RECORD_BYTES:
        data = compress(data)
        if len(data) > MAX_RECORD_BYTES:
            return failed(record_id, transformed)
    return RecordResult(record_id, "Dropped", transformed, reingest=(data,), unchanged=True)


def result_of(record_id: str, transformed: Transformed) -> RecordResult:
    """The result of a record by itself.

    The date with the most bytes is delivered; the others are reingested, and what was not read in
    two halves.
    """
    lines, unread = transformed.outcome.lines, transformed.outcome.unread
    rejects = list(transformed.outcome.rejects)
    reingest: list[bytes] = []
    middle = len(unread) // 2
    for half in (unread[:middle], unread[middle:]):
        if half:
            reingest += _pieces(transformed.batch, list(half), rejects)
    if not lines:
        return RecordResult(
            record_id, "Dropped", transformed, reingest=tuple(reingest), rejects=tuple(rejects)
        )
    dt = max(lines, key=lambda date: (sum(len(line.text) for line in lines[date]), date))
    for date, of_date in lines.items():
        if date != dt:
            log_events = [line.log_event for line in of_date]
            reingest += _pieces(transformed.batch, log_events, rejects)
    data = b"".join(line.text for line in lines[dt])
    result = RecordResult(record_id, "Ok", transformed, dt, data, tuple(reingest), tuple(rejects))
    alone = _EMPTY + _OK + len(json.dumps(record_id)) + _base64_size(data)
    return result if alone <= MAX_RESPONSE_BYTES else _split(result, transformed)


def fit_to_response(results: Sequence[RecordResult]) -> list[RecordResult]:
    """The results, so that the response is within Lambda's limit.

    What does not fit is reingested: unchanged behind records that made progress, else in halves.
    """
    ids = [_FAILED + len(json.dumps(result.record_id)) for result in results]
    room = MAX_RESPONSE_BYTES - _EMPTY - sum(ids) - len(_SEPARATOR) * (len(ids) - 1)
    half = room / 2
    fitted: list[RecordResult] = []
    progress = False  # whether a record with rows is delivered, or reingested in smaller ones
    for result in results:
        record_id, transformed, data = result.record_id, result.transformed, result.data
        if result.decision != "Ok" or transformed is None:
            fitted.append(result)
            continue
        size = _OK - _FAILED + _base64_size(data)
        if size <= room:
            room -= size
            progress = True
            fitted.append(result)
        elif progress and (size <= half or len(result.delivered) == 1):
            fitted.append(reingest_unchanged(record_id, transformed.data, transformed))
        else:  # it would not fit the next time either, or would wait too long for room
            progress = True
            fitted.append(_split(result, transformed))
    return fitted


def to_response(results: Sequence[RecordResult]) -> Response:
    """The response for these results."""
    return {"records": [_entry(result) for result in results]}


def _split(result: RecordResult, transformed: Transformed) -> RecordResult:
    """The result of a record too large for the response: its rows are reingested in two halves."""
    rejects = list(result.rejects)
    reingest = list(result.reingest)
    lines = result.delivered
    if len(lines) == 1:
        rejects.append(_too_large(lines[0].log_event, f"its row has {len(lines[0].text)} bytes"))
    else:
        for half in _halves(lines):
            log_events = [line.log_event for line in half]
            reingest += _pieces(transformed.batch, log_events, rejects)
    return RecordResult(
        result.record_id,
        "Dropped",
        transformed,
        reingest=tuple(reingest),
        rejects=tuple(rejects),
    )


def _halves(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The lines in two parts, as near to the same size as their order allows; neither is empty."""
    half = sum(len(line.text) for line in lines) / 2
    size = 0
    for count, line in enumerate(lines, start=1):
        size += len(line.text)
        if size >= half or count == len(lines) - 1:
            return lines[:count], lines[count:]
    raise ValueError("one line has no halves")


def _pieces(batch: LogBatch, log_events: list[LogEvent], rejects: list[Reject]) -> list[bytes]:
    """Records with these log events, each small enough for the stream.

    An event that is not, even alone, is rejected.
    """
    piece: LogBatch = {**batch, "logEvents": log_events}
    data = encode(piece)
    if len(data) <= MAX_RECORD_BYTES:
        return [data]
    if len(log_events) == 1:
        rejects.append(_too_large(log_events[0], f"its record has {len(data)} bytes"))
        return []
    middle = len(log_events) // 2
    return _pieces(batch, log_events[:middle], rejects) + _pieces(
        batch, log_events[middle:], rejects
    )


def _too_large(log_event: LogEvent, why: str) -> Reject:
    return Reject(log_event, "too_large", "", why)


def _entry(result: RecordResult) -> Entry:
    if result.decision != "Ok":
        return {"recordId": result.record_id, "result": result.decision}
    return {
        "recordId": result.record_id,
        "result": "Ok",
        "data": b64encode_as_string(result.data),
        "metadata": {"partitionKeys": {"dt": result.dt}},
    }


def _base64_size(data: bytes) -> int:
    return (len(data) + 2) // 3 * 4


# Bytes in the response, never fewer than Lambda's runtime makes: without entries, between two
# entries, and of an entry without its id. ProcessingFailed is the longest entry without data.
_SEPARATOR = ", "
_EMPTY = len(json.dumps({"records": []}))
_FAILED = len(json.dumps(_entry(failed("")))) - len('""')
_OK = len(json.dumps(_entry(RecordResult("", "Ok", dt="2026-01-31")))) - len('""')
