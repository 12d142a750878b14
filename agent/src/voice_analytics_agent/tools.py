"""The tool calls of a conversation, from LiveKit's events and from what the agent says itself."""

from __future__ import annotations

from typing import Any

from voice_analytics_agent.facts import Fact, Facts, without_nulls
from voice_analytics_agent.serialise import iso_time


def tool_calls(facts: Facts) -> list[dict[str, Any]]:
    """The calls in the order in which they began, each with status, duration and agent.

    An SDK may state a call three times: started, its output with the step that ran it, ended. The
    end wins over the output (a tool in the background gives a first output long before its end).
    A call that neither ended nor has an output has no `success`: nobody knows.
    """
    calls: dict[str, dict[str, Any]] = {}
    own: list[tuple[float, dict[str, Any]]] = []
    agent: str | None = None
    for fact in facts:
        if fact.kind == "handoff":
            agent = fact.data.get("to_agent")
        elif fact.kind == "tool_started":
            _begin(calls, fact.data, fact.at, agent)
        elif fact.kind == "tool_ended" and (call := calls.get(fact.data.get("call_id", ""))):
            _end(call, fact)
        elif fact.kind == "tool_outputs":
            for output in fact.data["calls"]:
                call = _begin(calls, output, output["called_at"], agent)
                _add_output(call, output)
        elif fact.kind == "own_tool":
            own.append((fact.at, {"agent": agent, **fact.data}))
    timed = [(call["_began_at"], _struct(call)) for call in calls.values()]
    timed += [(timestamp, _own(timestamp, call)) for timestamp, call in own]
    return [call for _, call in sorted(timed, key=lambda pair: pair[0])]


def _begin(
    calls: dict[str, dict[str, Any]], data: dict[str, Any], timestamp: float, agent: str | None
) -> dict[str, Any]:
    call_id = data.get("call_id") or f"call without an id, {len(calls)}"
    return calls.setdefault(
        call_id,
        {
            "tool": data.get("tool"),
            "call_id": data.get("call_id"),
            "arguments": data.get("arguments"),
            "agent": agent,
            "_began_at": timestamp,
        },
    )


def _end(call: dict[str, Any], fact: Fact) -> None:
    status = fact.data.get("status")
    message = fact.data.get("message")
    call["status"] = status
    call["success"] = status == "done"
    call["duration_ms"] = _milliseconds(call["_began_at"], fact.at)
    if status == "done":
        call.pop("error", None)
        if message is not None:
            call["result"] = message
    else:
        call.pop("result", None)
        call["error"] = message or call.get("error") or status
    call["_ended"] = True


def _add_output(call: dict[str, Any], output: dict[str, Any]) -> None:
    """The output of the step: all there is in SDKs before 1.6 and for a tool that is unknown."""
    failed = output.get("is_error")
    if failed is None:
        return
    text = output.get("output")
    if call.get("_ended"):
        call.setdefault("result" if call["success"] else "error", text)
        return
    call["status"] = "error" if failed else "done"
    call["success"] = not failed
    call["error" if failed else "result"] = text
    if output.get("returned_at") is not None:
        call["duration_ms"] = _milliseconds(output["called_at"], output["returned_at"])


def _milliseconds(start: float, end: float) -> float:
    return round(max(end - start, 0.0) * 1000, 3)


def _struct(call: dict[str, Any]) -> dict[str, Any]:
    shown = {key: value for key, value in call.items() if not key.startswith("_")}
    return without_nulls({**shown, "timestamp": iso_time(call["_began_at"])})


def _own(timestamp: float, call: dict[str, Any]) -> dict[str, Any]:
    return without_nulls({"timestamp": iso_time(timestamp), **call})
