"""Rows that come back: a batch of messageType ROWS, whose messages are rows as JSON.

An operator sends rows again that Firehose could not convert. Each is validated like its columns, so
that it converts now, and is placed in its partition by the same rule as before.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic_core import SchemaValidator, ValidationError

from session_analytics.flatten.event_row import FlatEvent, Invalid
from session_analytics.schema.contract import row_validator
from session_analytics.schema.values import column_text

if TYPE_CHECKING:
    from session_analytics.partition import Partitions
    from session_analytics.schema.envelope import LogEvent

_REQUIRED = ("event_id", "session_id", "started_at", "logged_at")


@cache
def _validator() -> SchemaValidator:
    return row_validator()


def read_row(log_event: LogEvent, partitions: Partitions) -> FlatEvent | Invalid:
    """The row in a message, or why it cannot be one: `invalid_row` and the path of the first fault.

    A key that is not a column is a fault too: Firehose would drop it silently.
    """
    try:
        row = _validator().validate_json(log_event["message"], strict=True, extra="forbid")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        path = "".join(f"/{part}" for part in first["loc"])
        return Invalid("invalid_row", path, f"not a value of the column: {first['type']}")
    missing = [f"/{name}" for name in _REQUIRED if name not in row]
    if missing:
        return Invalid("invalid_row", missing[0], "the column has no value")
    dt, _ = partitions.choose(row["started_at"], row["logged_at"])
    return FlatEvent(_as_text(row), dt.isoformat())


def _as_text(value: Any) -> Any:
    """The value with times in the form that both of Firehose's deserializers read."""
    if isinstance(value, datetime):
        return column_text(value)
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    if isinstance(value, dict):
        return {key: _as_text(each) for key, each in value.items()}
    return value
