"""An object without a person's rows, lines and records; all else in it stays as it is."""

import gzip
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from session_analytics.cloudwatch import encode

from voice_analytics.operate.error_objects import Entry, Envelope, Rows, read_error_object
from voice_analytics.operate.person import Person, Relation

_GZIP_MAGIC = b"\x1f\x8b"


@dataclass
class Erased:
    """What is left of an object, and what was taken out. `empty` says that nothing is left.

    `mentions` are the event ids of other people's calls that name the person; `streams` the log
    streams of the person's own calls, with the time of the last, `other_streams` those of other
    calls; `unsearched` counts what could not
    be read.
    """

    body: bytes
    empty: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    mentions: list[str] = field(default_factory=list)
    streams: dict[tuple[str, str], str] = field(default_factory=dict)
    other_streams: set[tuple[str, str]] = field(default_factory=set)
    unsearched: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.counts)


def erase(key: str, body: bytes, person: Person) -> Erased:
    """The object without the person, by the kind that its key names."""
    if key.endswith(".parquet") or "sessions/" in key.split("dt=", maxsplit=1)[0]:
        return _parquet(body, person)
    if "rejected/" in key:
        return _rejects(body, person)
    return _errors(body, person)


def read_rows(body: bytes) -> pa.Table:
    """A file's rows. Microseconds hold every time that INT96 holds; nanoseconds would wrap."""
    return pq.read_table(BytesIO(body), coerce_int96_timestamp_unit="us")


def write_rows(table: pa.Table, like: bytes) -> bytes:
    """A file of these rows, written as the file that they came from was."""
    file = pq.ParquetFile(BytesIO(like))
    chunks = file.metadata.row_group(0) if file.metadata.num_row_groups else None
    compression = chunks.column(0).compression if chunks else "SNAPPY"
    types = {file.schema.column(index).physical_type for index in range(len(file.schema))}
    made = BytesIO()
    pq.write_table(
        table,
        made,
        version="1.0" if file.metadata.format_version == "1.0" else "2.6",
        compression="NONE" if compression == "UNCOMPRESSED" else compression,
        use_deprecated_int96_timestamps="INT96" in types,
    )
    return made.getvalue()


def _parquet(body: bytes, person: Person) -> Erased:
    try:
        table = read_rows(body)
    except pa.ArrowInvalid:
        return Erased(body, unsearched=1)
    erased = Erased(body)
    mask: list[bool] = []
    for row in table.to_pylist():
        relation = person.relation(row)
        mask.append(relation is not Relation.OWN)
        _note(erased, row, relation)
    erased.counts["rows"] = mask.count(False)
    erased.counts = +erased.counts
    if erased.counts:
        left = table.filter(pa.array(mask))
        erased.body, erased.empty = write_rows(left, body), not left.num_rows
    return erased


def _note(erased: Erased, row: dict[str, Any], relation: Relation) -> None:
    stream = (str(row.get("log_group")), str(row.get("log_stream")))
    if relation is not Relation.OWN:
        erased.other_streams.add(stream)
    if relation is Relation.MENTIONS:
        erased.mentions.append(str(row.get("event_id")))
    elif relation is Relation.OWN:
        logged_at = str(row.get("logged_at"))
        erased.streams[stream] = max(logged_at, erased.streams.get(stream, ""))


def _rejects(body: bytes, person: Person) -> Erased:
    erased = Erased(body)
    try:
        lines = gzip.decompress(body).splitlines(keepends=True)
    except (OSError, EOFError):
        return Erased(body, unsearched=1)
    left: list[bytes] = []
    for line in lines:
        if not person.is_in(_reject_text(line)):
            left.append(line)
            continue
        erased.counts["rejects"] += 1
    if erased.counts:
        erased.body, erased.empty = gzip.compress(b"".join(left), mtime=0), not left
    return erased


def _reject_text(line: bytes) -> str:
    """The line of a reject as it was logged, and the row around it."""
    text = line.decode(errors="replace")
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return text
    raw = row.get("raw_message") if isinstance(row, dict) else None
    return f"{raw}\n{text}" if isinstance(raw, str) else text


def _errors(body: bytes, person: Person) -> Erased:
    erased = Erased(body)
    left: list[bytes] = []
    for entry in read_error_object(body):
        remainder = _entry(entry, person, erased)
        if remainder is not None:
            left.append(remainder)
    if erased.counts:
        separator = b"" if body[:2] == _GZIP_MAGIC else b"\n"
        erased.body, erased.empty = b"".join(each + separator for each in left), not left
    return erased


def _entry(entry: Entry, person: Person, erased: Erased) -> bytes | None:
    """The document without the person's events; None where nothing is left of it."""
    match entry.content:
        case Envelope(_, batch):
            events = [each for each in batch["logEvents"] if not person.is_in(each["message"])]
            return _remaining_text(
                entry,
                len(batch["logEvents"]),
                len(events),
                erased,
                lambda: encode({**batch, "logEvents": events}),
            )
        case Rows(rows):
            remainder = [row for row in rows if person.relation(row) is not Relation.OWN]
            return _remaining_text(
                entry,
                len(rows),
                len(remainder),
                erased,
                lambda: b"".join(orjson.dumps(row) + b"\n" for row in remainder),
            )
    text = entry.content.data.decode(errors="replace")
    if person.is_in(text):
        erased.counts["error_events"] += 1
        return None
    if entry.content.data[:2] == _GZIP_MAGIC:
        erased.unsearched += 1
    return entry.text


def _remaining_text(
    entry: Entry, before: int, after: int, erased: Erased, record: Callable[[], bytes]
) -> bytes | None:
    if before == after:
        return entry.text
    erased.counts["error_events"] += before - after
    if not after:
        return None
    if entry.text[:2] == _GZIP_MAGIC:
        return record()
    document = json.loads(entry.text)
    if "rawData" not in document:
        document = {}
    return json.dumps(document | {"rawData": b64encode(record()).decode()}).encode()
