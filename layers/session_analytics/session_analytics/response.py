"""What Firehose is answered, and what has to be stored before it may be.

Firehose Developer Guide, "Data transformation status model": `Ok` (data is delivered), `Dropped`
(nothing is), `ProcessingFailed` (the original bytes go to the error prefix; final, never retried).

One record lands in one partition, and the response has a limit. So the rows of another date, and
rows that do not fit, are put back into the stream as records of their own: smaller ones, or the
same one behind others that were answered. The backlog shrinks.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, NamedTuple, NotRequired, TypedDict

from pybase64 import b64encode_as_string

from session_analytics.batch import Line, Reject, Transformed
from session_analytics.cloudwatch import encode

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
    """The transformation's answer to Firehose."""

    records: list[Entry]


class Answer(NamedTuple):
    """What is to be said of one record, once `put_back` (records) and `rejects` are safely stored.

    `dt` and `data` are the rows of one partition, and empty unless the result is Ok.
    """

    record_id: str
    result: Literal["Ok", "Dropped", "ProcessingFailed"]
    dt: str = ""
    data: bytes = b""
    put_back: tuple[bytes, ...] = ()
    rejects: tuple[Reject, ...] = ()
    whole: bool = False  # the record itself is what is put back: all of it will be seen again


def failed(record_id: str) -> Answer:
    """Firehose is to keep the record's bytes under the error prefix."""
    return Answer(record_id, "ProcessingFailed")


def again(record_id: str, data: bytes) -> Answer:
    """The record is put back as it came.

    Another one of the invocation must be settled, or it would come round in a circle.
    """
    return Answer(record_id, "Dropped", put_back=(data,), whole=True)


def answer(records: Sequence[Transformed | Answer]) -> list[Answer]:
    """The answers to an invocation's records, whose response is within Lambda's limit. An Answer
    among them stands already.

    What is put back never comes round in a circle: a record comes again whole only behind others
    that were settled, else smaller.
    """
    answers = [record if isinstance(record, Answer) else _answer(record) for record in records]
    shortest = [_FAILED + len(json.dumps(said.record_id)) for said in answers]
    room = MAX_RESPONSE_BYTES - _EMPTY - sum(shortest) - len(_SEPARATOR) * (len(shortest) - 1)
    half = room / 2
    settled = False  # whether a record with rows was answered, or made smaller
    for position, (record, said) in enumerate(zip(records, answers, strict=True)):
        if isinstance(record, Answer) or said.result != "Ok":
            continue
        more = _OK - _FAILED + _base64_size(said.data)
        if more <= room:
            room -= more
            settled = True
        elif settled and (more <= half or len(record.outcome.lines[said.dt]) == 1):
            answers[position] = again(said.record_id, record.data)
        else:  # it would find no room the next time either, or wait for it too long
            answers[position] = _split(record, said)
            settled = True
    return answers


def respond(answers: Sequence[Answer]) -> Response:
    """The response that says so."""
    return {"records": [_entry(said) for said in answers]}


def _answer(record: Transformed) -> Answer:
    """The answer to a record by itself.

    The date with the most bytes stays, the others are put back.
    """
    outcome = record.outcome
    rejects = list(outcome.rejects)
    if not outcome.lines:
        return Answer(record.record_id, "Dropped", rejects=tuple(rejects))
    dt = max(
        outcome.lines, key=lambda date: (sum(len(line.text) for line in outcome.lines[date]), date)
    )
    put_back: list[bytes] = []
    for date, lines in outcome.lines.items():
        if date != dt:
            put_back += _pieces(record.batch, [line.log_event for line in lines], rejects)
    said = Answer(
        record.record_id,
        "Ok",
        dt,
        b"".join(line.text for line in outcome.lines[dt]),
        tuple(put_back),
        tuple(rejects),
    )
    alone = _EMPTY + _OK + len(json.dumps(said.record_id)) + _base64_size(said.data)
    return said if alone <= MAX_RESPONSE_BYTES else _split(record, said)


def _split(record: Transformed, said: Answer) -> Answer:
    """The answer to a record that is too large for a response.

    Its rows come again, in two halves.
    """
    rejects = list(said.rejects)
    lines = record.outcome.lines[said.dt]
    put_back = list(said.put_back)
    if len(lines) == 1:
        rejects.append(_too_large(lines[0].log_event, f"its row has {len(lines[0].text)} bytes"))
    else:
        for half in _halves(lines):
            put_back += _pieces(record.batch, [line.log_event for line in half], rejects)
    return Answer(record.record_id, "Dropped", put_back=tuple(put_back), rejects=tuple(rejects))


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


def _entry(said: Answer) -> Entry:
    if said.result != "Ok":
        return {"recordId": said.record_id, "result": said.result}
    return {
        "recordId": said.record_id,
        "result": "Ok",
        "data": b64encode_as_string(said.data),
        "metadata": {"partitionKeys": {"dt": said.dt}},
    }


def _base64_size(data: bytes) -> int:
    return (len(data) + 2) // 3 * 4


# Bytes, at least as many as Lambda's runtime makes: of an answer without entries, of what parts two
# of these, and of entries less their id with its quotes. ProcessingFailed is the longest result
# without data.
_SEPARATOR = ", "
_EMPTY = len(json.dumps({"records": []}))
_FAILED = len(json.dumps(_entry(failed("")))) - len('""')
_OK = len(json.dumps(_entry(Answer("", "Ok", dt="2026-01-31")))) - len('""')
