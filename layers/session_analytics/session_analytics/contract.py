"""The contract as it runs: the types of `envelope` and `event`, as pydantic compiles them into what its core validates with.

`make schemas` stores the result, contract.json, so that the function imports pydantic's core alone. Pydantic itself, which reads
the types, would take as long at a cold start as all other imports.
"""

from pathlib import Path
from typing import Any

from pydantic_core import SchemaValidator, from_json

from session_analytics.values import VALIDATORS

_FUNCTION_KEYS = frozenset({"function", "discriminator"})


def loaded(compiled: Any, keys: dict[str, tuple[str, ...]]) -> Any:
    """The schema with the functions in place of their names; adds the keys of each of its typed dicts to `keys`."""
    if isinstance(compiled, list):
        return [loaded(inner, keys) for inner in compiled]
    if not isinstance(compiled, dict):
        return compiled
    if compiled.get("type") == "typed-dict":
        keys[compiled["cls_name"]] = tuple(compiled["fields"])
    return {
        key: VALIDATORS[value] if key in _FUNCTION_KEYS and isinstance(value, str) else loaded(value, keys)
        for key, value in compiled.items()
    }


KEYS: dict[str, tuple[str, ...]] = {}  # that the contract names, by typed dict
_SCHEMAS = loaded(from_json(Path(__file__).with_name("contract.json").read_bytes()), KEYS)
EVENT = SchemaValidator(_SCHEMAS["Event"])
LOG_BATCH = SchemaValidator(_SCHEMAS["LogBatch"])
