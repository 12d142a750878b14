"""JSON that AWS's tools write of a log.

`aws logs filter-log-events`, `get-log-events` and `get-query-results`, and what the console
downloads of a Logs Insights query. Several documents may follow each other, as pages do that were
appended to one file. API Reference, "FilterLogEvents", "GetLogEvents" and "GetQueryResults".
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from voice_analytics.errors import UserError
from voice_analytics.local.logs.entries import Entry, epoch_ms, first_line

_PAGE = {
    "events",
    "searchedLogStreams",
    "nextToken",
    "nextForwardToken",
    "nextBackwardToken",
    "ResponseMetadata",
}
_EVENT = {"logStreamName", "timestamp", "message", "ingestionTime", "eventId"}
_ONLY_OF_AWS = {"logStreamName", "ingestionTime", "eventId"}
_DECODER = json.JSONDecoder()
_BLANK = " \t\r\n\0\x1e"  # and what separates the documents of a JSON text sequence
_BEGINS_PAGE = re.compile(r'\{\s*"(events|results|searchedLogStreams)"\s*:\s*\[')

type _Fields = Mapping[str, Any]


def entries_of_json(text: str, shown: str) -> list[Entry] | None:
    """The log events in a text of JSON documents; None where the first is not one of AWS's.

    Raises UserError for a later document that is not, and for a log event without a message.
    """
    if not first_line(text).startswith(("{", "[")):
        return None
    entries: list[Entry] = []
    for number, document in enumerate(_documents(text, shown), 1):
        events = _events(document)
        if events is None and number == 1:
            return None
        if events is None:
            raise UserError(
                f"document {number} of {shown} is not of the kind of those before it",
                "give each kind in a file of its own",
            )
        for event in events:
            entries.append(_entry(len(entries) + 1, event, shown))
    return entries


def entry_of(number: int, fields: _Fields) -> Entry | None:
    """The entry that these fields describe, by the names of the API or of Logs Insights.

    None without a message. Insights gives no event id: its @ptr stands for it, which
    `aws logs get-log-record` takes. A message that the console has parsed is JSON again.
    """
    named = {name.removeprefix("@"): value for name, value in fields.items()}
    message = named.get("message")
    if isinstance(message, dict | list):
        message = orjson.dumps(message).decode()
    if not isinstance(message, str):
        return None
    return Entry(
        number,
        _encodable(message),
        epoch_ms(named.get("timestamp")),
        _encodable(str(named.get("logStreamName") or named.get("logStream") or "")),
        _encodable(str(named.get("eventId") or named.get("ptr") or "")),
    )


def _encodable(text: str) -> str:
    """The text with ? for halves of surrogate pairs, which JSON can hold and CloudWatch cannot."""
    return text.encode("utf-8", "replace").decode()


def _documents(text: str, shown: str) -> Iterator[Any]:
    """The documents, and None for a text that begins with no JSON."""
    position = _skip_blanks(text, 0)
    first = position
    while position < len(text):
        try:
            document, end = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            if position == first and not _BEGINS_PAGE.match(text, position):
                yield None
                return
            line = text.count("\n", 0, position) + 1
            raise UserError(
                f"{shown} is damaged in the JSON that begins in line {line}: {error}",
                "fetch it again",
            ) from None
        yield document
        position = _skip_blanks(text, end)


def _skip_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position] in _BLANK:
        position += 1
    return position


def _events(document: Any) -> list[_Fields] | None:
    """The log events of a document; None for one that is not of AWS."""
    match document:
        case {"events": list(events), **rest} if rest.keys() <= _PAGE:
            return _objects(events)
        case {"results": list(results), "statistics": _} | {"results": list(results), "status": _}:
            return [_fields_of(result) for result in results]
        case {"message": _, **rest} if rest.keys() <= _EVENT and rest.keys() & _ONLY_OF_AWS:
            return [document]
        case [dict(), *_] if "@message" in document[0] or _events(document[0]) is not None:
            return _objects(document)
        case [str(), *_]:  # --query 'events[].message'
            return [{"message": message} for message in document]
    return None


def _objects(values: list[Any]) -> list[_Fields]:
    return [value if isinstance(value, dict) else {} for value in values]


def _fields_of(result: Any) -> _Fields:
    """A row of a query: a list of field and value."""
    cells = _objects(result if isinstance(result, list) else [])
    return {str(cell.get("field")): cell.get("value") for cell in cells}


def _entry(number: int, event: _Fields, shown: str) -> Entry:
    if entry := entry_of(number, event):
        return entry
    raise UserError(
        f"event {number} of {shown} has no message",
        "fetch it too; in Logs Insights: fields @timestamp, @message, @logStream, @ptr",
    )
