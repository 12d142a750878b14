"""The compiled contract: validators for the types of `envelope`, `event` and `row`.

`make schemas` compiles the types with pydantic into contract.json, so that the function imports
pydantic's core alone. Pydantic itself would take as long at a cold start as all other imports.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from pydantic_core import SchemaValidator, from_json

from session_analytics.schema.values import NATIVE, VALIDATORS

_FUNCTION_KEYS = frozenset({"function", "discriminator"})


class ContractError(Exception):
    """contract.json is not what the code was written for."""


class Keys(dict[str, tuple[str, ...]]):
    """The keys that the contract names, by typed dict."""

    def __missing__(self, typed_dict: str) -> tuple[str, ...]:
        raise ContractError(
            f"contract.json has no {typed_dict}: run `make schemas`, or correct the name"
        )


def loaded(compiled: Any, keys: Keys) -> Any:
    """The schema with the functions in place of their names.

    Adds the keys of each of its typed dicts to `keys`.
    """
    if isinstance(compiled, list):
        return [loaded(inner, keys) for inner in compiled]
    if not isinstance(compiled, dict):
        return compiled
    if compiled.get("type") == "typed-dict":
        keys[compiled["cls_name"]] = tuple(compiled["fields"])
    return {
        key: _function(value)
        if key in _FUNCTION_KEYS and isinstance(value, str)
        else loaded(value, keys)
        for key, value in compiled.items()
    }


def _function(name: str) -> Callable[[Any], Any]:
    if name not in VALIDATORS:
        raise ContractError(
            f"contract.json names {name}, which is not one of VALIDATORS: run `make schemas`"
        )
    return VALIDATORS[name]


def _with_native(compiled: Any) -> Any:
    """The schema, with a check by pydantic's core alone before each function of NATIVE."""
    if isinstance(compiled, list):
        return [_with_native(inner) for inner in compiled]
    if not isinstance(compiled, dict):
        return compiled
    is_before = compiled.get("type") == "function-before"
    if not is_before or (name := compiled["function"]["function"]) not in NATIVE:
        return {key: _with_native(value) for key, value in compiled.items()}
    inner = compiled["schema"]
    if inner["type"] == "function-after":  # `latency`, which asks no more of 0 and above
        inner = inner["schema"] | {"ge": 0}
    choices = [inner | NATIVE[name], compiled]
    return {"type": "union", "mode": "left_to_right", "choices": choices}


def _read() -> Any:
    try:
        return from_json(Path(__file__).with_name("contract.json").read_bytes())
    except (OSError, ValueError) as error:
        raise ContractError("contract.json cannot be read: run `make schemas`") from error


def row_validator() -> SchemaValidator:
    """The validator of rows that come back. They are rare: it is made when one has come."""
    return SchemaValidator(loaded(_COMPILED["Row"], Keys()))


@cache
def event_validator() -> SchemaValidator:
    """The validator that tells what is invalid; made at the first event that EVENT refuses."""
    return SchemaValidator(loaded(_COMPILED["Event"], Keys()))


KEYS = Keys()
_COMPILED = _read()
# Passes what `event_validator` passes, with the same result; its errors name members of unions.
EVENT = SchemaValidator(loaded(_with_native(_COMPILED["Event"]), KEYS))
LOG_BATCH = SchemaValidator(loaded(_COMPILED["LogBatch"], KEYS))
