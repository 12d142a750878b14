"""The calls of tools: an agent's own list, or the function calls in LiveKit's chat history.

An own list wins; the other is kept in the extras.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from session_analytics.flatten.chat_history import History, PlacedItem, keep_all
from session_analytics.flatten.columns import Columns, without_nulls
from session_analytics.schema.contract import KEYS
from session_analytics.schema.json_text import json_text
from session_analytics.schema.values import column_text

if TYPE_CHECKING:
    from session_analytics.flatten.extras import Extras
    from session_analytics.schema.event import ChatItem, Event, ToolCall
    from session_analytics.schema.pointer import Path

_TOOL_CALL_KEYS = frozenset(KEYS["ToolCall"])
_TAKEN = ("tool", "success", "duration_ms", "query", "category", "results_found", "total_results")
_CALL_KEYS = frozenset({"type", "call_id", "name", "arguments", "created_at"})
_OUTPUT_KEYS = frozenset({"type", "call_id", "name", "output", "is_error", "created_at"})
_MILLISECOND = timedelta(milliseconds=1)


def tool_call_columns(event: Event, history: History | None, extras: Extras) -> Columns:
    """The calls and what is counted from them."""
    own = event.get("tool_calls")
    if own is not None:
        calls = [_tool_call(call) for call in own if call is not None]
        keep_all([*history.calls, *history.outputs] if history else [], extras)
    elif history is not None:
        calls = _function_calls(history, extras)
    else:
        return {}
    failed = sum(call.get("success") is False or "error" in call for call in calls)
    return {"tool_calls": calls, "tool_call_count": len(calls), "tool_error_count": failed}


def _tool_call(call: ToolCall) -> Columns:
    struct: Columns = {
        name: value for name in _TAKEN if (value := call.get(name)) is not None and value != ""
    }
    if (called_at := call.get("timestamp")) is not None:
        struct["called_at"] = column_text(called_at)
    if error := call.get("error"):  # an empty value or `false` is no error
        struct["error"] = error if isinstance(error, str) else json_text(error)
    if not call.keys() <= _TOOL_CALL_KEYS:
        struct["details"] = json_text(
            {key: value for key, value in call.items() if key not in _TOOL_CALL_KEYS}
        )
    return struct


def _function_calls(history: History, extras: Extras) -> list[Columns]:
    """LiveKit's function calls, each with the output of the same `call_id`."""
    outputs: dict[str, PlacedItem] = {}
    for path, output in history.outputs:
        call_id = output.get("call_id")
        if call_id is None or call_id in outputs:
            extras.keep(*path)
        else:
            outputs[call_id] = path, output
    calls = [
        _function_call(call, path, outputs.pop(call.get("call_id") or "", None), extras)
        for path, call in history.calls
    ]
    keep_all(list(outputs.values()), extras)
    return calls


def _function_call(
    call: ChatItem, path: Path, answer: PlacedItem | None, extras: Extras
) -> Columns:
    extras.keep_unknown(call, _CALL_KEYS, *path)
    called_at = call.get("created_at")
    struct: Columns = {
        "tool": call.get("name") or None,
        "called_at": None if called_at is None else column_text(called_at),
    }
    arguments = call.get("arguments")
    struct |= _asked(arguments)
    details: Columns = {"call_id": call.get("call_id"), "arguments": arguments}
    if answer is not None:
        output_path, output = answer
        extras.keep_unknown(output, _OUTPUT_KEYS, *output_path)
        failed, returned_at = output.get("is_error"), output.get("created_at")
        struct["success"] = None if failed is None else not failed
        if called_at is not None and returned_at is not None:
            struct["duration_ms"] = (returned_at - called_at) / _MILLISECOND
        elif returned_at is not None:
            extras.keep(*output_path, "created_at")
        if output.get("name") not in (None, call.get("name")):
            extras.keep(*output_path, "name")
        details["output"] = result = output.get("output")
        if failed and isinstance(result, str):
            struct["error"] = result or None
    details = without_nulls(details)
    struct["details"] = json_text(details) if details else None
    return without_nulls(struct)


def _asked(arguments: Any) -> Columns:
    """What the knowledge base was asked, out of the arguments' JSON text."""
    try:
        asked = from_json(arguments) if isinstance(arguments, str) else arguments
    except ValueError:
        return {}
    if not isinstance(asked, dict):
        return {}
    return {
        name: asked[name]
        for name in ("query", "category")
        if isinstance(asked.get(name), str) and asked[name]
    }
