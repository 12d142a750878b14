"""An event -> the row: identity, start, and every column.

Pure facts; judgements live in the views.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from session_analytics.flatten.call_record import handoff_columns, record_columns
from session_analytics.flatten.caller import (
    caller_columns,
    connection_columns,
    signal_columns,
    texts,
)
from session_analytics.flatten.columns import Columns, mapping, without_nulls
from session_analytics.flatten.conversation import conversation_columns
from session_analytics.flatten.extras import Extras
from session_analytics.flatten.history import livekit_history, own_history
from session_analytics.flatten.session_events import event_columns
from session_analytics.flatten.speaking import speaking_columns
from session_analytics.flatten.times import times
from session_analytics.flatten.tool_calls import tool_call_columns
from session_analytics.flatten.usage import cost_columns, usage_columns
from session_analytics.flatten.validation import validate
from session_analytics.schema.json_text import non_json_values
from session_analytics.schema.pointer import replace_values
from session_analytics.schema.values import column_text

if TYPE_CHECKING:
    from datetime import datetime

    from session_analytics.logline import ParsedEvent
    from session_analytics.partition import Partitions
    from session_analytics.schema.event import Event
    from session_analytics.schema.pointer import Json
    from session_analytics.schema.row import Row

_EVENT = mapping(
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
        "outcome_reason",
        "disconnect_reason",
        "close_reason",
        "consent_obtained",
        "answered_by",
        "call_direction",
        "caller_number",
        "dialed_number",
        "sip_call_id",
        "last_error",
        "away_count",
        "false_interruption_count",
        "agent_talk_seconds",
        "user_talk_seconds",
        "silence_seconds",
        "price_table",
        "is_partial",
        "recorder_version",
    ),
)
_ERRORS = mapping(
    "ErrorCounts",
    llm_error_count="llm",
    stt_error_count="stt",
    tts_error_count="tts",
    realtime_error_count="realtime",
    interruption_error_count="interruption",
)
_FROM_WRAPPER = ("job_id", "room", "region")
_WRAPPER = "_wrapper"
_REPORTS = ("report", "session_report")
_REPORT_KEYS = ("chat_history", "events", "options", "usage", "job_id", "room")


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


def flatten(parsed: ParsedEvent, source: Source, partitions: Partitions) -> FlatEvent | Invalid:
    """The row of an event. Raises TooDeepError."""
    root = _with_wrapper(_with_report(parsed))
    numbers, texts_with_surrogates = ([], {}) if parsed.is_json else non_json_values(root)
    if texts_with_surrogates:
        root = replace_values(root, texts_with_surrogates)
    extras = Extras(root)
    for path in texts_with_surrogates:
        extras.suspicious(path, "Unicode text")
    event = validate(root, numbers, extras)
    session_id = _identity(event)
    if session_id is None:
        return Invalid(
            "missing_session_id",
            "/session_id",
            "no session_id, _session_id, job_id, room_id or room",
        )
    own, livekit = own_history(event, extras), livekit_history(event, extras)
    histories = [history for history in (own, livekit) if history is not None]
    when = times(event, root, histories, extras)
    if when.started_at is None:
        return Invalid(
            "no_start_time",
            "/start_time",
            "no start_time, no end_time with a duration, no time of an event, no _timestamp",
        )
    dt, expected = partitions.choose(when.started_at, source.logged_at)
    if expected:
        extras.suspicious(when.start_path, expected)
    columns: Columns = {
        "event_id": source.event_id,
        "session_id": session_id,
        "schema_version": event.get("schema_version") or "1",
        "logged_at": column_text(source.logged_at),
        "emitted_at": _time(event.get("_timestamp")),
        "aws_account_id": source.aws_account_id,
        "log_group": source.log_group,
        "log_stream": source.log_stream,
        **event_columns(event, extras),
        **_scalar_columns(cast("Columns", event), parsed.wrapper, session_id, extras),
        "tags": texts(event.get("tags")),
        "started_at": column_text(when.started_at),
        "ended_at": _time(when.ended_at),
        "duration_seconds": when.duration_seconds,
        **caller_columns(event),
        **_errors(event, extras),
        "conversation_notes": texts(event.get("conversation_notes")),
        "consent_at": _time(event.get("consent_timestamp")),
        **signal_columns(event, extras),
        **tool_call_columns(event, own, livekit, extras),
        **conversation_columns(event, own, livekit, extras),
        **usage_columns(event, extras),
        **cost_columns(event, extras),
        **connection_columns(event, extras),
        **handoff_columns(event, histories, extras),
        **record_columns(event, extras),
    }
    columns = speaking_columns(columns, when.duration_seconds) | without_nulls(columns)
    columns["contract_violations"] = extras.violations()
    columns["extras"] = extras.column()
    row = cast("Row", without_nulls(columns))
    return FlatEvent(row, dt.isoformat())


def _with_wrapper(parsed: ParsedEvent) -> Json:
    """The event, with what it lacks filled from the wrapper, and the wrapper under `_wrapper`.

    The pointers of the extras refer to it.
    """
    event, wrapper = parsed.event, parsed.wrapper
    if not wrapper:
        return event
    filled = {
        key: wrapper[key]
        for key in _FROM_WRAPPER
        if wrapper.get(key) and event.get(key) in (None, "")
    }
    if _WRAPPER in event:
        wrapper = wrapper | {_WRAPPER: event[_WRAPPER]}
    return event | filled | {_WRAPPER: wrapper}


def _with_report(parsed: ParsedEvent) -> ParsedEvent:
    """The event with the report of LiveKit that is nested in it lifted to the event's own keys.

    The event's own fields win; those of the report that lost stay where they were.
    """
    event = parsed.event
    for key in _REPORTS:
        report = event.get(key)
        if not isinstance(report, dict) or not any(name in report for name in _REPORT_KEYS):
            continue
        rest = {name: value for name, value in event.items() if name != key}
        if isinstance(rest.get("timestamp"), str):  # the formatter's, not that of the report
            rest["timestamp"], report = (
                report.get("timestamp"),
                {**report, **_only(rest, "timestamp")},
            )
        lost = {
            name: value for name, value in report.items() if rest.get(name) not in (None, "", value)
        }
        event = report | {name: value for name, value in rest.items() if value not in (None, "")}
        event |= {name: value for name, value in rest.items() if name not in event}
        if lost:
            event[key] = lost
    return parsed._replace(event=event)


def _only(document: Json, key: str) -> Json:
    return {key: document[key]} if key in document else {}


def _scalar_columns(event: Columns, wrapper: Json, session_id: str, extras: Extras) -> Columns:
    """The columns that are mapped as they come; all unknown keys are kept."""
    known = dict(_EVENT)
    for key in ("message", "msg"):
        if event.get(key) == "":  # the formatter's, where a dict was logged as the message
            known[key] = None
    if wrapper:
        known[_WRAPPER] = None
        used = {key for key in _FROM_WRAPPER if key in wrapper and event.get(key) == wrapper[key]}
        extras.keep_keys((_WRAPPER,), [key for key in event[_WRAPPER] if key not in used])
    if event.get("_session_id") not in (None, "", session_id):
        extras.keep("_session_id")
    return extras.map_columns(event, known)


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


def _errors(event: Event, extras: Extras) -> Columns:
    errors = event.get("errors")
    if errors is None:
        return {}
    return extras.map_columns(errors, _ERRORS, "errors")
