"""Record bytes <-> the batch of log events that CloudWatch Logs put into them.

A subscription record is one JSON document, gzipped; several log events of one log stream share it
(CloudWatch Logs User Guide, "Subscription filters with Amazon Data Firehose"). A record that
something upstream has already decompressed is read as well.
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import orjson
from pydantic_core import ValidationError
from zlib_ng import zlib_ng

from session_analytics.schema.contract import LOG_BATCH

if TYPE_CHECKING:
    from session_analytics.schema.envelope import LogBatch

# A batch of 1 MB lines may be 10,000 events long; what expands further is a bomb and no batch of
# log events.
MAX_DECOMPRESSED_BYTES = 64 * 1024 * 1024
_GZIP = 16 + zlib_ng.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"


class CorruptRecord(Exception):  # noqa: N818 - it names what came
    """A record that holds no batch of log events. The text never quotes its content."""


def decode(data: bytes) -> LogBatch:
    """The batch in a record. Raises CorruptRecord."""
    return parse(unpack(data))


def unpack(data: bytes) -> bytes:
    """The JSON document in a record: gzipped, as CloudWatch Logs sends it, or plain.

    Raises CorruptRecord for anything else, and for what decompresses to more than 64 MiB.
    """
    return data if data[:1] == b"{" else _gunzip(data)


def parse(document: bytes) -> LogBatch:
    """The batch in a document. Raises CorruptRecord for one that holds none."""
    try:
        batch: LogBatch = LOG_BATCH.validate_json(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = "/".join(str(part) for part in first["loc"][:3])
        raise CorruptRecord(
            f"no batch of log events: {where or 'document'}: {first['type']}"
        ) from None
    return batch


def encode(batch: LogBatch) -> bytes:
    """The batch as a gzipped record; the same batch gives the same bytes."""
    return compress(orjson.dumps(batch))


def compress(document: bytes) -> bytes:
    """The document gzipped; the same document gives the same bytes."""
    return gzip.compress(document, compresslevel=6, mtime=0)


def _gunzip(data: bytes) -> bytes:
    """All members of the gzip file, and zero padding, as `gzip` reads it; bounded."""
    if data[:2] != _GZIP_MAGIC:
        raise CorruptRecord("neither gzip nor JSON")
    parts: list[bytes] = []
    room = MAX_DECOMPRESSED_BYTES
    while data:
        member = zlib_ng.decompressobj(_GZIP)
        try:
            part = member.decompress(data, room + 1)
        except zlib_ng.error:  # type: ignore[misc]  # its stub takes the class for an instance
            raise CorruptRecord("broken gzip") from None
        room -= len(part)
        if room < 0:
            raise CorruptRecord(f"more than {MAX_DECOMPRESSED_BYTES} bytes when decompressed")
        if not member.eof:
            raise CorruptRecord("truncated gzip")
        parts.append(part)
        data = member.unused_data.lstrip(b"\0")
    return parts[0] if len(parts) == 1 else b"".join(parts)
