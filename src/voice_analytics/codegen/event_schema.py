"""schemas/session_analytics.schema.json.

What an agent may log, as JSON Schema (draft 2020-12), from the contract's models.
"""

import json
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema
from session_analytics.schema.event import Event

from voice_analytics.catalog.event_classes import event_class

_IDENTITIES = ("session_id", "_session_id", "job_id", "room_id", "room")
_TIMED = (
    ["start_time"],
    ["end_time", "duration_seconds"],
    ["timestamp", "duration_ms"],
    ["_timestamp"],
)


class _EventSchema(GenerateJsonSchema):
    """Says that a time may also be a number: epoch seconds or milliseconds."""

    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> JsonSchemaValue:
        return super().datetime_schema(schema) | {"type": ["string", "number"]}


def event_schema() -> str:
    """The schema.

    Optional is all but the type, an identity and what a start can be known from; unknown keys are
    welcome.
    """
    schema: dict[str, Any] = TypeAdapter(Event).json_schema(
        mode="validation", schema_generator=_EventSchema
    )
    schema["properties"]["_event_type"] = {"const": "session_analytics"}
    for name, definition in (("Event", schema), *schema["$defs"].items()):
        for field, described in definition["properties"].items():
            described["x-personal-data"] = event_class(name, field)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Made from layers/session_analytics/session_analytics/schema/event.py by `make "
        "schemas`.",
        "title": "session_analytics",
    }
    needed = {
        "required": ["_event_type"],
        "allOf": [
            {"anyOf": [_non_empty(name) for name in _IDENTITIES]},
            {"anyOf": [{"required": names} for names in _TIMED]},
        ],
    }
    return json.dumps(head | schema | needed, indent=2, ensure_ascii=False) + "\n"


def _non_empty(name: str) -> dict[str, Any]:
    return {"required": [name], "properties": {name: {"type": "string", "minLength": 1}}}
