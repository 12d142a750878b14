"""Flatten only: a generic recursion makes each message one level of keys; standard library.

Nothing is checked, and the columns are whatever keys came. A line that is not JSON is left out. An
event in a string stays a string.
"""

import gzip
import json
from base64 import b64decode, b64encode
from typing import Any

from benchmarks.traffic import Invocation


def flatten_only(event: Invocation) -> dict[str, Any]:
    return {"records": [_answer(record) for record in event["records"]]}


def _answer(record: dict[str, Any]) -> dict[str, Any]:
    batch = json.loads(gzip.decompress(b64decode(record["data"])))
    lines = "".join(_line(log_event["message"]) for log_event in batch["logEvents"])
    return {
        "recordId": record["recordId"],
        "result": "Ok",
        "data": b64encode(lines.encode()).decode(),
    }


def _line(message: str) -> str:
    try:
        parsed = json.loads(message)
    except ValueError:
        return ""
    flat: dict[str, Any] = {}
    _flatten(parsed, "", flat)
    return json.dumps(flat) + "\n"


def _flatten(value: Any, path: str, into: dict[str, Any]) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            _flatten(item, f"{path}_{key}" if path else key, into)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _flatten(item, f"{path}_{number}", into)
    else:
        into[path] = value
