"""The fields that the contract knows at a place of an event, for advice about a key it does not."""

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

from voice_analytics.catalog.saved_queries import SCHEMAS

_SIMILAR = 0.75  # difflib's ratio from which a key is taken for a misspelt field
# what livekit-agents' JSON formatter writes around an event
_OF_THE_FORMATTER = {"exc_info", "level", "message", "name", "pid", "_wrapper"}
_SHORTEST_PART = 4  # letters of a key that a longer field contains, as `cost` in `cost_summary`


def nearest_field(pointer: str) -> str:
    """The field that the last key of a JSON Pointer was probably meant to be; empty where none is.

    `/cost` gives `cost_summary`. A field itself is not a mistake, nor is a key of the formatter.
    """
    *parents, key = [_unescaped(part) for part in pointer.split("/")[1:]]
    if key in known_fields(parents) or (not parents and key in _OF_THE_FORMATTER):
        return ""
    fields = {_plain(field): field for field in known_fields(parents)}
    plain = _plain(key)
    if plain in fields:
        return fields[plain]
    if len(plain) >= _SHORTEST_PART:
        for name, field in fields.items():
            if plain in name or (len(name) >= _SHORTEST_PART and name in plain):
                return field
    return fields[near[0]] if (near := get_close_matches(plain, fields, 1, _SIMILAR)) else ""


def known_fields(parents: Sequence[str]) -> list[str]:
    """The fields of the object below these keys, whose list indices may be any text."""
    nodes = [_schema()]
    for key in parents:
        nodes = [below for node in nodes for below in _below(node, key)]
    return list(dict.fromkeys(field for node in nodes for field in node.get("properties", ())))


def _below(node: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    subschemas = [node["properties"][key]] if key in node.get("properties", ()) else []
    if "items" in node:
        subschemas.append(node["items"])
    return [variant for subschema in subschemas for variant in _variants(subschema)]


def _variants(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "$ref" in node:
        return _variants(_schema()["$defs"][node["$ref"].rpartition("/")[2]])
    if "anyOf" in node:
        return [variant for subschema in node["anyOf"] for variant in _variants(subschema)]
    return [node]


@cache
def _schema() -> Mapping[str, Any]:
    schema: Mapping[str, Any] = json.loads((SCHEMAS / "session_analytics.schema.json").read_bytes())
    return schema


def _plain(key: str) -> str:
    return "".join(letter for letter in key.lower() if letter.isalnum())


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")
