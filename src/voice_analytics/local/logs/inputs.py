"""What `local run` is given: files of log lines, or Firehose events as in `events/`."""

import base64
import binascii
import json
import re
import sys
import time
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from voice_analytics.errors import UserError

_GZIP_MAGIC = b"\x1f\x8b"
STANDARD_INPUT = "-"
_BEGINS_EVENT = re.compile(r'\s*\{\s*"(records|invocationId|deliveryStreamArn)"')


def _from_base64(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise ValueError("should be base64") from None


class _Firehose(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True)


class EventRecord(_Firehose):
    """A record of a Firehose event; its arrival in epoch milliseconds."""

    record_id: Annotated[str, Field(min_length=1)]
    approximate_arrival_timestamp: Annotated[
        int, Field(ge=0, le=9_000_000_000_000)
    ]  # to the year 2255
    data: Annotated[bytes, BeforeValidator(_from_base64)]


class FirehoseEvent(_Firehose):
    """An event for a transformation function (Developer Guide, "Transform source data")."""

    records: list[EventRecord]


class LogFile(NamedTuple):
    """Lines of one log stream.

    `written_ms` is when they were written, where they do not say it themselves.
    """

    stream: str
    lines: list[str]
    written_ms: int


def read_input(name: str) -> FirehoseEvent | LogFile:
    """What the file holds; `-` is standard input. Raises UserError for a file that is neither."""
    data = _bytes(name)
    if data.startswith(_GZIP_MAGIC):
        raise UserError(
            f"{name} is gzipped",
            f"unpack it first: gunzip -c {name} | voice-analytics local run - --out DIR",
        )
    shown = "standard input" if name == STANDARD_INPUT else name
    text = _text(data, shown)
    if "\0" in text:
        raise UserError(f"{shown} is no text", "give a file of log lines, or a Firehose event")
    if not text.strip():
        raise UserError(
            f"{shown} has no log lines", "give a file of log lines, or a Firehose event"
        )
    document, error = _as_one_document(text)
    if isinstance(document, dict) and "records" in document:
        return _firehose_event(document, shown)
    if isinstance(document, list) or (document is not None and text.strip().count("\n")):
        raise UserError(
            f"{shown} is one JSON document and no Firehose event",
            "a Firehose event has `records`; log lines are JSON objects or text, one a line: jq -c "
            ". makes them so",
        )
    first_line = text.lstrip().partition("\n")[0].strip()
    if error and (first_line in ("{", "[") or _BEGINS_EVENT.match(text)):
        raise UserError(
            f"{shown} is neither a Firehose event nor log lines: {error}", "correct it there"
        )
    lines = text.replace("\r\n", "\n").split("\n")  # never splitlines(): U+2028 is no end of a line
    return LogFile(_log_stream(name), lines, _written_ns(name) // 1_000_000)


def _text(data: bytes, shown: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if b"\0" not in data:  # else it is refused
            hint = "what is not UTF-8 in it is read as \N{REPLACEMENT CHARACTER}, as log agents do"
            print(
                f"warning: {shown} is not UTF-8 (byte {error.start + 1}): {hint}", file=sys.stderr
            )
        return data.decode(errors="replace")


def _bytes(name: str) -> bytes:
    if not name:
        raise UserError(
            "the name of an input is empty", "name a file of log lines; - is standard input"
        )
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except IsADirectoryError:
        raise UserError(f"{name} is a directory", f"name the files in it: {name}/*") from None
    except OSError as error:
        raise UserError(
            f"{name} cannot be read: {error.strerror}", "check the path; - is standard input"
        ) from None


def _written_ns(name: str) -> int:
    """Not the present time for a file: the same file gives the same records again."""
    return time.time_ns() if name == STANDARD_INPUT else Path(name).stat().st_mtime_ns


def _as_one_document(text: str) -> tuple[Any, str]:
    try:
        return json.loads(text), ""
    except json.JSONDecodeError as error:
        return None, f"{error.msg} in line {error.lineno}, column {error.colno}"
    except (ValueError, RecursionError) as error:
        return None, str(error)


def _firehose_event(document: dict[str, Any], name: str) -> FirehoseEvent:
    try:
        return FirehoseEvent.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UserError(
            f"{name} is no Firehose event: {where}: {first['msg'].removeprefix('Value error, ')}",
            "look at the files in events/ for what one looks like",
        ) from None


def _log_stream(name: str) -> str:
    """A log stream's name may have neither `:` nor `*` (API Reference, "CreateLogStream")."""
    return (
        "stdin"
        if name == STANDARD_INPUT
        else Path(name).as_posix().replace(":", "_").replace("*", "_")
    )
