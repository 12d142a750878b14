"""One thread a process that reads what the handlers have put down and keeps the journals.

It looks several times a second rather than being woken: waking it at each event would cost the
session more than the event itself.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

INTERVAL = 0.2  # seconds: what a call can lose when its process is killed


class Saved(Protocol):
    """A call that is going on."""

    def save(self) -> None:
        """Reads new events and writes them to the journal. Raises nothing."""

    def abandon(self) -> None:
        """Writes the call's record because the process ends. Raises nothing."""


class Background:
    """The calls that are going on in this process, and the thread that saves them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Saved] = []
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._first: list[Callable[[], object]] = []

    def add(self, call: Saved, *, save: bool) -> None:
        """Keeps the call until `remove`; saves it from now on where it has a journal."""
        with self._lock:
            self._calls.append(call)
            if save:
                self._start()

    def remove(self, call: Saved) -> None:
        """The call has ended."""
        with self._lock:
            self._calls = [each for each in self._calls if each is not call]

    def once(self, task: Callable[[], object]) -> None:
        """Runs a task in the thread, now."""
        with self._lock:
            self._first.append(task)
            self._start()
        self._wake.set()

    def calls(self) -> list[Saved]:
        """The calls that are going on."""
        return list(self._calls)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, name="voice-analytics-agent", daemon=True
            )
            self._thread.start()

    def _run(self) -> None:
        while True:
            while self._first:
                task = self._first.pop(0)
                with suppress(Exception):
                    task()
            for call in self.calls():
                call.save()
            with self._lock:
                if not self._calls and not self._first:
                    self._thread = None
                    return
            self._wake.wait(INTERVAL)
            self._wake.clear()

    def forget(self) -> None:
        """In a forked child: the calls are the parent's, and the thread is not there."""
        self._lock = threading.Lock()
        self._calls = []
        self._wake = threading.Event()
        self._first = []
        self._thread = None


BACKGROUND = Background()


@atexit.register
def _at_exit() -> None:
    for call in BACKGROUND.calls():
        call.abandon()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=BACKGROUND.forget)
