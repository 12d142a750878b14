"""A session and a job that behave as LiveKit's do, as far as the recorder looks at them.

The tests of this folder need neither an SDK nor the rest of the project: they also run on the
oldest Python that the recorder supports.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from voice_analytics_agent import Call, record

START = 1_700_000_000.0


class Emitter:
    """`livekit.rtc.EventEmitter`: a TypeError goes through, any other exception is swallowed."""

    def __init__(self) -> None:
        self.handlers: dict[str, list[Callable[..., Any]]] = {}

    def on(self, name: str, handler: Callable[..., Any]) -> None:
        self.handlers.setdefault(name, []).append(handler)

    def emit(self, name: str, *args: Any) -> None:
        for handler in self.handlers.get(name, []):
            try:
                handler(*args)
            except TypeError:
                raise
            except Exception:
                pass


class Session(Emitter):
    """An `AgentSession`."""

    usage: Any = None
    options: Any = None

    def say(self, role: Any, text: Any, at: float = START, **more: Any) -> None:
        item = SimpleNamespace(
            type="message", id=more.pop("id", f"item {at}"), role=role, content=[text],
            created_at=at, interrupted=False, metrics=more.pop("metrics", {}), **more,
        )  # fmt: skip
        self.emit("conversation_item_added", SimpleNamespace(item=item))

    def use(self, **usage: Any) -> None:
        models = SimpleNamespace(model_usage=[usage])
        self.emit("session_usage_updated", SimpleNamespace(usage=models))

    def close(self, reason: str = "user_initiated", at: float = START + 60) -> None:
        self.emit("close", SimpleNamespace(reason=reason, created_at=at))


class Context:
    """A `JobContext`."""

    def __init__(self, job_id: str = "AJ_1") -> None:
        room = SimpleNamespace(name="sales", sid="RM_1")
        self.job = SimpleNamespace(id=job_id, room=room, agent_name="sales-agent")
        self.room = Emitter()
        self.room.remote_participants = {}  # type: ignore[attr-defined]
        self.tagger = SimpleNamespace(tags=set(), outcome=None, outcome_reason=None, evaluations=[])
        self.callbacks: list[Any] = []

    def add_shutdown_callback(self, callback: Any) -> None:
        assert callback.__code__.co_argcount == 1
        self.callbacks.append(callback)

    def shut_down(self, reason: str = "") -> None:
        async def all_of_them() -> None:
            await asyncio.gather(*[callback(reason) for callback in self.callbacks])

        asyncio.run(all_of_them())


def finished(drive: Callable[[Session, Call], Any], **options: Any) -> dict[str, Any]:
    """The event of a call that was driven so, read from the line that the recorder wrote."""
    lines: list[str] = []
    session, context = Session(), Context()
    call = record(session, context, **{"journal": False, "sink": lines.append, **options})
    drive(session, call)
    session.close()
    context.shut_down()
    assert len(lines) == 1
    event: dict[str, Any] = json.loads(lines[0], parse_constant=_no_constant)
    return event


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")
