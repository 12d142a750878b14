"""The recording of one call: from its first event to its line."""

from __future__ import annotations

import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from os import PathLike
from typing import Any
from weakref import WeakKeyDictionary

from voice_analytics_agent.background import BACKGROUND
from voice_analytics_agent.event import build, has_begun
from voice_analytics_agent.facts import Fact, latest
from voice_analytics_agent.hooks import job
from voice_analytics_agent.hooks import session as hooks
from voice_analytics_agent.inbox import Inbox
from voice_analytics_agent.journal import Journal, folder_of
from voice_analytics_agent.prices import Prices
from voice_analytics_agent.redaction import Redact
from voice_analytics_agent.serialise import iso_time, plain, to_json
from voice_analytics_agent.sinks import Send, Sink, sender
from voice_analytics_agent.sinks.log import complain
from voice_analytics_agent.size import DEFAULT_LIMIT, fit
from voice_analytics_agent.sweep import sweep_once

_LONGEST_WAIT = 5.0  # seconds that the end of a call waits for the thread that is saving it


@dataclass(frozen=True)
class Settings:
    """How a call is recorded: see `record`."""

    redact: Redact | None = None
    prices: Prices | None = None
    discover: bool = True
    journal: bool | str | PathLike[str] = True
    checkpoint_seconds: float | None = None
    limit: int = DEFAULT_LIMIT
    sink: Sink = "log"
    stream: str | None = None


class Recording:
    """Listens to a session, keeps its journal, and writes its record once. Raises nothing."""

    def __init__(self, session: Any, ctx: Any, settings: Settings) -> None:
        self.inbox = Inbox(settings.redact)
        self.is_done = False  # the record has been written
        self.call: object = None  # what `record` gave
        self._session = session
        self._ctx = ctx
        self._settings = settings
        self._send: Send = sender(settings.sink, settings.stream)
        self._saved = 0  # facts that the journal holds
        self._journal: Journal | None = None
        self._checkpoint_at = time.monotonic() + (settings.checkpoint_seconds or 0)
        self._identities: set[str] = set()
        self._lock = threading.RLock()

    def start(self, fields: dict[str, Any]) -> None:
        """Begins to listen. `fields` are those of the event that `record` was given."""
        known = job.job_fields(self._ctx)
        identity = {"session_id": _session_id(self._ctx, known.get("job_id"))}
        settings = {
            "discover": self._settings.discover is not False,
            "prices": self._settings.prices,
        }
        self.inbox.facts.append(Fact("settings", time.time(), plain(settings)))
        self.inbox.facts.append(Fact("call", time.time(), {**identity, **known}))
        if fields:
            self.inbox.put_own("set", fields)
        if problem := hooks.limitation(self._session):
            complain(problem)
        hooks.listen(self._session, self._ctx, self._heard)
        keeps_journal = self._settings.journal is not False
        BACKGROUND.add(self, save=keeps_journal or bool(self._settings.checkpoint_seconds))
        if prepare := getattr(self._send, "prepare", None):
            BACKGROUND.once(prepare)
        if keeps_journal:
            BACKGROUND.once(self._open_journal)
        self._finish_on_shutdown()

    def event(self) -> dict[str, Any]:
        """The event as it stands."""
        try:
            with self._lock:
                self.inbox.read()
                self._read_end()
                return build(self.inbox.facts, time.time())
        except Exception as error:
            return self._bare_event(error)

    def _heard(self, name: str, event: Any) -> None:
        """A handler: runs on the session's loop, so it only keeps a reference."""
        try:
            if self.is_done:
                return
            self.inbox.put(name, event)
            if name == "close":
                self._closed()
        except Exception:
            pass

    def _closed(self) -> None:
        if (usage := hooks.usage_event(self._session)) is not None:
            self.inbox.put("session_usage_updated", usage)
        self._look_around()
        if not self._finishes_on_shutdown:
            self.finish()

    def _look_around(self) -> None:
        """Puts down who is in the room: those who were there before the job emit no event."""
        try:
            for participant in job.participants(self._ctx):
                identity = getattr(participant, "identity", None)
                if isinstance(identity, str) and identity not in self._identities:
                    self._identities.add(identity)
                    self.inbox.put("participant_seen", participant)
        except Exception:
            pass

    def save(self) -> None:
        """In the background: reads new events, keeps the journal, writes a checkpoint when due."""
        try:
            self._look_around()
            with self._lock:
                if self.is_done:
                    return
                # The loop's thread may want to run: let it, after each event.
                self.inbox.read(pause=_let_others_run)
                self._write_journal()
                if self._is_checkpoint_due():
                    self._send(self._line(is_partial=True))
        except Exception as error:
            complain(f"a call could not be saved: {type(error).__name__}")

    def _is_checkpoint_due(self) -> bool:
        every, now = self._settings.checkpoint_seconds, time.monotonic()
        # Before the session has begun, a record would say another start than the last one.
        if not every or now < self._checkpoint_at or not has_begun(self.inbox.facts):
            return False
        self._checkpoint_at = now + every
        return True

    def _open_journal(self) -> None:
        """In the background, since it touches files."""
        try:
            folder = folder_of(self._settings.journal)
            if folder is None:
                return
            with self._lock:
                if not self.is_done:
                    self._journal = Journal(folder)
                    self._write_journal()
        except OSError as error:
            complain(f"no journal, so a crash loses the call: {error.strerror or error}")
            return
        sweep_once(folder, self._send, self._settings.limit)

    def _write_journal(self) -> None:
        if self._journal is None:
            return
        new = self.inbox.facts[self._saved :]
        self._saved = len(self.inbox.facts)
        try:
            self._journal.write(new)
        except OSError as error:
            complain(f"the journal cannot be written any more: {error.strerror}")
            self._journal.remove()
            self._journal = None

    def _finish_on_shutdown(self) -> None:
        """Writes the record when the job shuts down, after tags and evaluations."""
        recording = self

        # A plain function (the SDK reads its code object) without `await`: it is done in one step,
        # so that another callback's exception cannot cancel it.
        async def write_call_record(reason: str = "") -> None:
            recording.finish(reason)

        self._finishes_on_shutdown = False
        try:
            self._ctx.add_shutdown_callback(write_call_record)
            self._finishes_on_shutdown = True
        except Exception:
            pass  # no job (a console, a test): the record is written when the session closes

    def finish(self, reason: str = "", *, is_partial: bool = False) -> None:
        """Writes the record, once."""
        acquired = self._lock.acquire(timeout=_LONGEST_WAIT)
        try:
            if self.is_done:
                return
            self.is_done = True
            self._look_around()
            line = self._last_line(reason, is_partial=is_partial)
            self._send(line)
            if self._journal is not None:
                self._journal.remove()
                self._journal = None
        except Exception as error:
            complain(f"a call's record could not be written: {type(error).__name__}")
        finally:
            if acquired:
                self._lock.release()
            BACKGROUND.remove(self)

    def abandon(self) -> None:
        """The process ends and the session has not been closed."""
        self.finish(is_partial=True)

    def _read_end(self) -> None:
        try:
            fields = plain(job.end_fields(self._session, self._ctx))
        except Exception as error:
            self.inbox.add_unreadable("end", error, time.time())
        else:
            self.inbox.add("end", time.time(), fields)

    def _last_line(self, reason: Any, *, is_partial: bool) -> str:
        try:
            if isinstance(reason, str) and reason:
                self.inbox.put_own("shutdown", {"reason": reason})
            self.inbox.read()
            self._read_end()
            return self._line(is_partial=is_partial)
        except Exception as error:
            return to_json(plain(self._bare_event(error)))

    def _line(self, *, is_partial: bool) -> str:
        event = build(self.inbox.facts, time.time(), is_partial=is_partial)
        return fit(event, self._settings.limit)

    def _bare_event(self, error: Exception) -> dict[str, Any]:
        """What is certain of a call whose event cannot be made."""
        return {
            "_event_type": "session_analytics",
            "_timestamp": iso_time(time.time()),
            **latest(self.inbox.facts, "call"),
            "recorder_errors": [f"event: {type(error).__name__}"],
        }


_SESSIONS_OF_JOBS: WeakKeyDictionary[Any, int] = WeakKeyDictionary()


def _session_id(ctx: Any, job_id: str | None) -> str:
    """The job's id; with a number behind it from the job's second session on."""
    if job_id is None:
        return f"call-{uuid.uuid4().hex}"
    number = 1
    with suppress(Exception):  # a context that cannot be a key has one session
        number = _SESSIONS_OF_JOBS[ctx] = _SESSIONS_OF_JOBS.get(ctx, 0) + 1
    return job_id if number == 1 else f"{job_id}-{number}"


def _let_others_run() -> None:
    time.sleep(0)
