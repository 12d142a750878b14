"""An event -> the row: identity, start, and every column.

Pure facts; judgements live in the views.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from session_analytics.flatten.caller import (
    caller_columns,
    connection_columns,
    signal_columns,
    texts,
)
from session_analytics.flatten.chat_history import sort_items
from session_analytics.flatten.columns import Columns, Fields, fields, without_nulls
from session_analytics.flatten.conversation import conversation_columns
from session_analytics.flatten.extras import Findings
from session_analytics.flatten.times import times
from session_analytics.flatten.tool_calls import tool_call_columns
from session_analytics.flatten.usage import cost_columns, usage_columns
from session_analytics.flatten.validation import validate
from session_analytics.schema.values import column_text

if TYPE_CHECKING:
    from datetime import datetime

    from session_analytics.logline import Found, Json
    from session_analytics.partition import Partitions
    from session_analytics.schema.event import Event
    from session_analytics.schema.row import Row

_EVENT = fields(
    "Event",
    (
        "agent_name",
        "agent_version",
        "sdk_version",
        "job_id",
        "room_id",
        "room",
        "region",
        "language",
        "participant_id",
        "user_email",
        "user_name",
        "conversation_state",
        "outcome",
        "disconnect_reason",
        "close_reason",
        "consent_obtained",
    ),
)
# An empty message is the formatter's, where a dict was logged as the message.
_EVENT_AS_MESSAGE: Fields = {**_EVENT, "message": None}
_ERRORS = fields(
    "ErrorCounts",
    llm_error_count="llm",
    stt_error_count="stt",
    tts_error_count="tts",
    realtime_error_count="realtime",
)
_FROM_WRAPPER = ("job_id", "room", "region")
_WRAPPER = "_wrapper"


class Source(NamedTuple):
    """Where an event came from.

    The log event's id and time, and what its record's envelope says.
    """

    event_id: str
    logged_at: datetime
    aws_account_id: str
    log_group: str
    log_stream: str


class FlatEvent(NamedTuple):
    """A valid event: its row and the row's partition (`yyyy-MM-dd`)."""

    row: Row
    dt: str


class Invalid(NamedTuple):
    """An event without an identity or a start; `code` is a reject's error code."""

    code: str
    path: str
    message: str


def flatten(found: Found, source: Source, partitions: Partitions) -> FlatEvent | Invalid:
    """The row of an event. Raises NotExactError where its line must be read exactly."""
    raw, root = _with_wrapper(found)
    findings = Findings(root)
    event = validate(raw, findings, exactly=found.exactly)
    session_id = _identity(event)
    if session_id is None:
        return Invalid(
            "missing_session_id",
            "/session_id",
            "no session_id, _session_id, job_id, room_id or room",
        )
    when = times(event, findings)
    if when.started_at is None:
        return Invalid(
            "no_start_time",
            "/start_time",
            "none of start_time, end_time with a duration, and _timestamp is a time",
        )
    dt, expected = partitions.choose(when.started_at, source.logged_at)
    if expected:
        findings.doubtful((when.start_key,), expected)
    taken = _taken(event, found, session_id, findings)
    history = sort_items(event, findings)
    columns: Columns = {
        "event_id": source.event_id,
        "session_id": session_id,
        "schema_version": event.get("schema_version") or "1",
        "logged_at": column_text(source.logged_at),
        "emitted_at": _time(event.get("_timestamp")),
        "aws_account_id": source.aws_account_id,
        "log_group": source.log_group,
        "log_stream": source.log_stream,
        **taken,
        "tags": texts(event.get("tags")),
        "started_at": column_text(when.started_at),
        "ended_at": _time(when.ended_at),
        "duration_seconds": when.duration_seconds,
        **caller_columns(event),
        **_errors(event, findings),
        "conversation_notes": texts(event.get("conversation_notes")),
        "consent_at": _time(event.get("consent_timestamp")),
        **signal_columns(event, findings),
        **tool_call_columns(event, history, findings),
        **conversation_columns(event, history, findings),
        **usage_columns(event, findings),
        **cost_columns(event, findings),
        **connection_columns(event, findings),
    }
    columns["contract_violations"] = findings.violations()
    columns["extras"] = findings.extras()
    row = cast("Row", without_nulls(columns))
    return FlatEvent(row, dt.isoformat())


def _with_wrapper(found: Found) -> tuple[Json, Json]:
    """The event with what it lacks filled from the wrapper, and the document that the extras' pointers refer to."""
    event, wrapper = found.event, found.wrapper
    if not wrapper:
        return event, event
    filled = {
        key: wrapper[key]
        for key in _FROM_WRAPPER
        if wrapper.get(key) and event.get(key) in (None, "")
    }
    event = event | filled
    if _WRAPPER in event:
        wrapper = wrapper | {_WRAPPER: event[_WRAPPER]}
    return event, event | {_WRAPPER: wrapper}


def _taken(event: Event, found: Found, session_id: str, findings: Findings) -> Columns:
    """The columns that are taken as they come.

    The keys that no column takes are kept, the wrapper's too.
    """
    if found.wrapper:
        taken = [
            key
            for key in _FROM_WRAPPER
            if key in found.wrapper and event.get(key) == found.wrapper[key]
        ]
        findings.keep_keys((_WRAPPER,), [key for key in found.wrapper if key not in taken])
    own = cast("Columns", event)
    columns = findings.take(own, _EVENT_AS_MESSAGE if own.get("message") == "" else _EVENT)
    if own.get("_session_id") not in (None, "", session_id):
        findings.keep("_session_id")
    return columns


def _identity(event: Event) -> str | None:
    named = (
        event.get("session_id"),
        event.get("_session_id"),
        event.get("job_id"),
        event.get("room_id"),
        event.get("room"),
    )
    return next((name for name in named if name), None)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else column_text(moment)


def _errors(event: Event, findings: Findings) -> Columns:
    errors = event.get("errors")
    if errors is None:
        return {}
    return findings.take(errors, _ERRORS, "errors")
