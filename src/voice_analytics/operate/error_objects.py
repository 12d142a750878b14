"""What Firehose keeps under `errors/`: objects of JSON documents, each with the failed record.

Developer Guide, "Handle failure in data transformation" and "Handle errors for data format
conversion". `rawData` is the record in base64: as it was put into the stream (processing-failed),
or as the function returned it (format-conversion-failed). For metadata-extraction-failed,
decompression-failed and activePartitionExceeded nothing is documented, so the record is recognised
by its content; so is an object that holds bare records. Documents need not be divided by newlines.
"""

import json
from base64 import b64decode
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson
from session_analytics.cloudwatch import CorruptRecord, decode
from session_analytics.schema.envelope import LogBatch
from zlib_ng import zlib_ng

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib_ng.MAX_WBITS
_DECODER = json.JSONDecoder()


class Envelope(NamedTuple):
    """A record of log events, as it came."""

    data: bytes
    batch: LogBatch


class Rows(NamedTuple):
    """A record of rows, as the function returned it."""

    rows: list[dict[str, Any]]


class Unreadable(NamedTuple):
    """Something that is neither; `reason` quotes nothing of it."""

    data: bytes
    reason: str


type Content = Envelope | Rows | Unreadable


class Entry(NamedTuple):
    """One document of an object: its code, and the record in it. `text` is the document itself."""

    text: bytes
    code: str
    content: Content


def read_error_object(body: bytes) -> Iterator[Entry]:
    """The documents of an object, in order; what cannot be read is an entry too."""
    if body[:2] == _GZIP_MAGIC:
        for member in _gzip_members(body):
            yield Entry(member, "", _content(member))
        return
    yield from _documents(body)


def _documents(body: bytes) -> Iterator[Entry]:
    text = body.decode("utf-8", "surrogateescape")
    start = 0
    while (start := _next_start(text, start)) < len(text):
        try:
            document, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            rest = text[start:].encode("utf-8", "surrogateescape")
            yield Entry(rest, "", Unreadable(rest, f"no JSON at character {start}"))
            return
        yield _entry(text[start:end].encode("utf-8", "surrogateescape"), document)
        start = end


def _next_start(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _entry(text: bytes, document: Any) -> Entry:
    if not isinstance(document, dict):
        return Entry(text, "", Unreadable(text, "a document that is not an object"))
    raw = document.get("rawData")
    if not isinstance(raw, str):  # a bare record
        return Entry(text, "", _content(text))
    code = str(document.get("errorCode") or document.get("lastErrorCode") or "")
    try:
        data = b64decode(raw, validate=True)
    except ValueError:  # binascii.Error is one
        return Entry(text, code, Unreadable(text, "rawData is not base64"))
    return Entry(text, code, _content(data))


def _content(data: bytes) -> Content:
    """What a record holds, by its first bytes and keys."""
    if data[:2] == _GZIP_MAGIC or b'"messageType"' in data[:200]:
        try:
            return Envelope(data, decode(data))
        except CorruptRecord as error:
            return Unreadable(data, str(error))
    try:
        rows = [orjson.loads(line) for line in data.splitlines() if line.strip()]
    except ValueError:
        return Unreadable(data, "neither a batch of log events nor rows")
    if not rows or not all(isinstance(row, dict) and "event_id" in row for row in rows):
        return Unreadable(data, "neither a batch of log events nor rows")
    return Rows(rows)


def _gzip_members(body: bytes) -> Iterator[bytes]:
    """Each gzip file of those that are joined in an object; broken ones with all behind them."""
    while body:
        member = zlib_ng.decompressobj(_GZIP)
        try:
            member.decompress(body)
        except zlib_ng.error:  # type: ignore[misc]  # its stub takes the class for an instance
            yield body
            return
        end = len(body) - len(member.unused_data)
        yield body[:end]
        body = member.unused_data
