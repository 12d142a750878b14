"""The calls of tools: an agent's own list, or the function calls in LiveKit's chat history.

An own list wins; the other is kept in the extras.
"""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from session_analytics.flatten.columns import Columns, without_nulls
from session_analytics.flatten.history import History, Item, keep_all
from session_analytics.schema.contract import KEYS
from session_analytics.schema.json_text import json_text
from session_analytics.schema.python_text import parse_repr
from session_analytics.schema.values import column_text

if TYPE_CHECKING:
    from datetime import datetime

    from session_analytics.flatten.extras import Extras
    from session_analytics.schema.event import Event, ToolCall

_TOOL_CALL_KEYS = frozenset(KEYS["ToolCall"])
_SAME_NAME = (
    *("success", "duration_ms", "query", "category", "results_found", "total_results"),
    *("call_id", "status", "agent"),
)
_IN_DETAILS = ("arguments", "result", "output")
_CALL_KEYS = frozenset({"type", "id", "call_id", "name", "arguments", "created_at"})
_OUTPUT_KEYS = frozenset({"type", "id", "call_id", "name", "output", "is_error", "created_at"})
_NOISE = frozenset({"reply_required"})  # of LiveKit's outputs
_OUTCOME_KEYS = ("success", "is_error", "error", "status")
_MILLISECOND = timedelta(milliseconds=1)


def tool_call_columns(
    event: Event, own: History | None, livekit: History | None, extras: Extras
) -> Columns:
    """The calls and what is counted from them. A count is NULL where a call was not understood."""
    sent = event.get("tool_calls")
    of_history = [history for history in (own, livekit) if history is not None]
    with_calls = [history for history in of_history if history.calls or history.outputs]
    is_complete = knows_outcomes = True
    if sent is not None and (sent or not with_calls):
        is_complete = not extras.has_invalid_items("tool_calls")
        knows_outcomes = not extras.has_invalid or not any(
            extras.is_invalid("tool_calls", index, key)
            for index in range(len(sent))
            for key in _OUTCOME_KEYS
        )
        knows_outcomes &= not _note_unknown(event, extras)
        calls = _paired([call for call in sent if call is not None])
        for history in with_calls:
            _keep_other(calls, history, extras)
    elif of_history:
        history = with_calls[0] if with_calls else of_history[-1]
        is_complete = history.is_complete
        calls = _function_calls(history, extras)
        for other in with_calls[1:]:
            _keep_other(calls, other, extras)
    else:
        return {}
    failed = sum(call.get("success") is False or "error" in call for call in calls)
    return {
        "tool_calls": calls,
        "tool_call_count": len(calls) if is_complete else None,
        "tool_error_count": failed if is_complete and knows_outcomes else None,
    }


def _note_unknown(event: Event, extras: Extras) -> bool:
    """Note the calls in which no known field is found; whether there are any."""
    unknown = False
    for index, call in enumerate(event.get("tool_calls") or ()):
        if call and not call.keys() & _TOOL_CALL_KEYS:
            extras.suspicious(("tool_calls", index), "a call of a tool")
            unknown = True
    return unknown


def _keep_other(calls: list[Columns], history: History, extras: Extras) -> None:
    """Keep another list's calls, as far as they are not these by their ids."""
    ids = {call.get("call_id") for call in calls} - {None}
    others = [*history.calls, *history.outputs]
    keep_all([item for item in others if item.value.get("call_id") not in ids], extras)


def _paired(calls: list[ToolCall]) -> list[Columns]:
    """The structs of an agent's own list, in which LiveKit's outputs may stand by themselves."""
    outputs = {
        call.get("call_id"): call for call in calls if call.get("type") == "function_call_output"
    }
    structs: list[Columns] = []
    for call in calls:
        if call.get("type") != "function_call_output":
            output = outputs.pop(call.get("call_id"), None)
            structs.append(_tool_call(call, output or {}))
    return structs + [_tool_call(output, {}) for output in outputs.values()]


def _tool_call(call: ToolCall, output: ToolCall) -> Columns:
    function = call.get("function")
    if isinstance(function, str):
        function = {"name": function}
    named = (call.get("tool"), call.get("name"), (function or {}).get("name"), output.get("name"))
    struct: Columns = {
        name: value for name in _SAME_NAME if (value := call.get(name)) is not None and value != ""
    }
    if tool := next((name for name in named if name), None):
        struct = {"tool": tool} | struct
    called_at = call.get("timestamp") or call.get("created_at")
    returned_at = output.get("created_at") or output.get("timestamp")
    if called_at is not None:
        struct["called_at"] = column_text(called_at)
    _add_duration(struct, called_at, returned_at)
    details: Columns = {key: value for key, value in call.items() if key not in _TOOL_CALL_KEYS}
    details |= without_nulls({key: call.get(key) for key in _IN_DETAILS})
    if function and function.get("arguments") is not None:
        details.setdefault("arguments", function["arguments"])
    if output.get("output") is not None:
        details["output"] = output["output"]
    if (call_id := call.get("id")) and "call_id" not in struct:
        struct["call_id"] = call_id if isinstance(call_id, str) else json_text(call_id)
    _add_outcome(struct, call, output.get("is_error"))
    return _with_details(struct, details)


def _add_outcome(struct: Columns, call: ToolCall, is_error: bool | None) -> None:
    """Whether the call succeeded: as sent, else by LiveKit's `is_error`, else by its status."""
    if is_error is None:
        is_error = call.get("is_error")
    if is_error is not None:
        struct.setdefault("success", not is_error)
    status = str(struct.get("status", "")).lower()
    if status in {"done", "error"}:
        struct.setdefault("success", status == "done")
    if error := call.get("error"):  # an empty value or `false` is not an error
        struct["error"] = error if isinstance(error, str) else json_text(error)


def _with_details(struct: Columns, details: Columns) -> Columns:
    """The struct, with what a search was asked and found out of its arguments and its result."""
    arguments = _object(details.get("arguments"))
    for key in ("query", "category"):
        if isinstance(arguments.get(key), str) and arguments[key]:
            struct.setdefault(key, arguments[key])
    result = _object(details.get("output", details.get("result")))
    if isinstance(result.get("results_found"), bool):
        struct.setdefault("results_found", result["results_found"])
    total = result.get("total_results")
    if isinstance(total, int) and not isinstance(total, bool) and 0 <= total < 2**31:
        struct.setdefault("total_results", total)
    if details:
        struct["details"] = json_text(details)
    return struct


def _function_calls(history: History, extras: Extras) -> list[Columns]:
    """LiveKit's function calls, each with the output of the same `call_id`, in their order."""
    outputs: dict[str | None, deque[Item]] = defaultdict(deque)
    for item in history.outputs:
        outputs[item.value.get("call_id")].append(item)
    calls = []
    for call in history.calls:
        call_id = call.value.get("call_id")
        of_call = outputs[call_id] if call_id else None
        calls.append(_function_call(call, of_call.popleft() if of_call else None, extras))
    for unpaired in outputs.values():
        keep_all(unpaired, extras)
    return calls


def _function_call(call: Item, output: Item | None, extras: Extras) -> Columns:
    extras.keep_unknown(call.value, _CALL_KEYS, *call.path)
    called_at = call.value.get("created_at")
    struct: Columns = {
        "tool": call.value.get("name") or None,
        "called_at": None if called_at is None else column_text(called_at),
        "call_id": call.value.get("call_id") or None,
        "agent": call.agent,
    }
    details: Columns = {"arguments": call.value.get("arguments")}
    if output is not None:
        extras.keep_unknown(output.value, _OUTPUT_KEYS | _NOISE, *output.path)
        failed, returned_at = output.value.get("is_error"), output.value.get("created_at")
        struct["success"] = None if failed is None else not failed
        _add_duration(struct, called_at, returned_at)
        if returned_at is not None and called_at is None:
            extras.keep(*output.path, "created_at")
        if output.value.get("name") not in (None, call.value.get("name")):
            extras.keep(*output.path, "name")
        details["output"] = result = output.value.get("output")
        if failed and isinstance(result, str):
            struct["error"] = result or None
    return without_nulls(_with_details(without_nulls(struct), without_nulls(details)))


def _add_duration(
    struct: Columns, called_at: datetime | None, returned_at: datetime | None
) -> None:
    if called_at is not None and returned_at is not None and returned_at >= called_at:
        struct.setdefault("duration_ms", (returned_at - called_at) / _MILLISECOND)


def _object(value: Any) -> Columns:
    """An object, or the one that a text holds: JSON, or Python's `repr` as LiveKit writes it."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = from_json(value)
        except ValueError:
            try:
                value = parse_repr(value.strip())
            except ValueError:
                return {}
    return value if isinstance(value, dict) else {}
