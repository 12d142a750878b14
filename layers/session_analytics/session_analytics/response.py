"""What Firehose is answered: one entry a record, and never more than Lambda lets through.

Firehose Developer Guide, "Data transformation status model": `Ok` (data is delivered), `Dropped` (nothing is),
`ProcessingFailed` (the original bytes go to the error prefix; final, never retried).
"""

import json
from base64 import b64encode
from collections.abc import Sequence
from typing import Literal, NamedTuple, NotRequired, TypedDict

from session_analytics.batch import Outcome

# Lambda refuses a longer one: Function.ResponseSizeTooLarge, "Response payload size exceeded maximum allowed payload size".
MAX_RESPONSE_BYTES = 6_291_556


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
    """What is to be said of one record: rows of one partition, nothing, or that it failed."""

    record_id: str
    result: Literal["Ok", "Dropped", "ProcessingFailed"]
    dt: str = ""
    data: bytes = b""


def failed(record_id: str) -> Answer:
    """Firehose is to keep the record's bytes under the error prefix."""
    return Answer(record_id, "ProcessingFailed")


def answer(record_id: str, outcome: Outcome) -> Answer:
    """The answer to a record with this outcome.

    A record with a reject, or with rows of several partitions, fails: its bytes are kept whole under the error prefix.
    """
    if outcome.rejects or len(outcome.lines) > 1:
        return failed(record_id)
    for dt, lines in outcome.lines.items():
        return Answer(record_id, "Ok", dt, b"".join(lines))
    return Answer(record_id, "Dropped")


def respond(answers: Sequence[Answer]) -> Response:
    """The response to an invocation; a record that does not fit into it any more fails."""
    shortest = [_entry(failed(said.record_id) if said.result == "Ok" else said) for said in answers]
    room = MAX_RESPONSE_BYTES - _size({"records": shortest})
    records: list[Entry] = []
    for said, short in zip(answers, shortest, strict=True):
        if said.result == "Ok":
            more = _size(_entry(said._replace(data=b""))) - _size(short) + _base64_size(said.data)
            if more <= room:
                room -= more
                records.append(_entry(said))
                continue
        records.append(short)
    return {"records": records}


def _entry(said: Answer) -> Entry:
    if said.result != "Ok":
        return {"recordId": said.record_id, "result": said.result}
    return {
        "recordId": said.record_id,
        "result": "Ok",
        "data": b64encode(said.data).decode(),
        "metadata": {"partitionKeys": {"dt": said.dt}},
    }


def _size(document: Response | Entry) -> int:
    """Bytes of the document as Lambda's runtime serialises it."""
    return len(json.dumps(document))


def _base64_size(data: bytes) -> int:
    return (len(data) + 2) // 3 * 4
