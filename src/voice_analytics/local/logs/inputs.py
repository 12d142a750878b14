"""What `local run` is given: files of log lines, or Firehose events as in `events/`."""

import base64
import binascii
import codecs
import json
import re
import sys
import time
import zlib
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from voice_analytics.errors import UserError

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib: a gzip header, and its largest window
STANDARD_INPUT = "-"
_BLANK = " \t\r\n\0"
_MARKS = {  # of Unicode, at the beginning of a file; the longer first
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
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
    """What the file holds, gzipped or not; `-` is standard input.

    Raises UserError for a file that is neither.
    """
    shown = "standard input" if name == STANDARD_INPUT else name
    text = _text(_unpacked(_bytes(name), shown), shown)
    if not text.strip(_BLANK):
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
    # never splitlines(): U+2028 does not end a line. NULs around a line are the holes that
    # logrotate's copytruncate leaves.
    lines = [line.strip("\0") for line in text.replace("\r\n", "\n").split("\n")]
    return LogFile(_log_stream(name), lines, _written_ns(name) // 1_000_000)


def _unpacked(data: bytes, shown: str) -> bytes:
    """The content of a gzip file of one or more members; other bytes as they are.

    Of a file that is cut or damaged, what comes before that, with a warning.
    """
    parts: list[bytes] = []
    rest = data
    while rest.startswith(_GZIP_MAGIC):
        member = zlib.decompressobj(_GZIP_WINDOW)
        try:
            parts.append(member.decompress(rest))
            parts.append(member.flush())
        except zlib.error:
            pass
        if not member.eof:
            _warn(f"{shown} is a damaged gzip file", "only what precedes the damage is read")
            break
        rest = member.unused_data
    return b"".join(parts) if parts else data


def _text(data: bytes, shown: str) -> str:
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        _warn(
            f"{shown} is not {encoding.removesuffix('-sig').upper()} (byte {error.start + 1})",
            "what cannot be decoded is read as \N{REPLACEMENT CHARACTER}, as log agents do",
        )
        return data.decode(encoding, errors="replace")


def _warn(problem: str, consequence: str) -> None:
    print(f"warning: {problem}: {consequence}", file=sys.stderr)


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
