"""What `local run` and `check` are given: a log, as written or as fetched from AWS.

`local run` takes Firehose events too, such as those in `events/`.
"""

import json
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from voice_analytics.errors import UserError
from voice_analytics.local.logs.entries import Entry, LogFile, first_line, lines, without_repeats
from voice_analytics.local.logs.fetched_csv import entries_of_csv
from voice_analytics.local.logs.fetched_json import entries_of_json
from voice_analytics.local.logs.fetched_lines import entries_of_text
from voice_analytics.local.logs.firehose_events import FirehoseEvent, firehose_event
from voice_analytics.local.logs.text_file import STANDARD_INPUT, read_text

_BEGINS_EVENT = re.compile(r'\s*\{\s*"(records|invocationId|deliveryStreamArn)"')
_OTHER_OUTPUT = re.compile(r"-{5,}|\+-{5,}|(?:- )?(?:events|results|searchedLogStreams):")
# an export task writes <prefix>/<task id>/<log stream>/000000.gz, and / in the stream's name as -
_EXPORTED = re.compile(r"\d+(?:\.gz)?")


def expand(names: Iterable[str]) -> Iterator[str]:
    """The files that are named: of a folder those that an export of CloudWatch Logs has in it.

    Raises UserError for a folder without them.
    """
    for name in names:
        if not name or name == STANDARD_INPUT or not Path(name).is_dir():
            yield name
            continue
        paths = sorted(str(path) for path in Path(name).rglob("*.gz") if path.is_file())
        if not paths:
            raise UserError(
                f"{name} is a directory without .gz files, and not an export of CloudWatch Logs",
                f"name the files in it: {name}/*",
            )
        yield from paths


def read_input(name: str) -> FirehoseEvent | LogFile:
    """What the file holds; `-` is standard input.

    Raises UserError for a file that is neither.
    """
    shown = "standard input" if name == STANDARD_INPUT else name
    text = read_text(name, shown)
    if not first_line(text):
        raise UserError(
            f"{shown} has no log lines", "give a file of log lines, or a Firehose event"
        )
    document, error = _as_one_document(text)
    if isinstance(document, dict) and "records" in document:
        return firehose_event(document, shown)
    written_ms = _written_ns(name) // 1_000_000
    for events in (entries_of_json(text, shown), entries_of_csv(text, shown)):
        if events is not None:
            if not events:
                raise UserError(
                    f"{shown} has no log events", "fetch a longer time of the log, or all streams"
                )
            return LogFile(_log_stream(name), without_repeats(events), written_ms, "event")
    _refuse_other_documents(text, document, error, shown)
    text = text.replace("\r\n", "\n")
    entries = _in_stream(entries_of_text(text) or _lines(text), name)
    return LogFile(_log_stream(name), without_repeats(entries), written_ms)


def _refuse_other_documents(text: str, document: Any, error: str, shown: str) -> None:
    if isinstance(document, list) or (document is not None and text.strip().count("\n")):
        raise UserError(
            f"{shown} is one JSON document and not a Firehose event",
            "a Firehose event has `records`; log lines are JSON objects or text, one a line: jq -c "
            ". makes them so",
        )
    first = first_line(text)
    if error and (first in ("{", "[") or _BEGINS_EVENT.match(text)):
        raise UserError(
            f"{shown} is neither a Firehose event nor log lines: {error}", "correct it there"
        )
    if _OTHER_OUTPUT.fullmatch(first):
        raise UserError(
            f"{shown} is a table or YAML, as aws --output makes them",
            "fetch the log with --output json",
        )


def _lines(text: str) -> list[Entry]:
    # never splitlines(): U+2028 does not end a line. NULs around a line are the holes that
    # logrotate's copytruncate leaves.
    return list(lines(line.strip("\0") for line in text.split("\n")))


def _in_stream(entries: list[Entry], name: str) -> list[Entry]:
    """The entries; those of an exported object in the log stream that its folder is named for."""
    path = Path(name)
    if not _EXPORTED.fullmatch(path.name) or not path.parent.name:
        return entries
    return [entry._replace(stream=entry.stream or path.parent.name) for entry in entries]


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


def _log_stream(name: str) -> str:
    """A log stream's name may have neither `:` nor `*` (API Reference, "CreateLogStream")."""
    return (
        "stdin"
        if name == STANDARD_INPUT
        else Path(name).as_posix().replace(":", "_").replace("*", "_")
    )
