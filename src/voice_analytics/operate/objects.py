"""Objects of the bucket as units of work: what lies under `errors/` and `rejected/`.

An object is archived under `replayed/` once its events are sent; what stays is written as an object
of its own before, so that `delivery_errors` and `rejected_events` show what is still open.
"""

import gzip
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from session_analytics.cloudwatch import encode
from session_analytics.schema.envelope import LogBatch, LogEvent
from session_analytics.schema.values import EARLIEST

from voice_analytics.operate.error_objects import Entry, Envelope, Rows, read_error_object
from voice_analytics.operate.sifting import batch_of
from voice_analytics.operate.stack import Stack
from voice_analytics.operate.work import Content, Piece, Work

ARCHIVE = "replayed/"
ERRORS = "errors/"
REJECTED = "rejected/"
_WITHHELD = "withheld by the privacy profile: replay it from the log"


class Choice(NamedTuple):
    """Which objects, and which documents in them. None means all; both days are included."""

    first: date | None = None
    last: date | None = None
    error_type: str | None = None
    code: str | None = None
    version: str | None = None


class Listed(NamedTuple):
    """An object as ListObjectsV2 tells of it."""

    key: str
    etag: str
    size: int
    modified: datetime


def list_objects(stack: Stack, prefix: str, bucket: str | None = None) -> Iterator[Listed]:
    """The objects under a prefix, in the order of their keys; of the stack's bucket or another."""
    paginator = stack.aws.client("s3").get_paginator("list_objects_v2")
    pages = paginator.paginate(Bucket=bucket or stack.bucket, Prefix=prefix)
    for page in pages:
        for each in page.get("Contents", []):
            yield Listed(each["Key"], each["ETag"], each["Size"], each["LastModified"])


def day_of(key: str) -> str:
    """The day in a key's `dt=yyyy-MM-dd`; empty where there is none."""
    return next((part[3:] for part in key.split("/") if part.startswith("dt=")), "")


def errors(stack: Stack, choice: Choice) -> Iterator[Work]:
    """What Firehose could not deliver, oldest first."""
    prefix = f"{ERRORS}{choice.error_type}/" if choice.error_type else ERRORS
    for listed in _chosen(stack, prefix, choice):
        yield _work(stack, listed, partial(_read_errors, choice=choice))


def rejected(stack: Stack, choice: Choice) -> Iterator[Work]:
    """What the function rejected, oldest first."""
    for listed in _chosen(stack, REJECTED, choice):
        yield _work(stack, listed, partial(_read_rejects, choice=choice))


def _chosen(stack: Stack, prefix: str, choice: Choice) -> list[Listed]:
    first = choice.first.isoformat() if choice.first else ""
    last = choice.last.isoformat() if choice.last else "9999-12-31"
    objects = [each for each in list_objects(stack, prefix) if first <= day_of(each.key) <= last]
    return sorted(objects, key=lambda each: (day_of(each.key), each.key))


def _work(stack: Stack, listed: Listed, read: Callable[[bytes], Content]) -> Work:
    client, bucket = stack.aws.client("s3"), stack.bucket

    def get() -> Content:
        response = client.get_object(Bucket=bucket, Key=listed.key, IfMatch=listed.etag)
        return read(response["Body"].read())

    def settle(documents: list[bytes]) -> None:
        if documents:
            text = b"".join(document.rstrip(b"\n") + b"\n" for document in documents)
            key = f"{listed.key.rpartition('/')[0]}/remainder-{sha256(text).hexdigest()}.json"
            if listed.key.endswith(".gz"):
                key, text = f"{key}.gz", gzip.compress(text, mtime=0)
            client.put_object(Bucket=bucket, Key=key, Body=text)
        source = {"Bucket": bucket, "Key": listed.key}
        client.copy_object(Bucket=bucket, Key=ARCHIVE + listed.key, CopySource=source)
        client.delete_object(Bucket=bucket, Key=listed.key)

    return Work(f"s3://{bucket}/{listed.key} {listed.etag}", get, settle)


def _read_errors(body: bytes, choice: Choice) -> Content:
    content = Content([])
    pieces: list[Piece] = []
    for entry in read_error_object(body):
        if choice.code is not None and entry.code != choice.code:
            content.kept.append(entry.text)
            continue
        match entry.content:
            case Envelope(_, batch):
                pieces.append(Piece(batch, partial(_error_document, entry, batch)))
            case Rows(rows):
                batch = _rows_batch(rows)
                pieces.append(Piece(batch, partial(_error_document, entry, batch)))
            case unreadable:
                content.kept.append(entry.text)
                content.unreadable[unreadable.reason] += 1
    content.pieces = pieces
    return content


def _error_document(entry: Entry, batch: LogBatch, events: list[LogEvent]) -> bytes:
    """The document with these events alone; a bare record becomes a document."""
    if batch["messageType"] == "ROWS":
        data = b"".join(event["message"].encode() + b"\n" for event in events)
    else:
        data = encode({**batch, "logEvents": events})
    try:
        document = json.loads(entry.text)
    except ValueError:
        document = {}
    if "rawData" not in document:
        document = {}
    return json.dumps(document | {"rawData": b64encode(data).decode()}).encode()


def _rows_batch(rows: list[dict[str, Any]]) -> LogBatch:
    """Rows in the envelope that the function takes them back in."""
    first = rows[0]
    batch = batch_of(
        str(first.get("aws_account_id", "")),
        str(first.get("log_group", "")),
        str(first.get("log_stream", "")),
        [
            {
                "id": str(row["event_id"]),
                "timestamp": epoch_ms(row.get("logged_at")),
                "message": orjson.dumps(row).decode(),
            }
            for row in rows
        ],
    )
    return {**batch, "messageType": "ROWS"}


def epoch_ms(text: Any) -> int:
    """A column's time as epoch milliseconds; 0 for what is not a time."""
    try:
        return (datetime.fromisoformat(str(text)) - EARLIEST) // timedelta(milliseconds=1)
    except (ValueError, TypeError):
        return 0


def _read_rejects(body: bytes, choice: Choice) -> Content:
    content = Content([])
    by_stream: dict[tuple[str, str, str, bool], list[tuple[LogEvent, bytes]]] = {}
    try:
        lines = gzip.decompress(body).splitlines()
    except (OSError, EOFError):
        content.unreadable["not a gzip file"] += 1
        return content
    for line in lines:
        row = _reject(line)
        if row is None:
            content.kept.append(line)
            content.unreadable[_WITHHELD if _is_withheld(line) else "not a reject"] += 1
        elif _is_chosen(row, choice):
            is_row = row.get("error_code") == "invalid_row"
            stream = (row["aws_account_id"], row["log_group"], row["log_stream"], is_row)
            event: LogEvent = {
                "id": row["event_id"],
                "timestamp": epoch_ms(row["logged_at"]),
                "message": row["raw_message"],
            }
            by_stream.setdefault(stream, []).append((event, line))
        else:
            content.kept.append(line)
    content.pieces = [
        Piece(
            _batch_of(stream, [event for event, _ in pairs]),
            partial(_lines_of, {event["id"]: line for event, line in pairs}),
        )
        for stream, pairs in by_stream.items()
    ]
    return content


def _batch_of(stream: tuple[str, str, str, bool], events: list[LogEvent]) -> LogBatch:
    """Rejects of one stream; those that were rows come back as rows."""
    owner, group, name, are_rows = stream
    batch = batch_of(owner, group, name, events)
    return {**batch, "messageType": "ROWS"} if are_rows else batch


def _lines_of(lines: dict[str, bytes], events: list[LogEvent]) -> bytes:
    """The lines of these events; a line with several events stays if one of them does."""
    ids = (event["id"] for event in events)
    event_lines = (lines.get(each) or lines[each.rpartition("#")[0]] for each in ids)
    return b"\n".join(dict.fromkeys(event_lines))


def _is_withheld(line: bytes) -> bool:
    return b'"error_code"' in line and b'"raw_message"' not in line


def _reject(line: bytes) -> dict[str, Any] | None:
    needed = ("event_id", "logged_at", "raw_message", "aws_account_id", "log_group", "log_stream")
    try:
        row = orjson.loads(line)
    except ValueError:
        return None
    is_reject = isinstance(row, dict) and all(isinstance(row.get(key), str) for key in needed)
    return row if is_reject else None


def _is_chosen(row: dict[str, Any], choice: Choice) -> bool:
    criteria = {"error_code": choice.code, "transform_version": choice.version}
    return all(value is None or row.get(key) == value for key, value in criteria.items())
