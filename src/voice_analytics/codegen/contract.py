"""Writes contract.json: what pydantic compiles the layer's contract into.

Run as `python -m voice_analytics.codegen.contract`. It is pydantic's core schema
(https://docs.pydantic.dev/latest/api/pydantic_core_schema/), less what validation does not ask for.
All other generated files are made by modules that load it: so it can be made without them.
"""

import json
import re
import sys
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from session_analytics.schema.envelope import LogBatch
from session_analytics.schema.event import Event
from session_analytics.schema.row import Row
from session_analytics.schema.values import VALIDATORS

from voice_analytics.codegen.layer import LAYER
from voice_analytics.errors import UserError

CONTRACT = LAYER / "session_analytics/schema/contract.json"
_NOT_ASKED_FOR = frozenset({"metadata", "serialization"})
_FIELD = re.compile(r' ?("[^"]+": {"type": "typed-dict-field")')
_NAMES = {function: name for name, function in VALIDATORS.items()}


def contract_json() -> str:
    """The core schemas of the record's batch, the event and the row, by the names of their types.

    A line a key of the contract.
    """
    text = json.dumps(
        {contract.__name__: compiled(contract) for contract in (LogBatch, Event, Row)}
    )
    return _FIELD.sub(r"\n\1", text) + "\n"


def compiled(contract: type) -> Any:
    """The core schema of a typed dict as JSON.

    Raises UserError for what the layer cannot make of JSON again.
    """
    return _compiled(TypeAdapter(contract).core_schema)


def _compiled(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        return dict(
            _compiled_item(key, value) for key, value in schema.items() if key not in _NOT_ASKED_FOR
        )
    if isinstance(schema, list):
        return [_compiled(inner) for inner in schema]
    if callable(schema):
        if schema not in _NAMES:
            raise UserError(
                f"{schema.__qualname__} is not a function of "
                f"session_analytics.schema.values.VALIDATORS",
                "add it there",
            )
        return _NAMES[schema]
    return schema


def _compiled_item(key: str, value: Any) -> tuple[str, Any]:
    match key:
        case "cls":
            return "cls_name", value.__name__
        case "fields":  # by the names that the contract has for them, whichever these are
            return key, {name: _compiled(field) for name, field in value.items()}
        case "ref" | "schema_ref":  # session_analytics.schema.event.Turn:94862652896304
            return key, value.partition(":")[0].rpartition(".")[2]
        case "discriminator" if isinstance(value, str):
            raise UserError(
                f"the discriminator {value} is a field's name", "discriminate by a function"
            )
    return key, _compiled(value)


if __name__ == "__main__":
    try:
        made = contract_json()
    except UserError as error:
        sys.exit(f"error: {error}")
    if not CONTRACT.exists() or CONTRACT.read_text() != made:
        CONTRACT.write_text(made)
        print(f"wrote {CONTRACT}")
