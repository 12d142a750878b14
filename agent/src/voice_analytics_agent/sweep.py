"""Writes the records of calls whose process died."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from voice_analytics_agent.event import build
from voice_analytics_agent.facts import Facts
from voice_analytics_agent.journal import folder_of, orphans
from voice_analytics_agent.sinks import Send, Sink, sender
from voice_analytics_agent.sinks.log import complain
from voice_analytics_agent.size import DEFAULT_LIMIT, fit

_SWEPT: set[Path] = set()


def sweep(
    journal: bool | str | os.PathLike[str] = True,
    *,
    sink: Sink = "log",
    stream: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> int:
    """Writes a partial record of each call whose process died, and returns how many. Never raises.

    The first `record` of a process does so as well, in the background. Several processes may sweep
    at a time: each record is written by one of them.
    """
    try:
        folder = folder_of(journal)
        return 0 if folder is None else _sweep(folder, sender(sink, stream), limit)
    except Exception as error:
        complain(f"journals could not be swept: {type(error).__name__}")
        return 0


def sweep_once(folder: Path, send: Send, limit: int) -> None:
    """Sweeps a folder if this process has not done so yet."""
    if folder in _SWEPT:
        return
    _SWEPT.add(folder)
    _sweep(folder, send, limit)


def _sweep(folder: Path, send: Send, limit: int) -> int:
    count = 0
    for orphan in orphans(folder):
        try:
            if orphan.facts:
                send(fit(_partial(orphan.facts), limit))
                count += 1
            orphan.remove()
        except Exception as error:
            complain(f"a journal could not be read: {type(error).__name__}")
    return count


def _partial(facts: Facts) -> dict[str, Any]:
    return build(facts, time.time(), is_partial=True)
