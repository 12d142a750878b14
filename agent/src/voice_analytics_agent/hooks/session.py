"""Handlers on the session and the job's room.

What the SDK's emitter asks of a handler: one plain positional parameter each (it inspects the
signature at every event), and no exception (it lets a TypeError through to the session).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from voice_analytics_agent.hooks.events import STATES
from voice_analytics_agent.hooks.job import sdk_version

Put = Callable[[str, Any], None]

_OLDEST_SDK = (1, 5)
_SESSION_EVENTS = (
    "conversation_item_added",
    "tool_execution_updated",
    "function_tools_executed",
    "session_usage_updated",
    "error",
    "close",
    "user_input_transcribed",
    "agent_false_interruption",
    *STATES,
)


def limitation(session: Any) -> str | None:
    """What will be missing from the record of such a session, and what to do about it."""
    with suppress(Exception):
        if not callable(getattr(session, "on", None)):
            return "record() needs an AgentSession: nothing of this call will be heard"
        version = sdk_version()
        if version and _major_and_minor(version) < _OLDEST_SDK:
            return (
                f"livekit-agents {version} says nothing of usage and costs, and is not supported: "
                "use 1.5 or later"
            )
        if getattr(session, "_started", False) is True:
            return "the session has started: call record() before session.start(), to hear all"
    return None


def _major_and_minor(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])


def listen(session: Any, ctx: Any, put: Put) -> None:
    """Calls `put(name, event)` for each event of the session and of the job's room."""
    for name in _SESSION_EVENTS:
        _subscribe(session, name, _handler(name, put))
    room = getattr(ctx, "room", None)
    if room is None:
        return
    for name in ("participant_connected", "participant_disconnected"):
        _subscribe(room, name, _handler(name, put))

    def on_attributes_changed(changed: Any, participant: Any) -> None:  # noqa: ARG001
        put("participant_seen", participant)

    _subscribe(room, "participant_attributes_changed", on_attributes_changed)


def _handler(name: str, put: Put) -> Callable[[Any], None]:
    def on_event(event: Any) -> None:
        put(name, event)

    # The emitter asks for the signature at each event: made once, it costs a third.
    on_event.__signature__ = inspect.signature(on_event)  # type: ignore[attr-defined]
    return on_event


def _subscribe(emitter: Any, name: str, handler: Callable[..., None]) -> None:
    with suppress(Exception):  # an SDK, or a fake room, without this event
        emitter.on(name, handler)


def usage_event(session: Any) -> Any:
    """The session's usage in the shape of a `session_usage_updated` event."""
    usage = getattr(session, "usage", None)
    return None if usage is None else _UsageEvent(usage)


class _UsageEvent:
    def __init__(self, usage: Any) -> None:
        self.usage = usage
