"""What the handlers have put down, and the facts that are read of it later."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from voice_analytics_agent.facts import Fact, Facts
from voice_analytics_agent.hooks import events
from voice_analytics_agent.redaction import Redact, Redactor
from voice_analytics_agent.serialise import plain

_OWN = "own:"  # before the kind of what the agent said itself


class Inbox:
    """Takes references in microseconds, from any thread; `read` makes redacted facts of them."""

    def __init__(self, redact: Redact | None) -> None:
        self.facts: Facts = []
        self._waiting: deque[tuple[str, Any, float]] = deque()
        self._usage: Any = None  # the last usage event: each holds the sum of those before
        self._redactor = Redactor(redact) if redact else None

    def put(self, name: str, event: Any) -> None:
        """Keeps a reference to an event."""
        if name == "session_usage_updated":
            self._usage = event
        else:
            self._waiting.append((name, event, time.time()))

    def put_own(self, kind: str, data: dict[str, Any]) -> None:
        """Keeps what the agent says: at once as plain values, since it may change them."""
        with suppress(Exception):
            self._waiting.append((_OWN + kind, plain(data), time.time()))

    def read(self, pause: Callable[[], object] | None = None) -> None:
        """Reads what has been put down, with a pause after each. One odd event costs that event."""
        while self._waiting:
            name, event, timestamp = self._waiting.popleft()
            if name.startswith(_OWN):
                self.add(name.removeprefix(_OWN), timestamp, event)
            else:
                self._read(name, event, timestamp)
            if pause:
                pause()
        if (usage := self._usage) is not None:
            self._usage = None
            self._read("session_usage_updated", usage, time.time())

    def add(self, kind: str, timestamp: float, data: dict[str, Any]) -> None:
        """Adds a fact; what a caller or a tool said in it is redacted, and counted."""
        if self._redactor is None:
            self.facts.append(Fact(kind, timestamp, data))
            return
        self.facts.append(Fact(kind, timestamp, self._redactor.apply(kind, data)))
        if counts := self._redactor.take_counts():
            self.facts.append(Fact("redacted", timestamp, counts))

    def add_unreadable(self, what: str, error: Exception, timestamp: float) -> None:
        """Adds that something could not be read: its name and the error's, without a value."""
        self.add("unreadable", timestamp, {"what": f"{what}: {type(error).__name__}"})

    def _read(self, name: str, event: Any, timestamp: float) -> None:
        try:
            fact = events.read(name, event, timestamp)
        except Exception as error:
            self.add_unreadable(name, error, timestamp)
        else:
            if fact is not None:
                self.add(*fact)
