"""Backfill: history that was logged before the stack was there, with the machinery of replay.

From the log group of an agent, from CloudWatch's exports to S3 (`TIME message`, without ids), or
from JSON files that an agent wrote, on S3 or here. What has no event id gets one from its content,
so that a second backfill is harmless. PutLogEvents is not used: CloudWatch refuses lines that are
older than 14 days.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, NamedTuple

import orjson
from session_analytics.schema.envelope import LogEvent

from voice_analytics.errors import UserError
from voice_analytics.operate.athena import rows_of
from voice_analytics.operate.forgotten import leave_out
from voice_analytics.operate.logs import log_windows, milliseconds
from voice_analytics.operate.objects import Listed, list_objects
from voice_analytics.operate.sending import MAX_EVENTS
from voice_analytics.operate.sifting import batch_of
from voice_analytics.operate.stack import Stack
from voice_analytics.operate.work import Content, Piece, Run, Tally, Work, act, plan

COMMAND = "backfill"
_ID_DIGITS = 56  # as many as CloudWatch's own ids have
# never splitlines(): U+2028 does not end a line
_EXPORT_TIME = re.compile(
    r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)(?: |$)", re.ASCII | re.MULTILINE
)
type Format = Literal["log", "export", "files"]


class Backfill(NamedTuple):
    """What is to be sent: days of a log group, or files below a path or `s3://bucket/prefix`.

    `time_field` names the key of a JSON event that says when it was logged; without it that is when
    the file was written.
    """

    format: Format
    first: date | None = None
    last: date | None = None
    source: str = ""
    time_field: str | None = None
    everything: bool = False

    def as_options(self) -> dict[str, Any]:
        return {
            **self._asdict(),
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
        }


def from_options(options: Mapping[str, Any]) -> Backfill:
    """What a run was asked for."""
    first, last = (
        date.fromisoformat(day) if day else None for day in (options["first"], options["last"])
    )
    return Backfill(**{**options, "first": first, "last": last})


def plan_backfill(stack: Stack, request: Backfill) -> Tally:
    """What would be sent. Nothing is changed."""
    with stack.aws.refusals():
        return plan(_works(stack, request), stack.rules, everything=request.everything)


def run_backfill(stack: Stack, request: Backfill, run: Run) -> Tally:
    """Send what is not sent yet; each hour of a log, or each file, is a checkpoint."""
    with stack.aws.refusals():
        run.ledger.begin(request.as_options())
        return act(_works(stack, request), stack.rules, run)


def missing(stack: Stack, run: str) -> dict[str, int]:
    """How many of a run's events are not rows yet, by day; empty when all are."""
    sent: dict[str, set[str]] = {}
    with stack.aws.refusals():
        for each in list_objects(stack, f"operate/{COMMAND}/units/"):
            body = stack.aws.client("s3").get_object(Bucket=stack.bucket, Key=each.key)["Body"]
            noted = json.loads(body.read())
            if noted.get("run") == run:
                for event_id, day in noted.get("ids", {}).items():
                    sent.setdefault(day, set()).add(event_id)
        there = {day: _rows_of_day(stack, day) for day in sent}
    counts = {day: len(ids - there[day]) for day, ids in sorted(sent.items())}
    return {day: count for day, count in counts.items() if count}


def _rows_of_day(stack: Stack, day: str) -> set[str]:
    sql = f"SELECT DISTINCT event_id FROM session_analytics WHERE dt = '{day}'"  # noqa: S608 - a date
    return {row[0] for row in rows_of(stack, sql)}


def _works(stack: Stack, request: Backfill) -> Iterator[Work]:
    return leave_out(stack, _all_works(stack, request))


def _all_works(stack: Stack, request: Backfill) -> Iterator[Work]:
    if request.format == "log":
        if request.first is None or request.last is None:
            raise UserError("a backfill from the log needs days", "give --from and --to")
        if request.first < stack.rules.first_day:
            raise UserError(
                f"{request.first} is before {stack.rules.first_day}, the first day of the tables",
                "deploy with an earlier ProjectionStartDate first",
            )
        begin = datetime.combine(request.first, time.min, UTC)
        end = datetime.combine(request.last, time.min, UTC) + timedelta(days=1)
        return log_windows(stack, begin, end, group=request.source or None)
    if not request.source:
        raise UserError("a backfill from files needs a place", "give --source")
    return _files(stack, request)


class _File(NamedTuple):
    name: str
    version: str
    written: datetime
    read: Callable[[], bytes]


def _files(stack: Stack, request: Backfill) -> Iterator[Work]:
    files = _on_s3(stack, request.source) if request.source.startswith("s3://") else _here(request)
    for file in files:
        read = partial(_read_file, stack, request, file)
        yield Work(f"file {file.name} {file.version}", read, lambda _: None)


def _on_s3(stack: Stack, source: str) -> Iterator[_File]:
    bucket, _, prefix = source.removeprefix("s3://").partition("/")
    for each in list_objects(stack, prefix, bucket):
        get = partial(_get, stack, bucket, each)
        yield _File(f"s3://{bucket}/{each.key}", each.etag, each.modified, get)


def _get(stack: Stack, bucket: str, each: Listed) -> bytes:
    body: bytes = stack.aws.client("s3").get_object(Bucket=bucket, Key=each.key)["Body"].read()
    return body


def _here(request: Backfill) -> Iterator[_File]:
    root = Path(request.source)
    if not root.exists():
        raise UserError(f"there is no {root}", "correct --source")
    for path in [root] if root.is_file() else sorted(root.rglob("*")):
        if path.is_file():
            body = path.read_bytes()
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            yield _File(str(path), sha256(body).hexdigest(), written, path.read_bytes)


def _read_file(stack: Stack, request: Backfill, file: _File) -> Content:
    content = Content([])
    body = file.read()
    try:
        text = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
    except (OSError, EOFError, UnicodeDecodeError):
        content.unreadable["not UTF-8 text, gzipped or plain"] += 1
        return content
    if request.format == "export":
        lines: Iterable[tuple[datetime, str]] = _export_messages(text, content.unreadable)
        stream = file.name.split("/")[-2] if "/" in file.name else ""
    else:
        lines = [(_when(message, request, file), message) for message in _messages(text)]
        stream = ""
    events = list(_with_ids(stream, lines))
    content.pieces = [
        Piece(
            batch_of(stack.account, stack.agent_log, stream, events[start : start + MAX_EVENTS]),
            lambda _: b"",
        )
        for start in range(0, len(events), MAX_EVENTS)
    ]
    return content


def _export_messages(text: str, unreadable: Counter[str]) -> Iterator[tuple[datetime, str]]:
    """Messages of CreateExportTask, `2026-03-05T12:00:00.000Z message`.

    A message of several lines goes on until the next line with a time.
    """
    before, *timed = _EXPORT_TIME.split(text)
    if lines := [line for line in before.split("\n") if line.strip()]:
        unreadable["a line without a time"] += len(lines)
    for stamp, message in zip(timed[::2], timed[1::2], strict=True):
        try:
            yield datetime.fromisoformat(stamp), message.rstrip("\n")
        except ValueError:
            unreadable["a line with a time that does not exist"] += 1


def _messages(text: str) -> list[str]:
    """The events of a file: a JSON array, one JSON document, or a line each."""
    try:
        document = orjson.loads(text)
    except ValueError:
        return [line for line in text.split("\n") if line.strip()]
    documents = document if isinstance(document, list) else [document]
    return [orjson.dumps(each).decode() for each in documents]


def _when(message: str, request: Backfill, file: _File) -> datetime:
    if request.time_field:
        try:
            value = json.loads(message)[request.time_field]
            moment = datetime.fromisoformat(str(value))
        except (ValueError, KeyError, TypeError):
            return file.written
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return file.written


def _with_ids(stream: str, lines: Iterable[tuple[datetime, str]]) -> Iterator[LogEvent]:
    """Ids of the content alone: equal lines of one moment are numbered."""
    repeats: Counter[tuple[int, str]] = Counter()
    for moment, message in lines:
        timestamp = milliseconds(moment)
        ordinal = repeats[timestamp, message]
        repeats[timestamp, message] += 1
        digest = sha256(f"{stream}|{timestamp}|{message}|{ordinal}".encode()).hexdigest()
        event_id = str(int(digest, 16))[:_ID_DIGITS]
        yield {"id": event_id, "timestamp": timestamp, "message": message}
