"""`record(session, ctx)`: the recorder of one call."""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from voice_analytics_agent.background import BACKGROUND
from voice_analytics_agent.event import build, has_begun
from voice_analytics_agent.facts import Fact, Facts, latest
from voice_analytics_agent.hooks import livekit
from voice_analytics_agent.journal import Journal, folder_of
from voice_analytics_agent.prices import Prices
from voice_analytics_agent.redaction import Redact, Redactor
from voice_analytics_agent.serialise import iso_time, plain, to_json, to_text
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


class Call:
    """One call. Its methods may be called from any thread, at any time; none of them raises.

    What is said after the record has been written has no effect.
    """

    def __init__(self, session: Any, ctx: Any, settings: Settings) -> None:
        self.session = session
        self._ctx = ctx
        self._settings = settings
        self._send: Send = sender(settings.sink, settings.stream)
        self._inbox: deque[tuple[str, Any, float]] = deque()
        self._usage: Any = None  # the last usage event: each holds the sum of those before
        self._facts: Facts = []
        self._saved = 0  # facts that the journal holds
        self._journal: Journal | None = None
        self._folder: Path | None = None
        self._checkpoint_at = time.monotonic() + (settings.checkpoint_seconds or 0)
        self._redactor = Redactor(settings.redact) if settings.redact else None
        self._identities: set[str] = set()
        self._lock = threading.RLock()
        self._done = False

    # --- what the agent says -----------------------------------------------------------------

    def set(self, **fields: Any) -> None:
        """Sets fields of the event, such as `user_email` or `outcome`. The later value wins."""
        self._put_own("set", fields)

    def note(self, text: Any) -> None:
        """Adds a line to `conversation_notes`."""
        self._put_own("note", {"text": to_text(text)})

    def signal(self, name: Any, value: Any) -> None:
        """Sets one of `discovered_signals`; it wins over what is found in the caller's words."""
        self._put_own("signal", {"signals": {to_text(name) or "unnamed": value}})

    def consent(self, obtained: Any = True, at: Any = None) -> None:
        """Says that the caller agreed (or not) to the recording, now or at a time."""
        when = time.time() if at is None else at
        self._put_own("set", {"consent_obtained": obtained, "consent_timestamp": when})

    def tool(self, name: Any, success: Any = True, **fields: Any) -> None:
        """Adds a call of a tool that is not one of the session's function tools."""
        self._put_own("own_tool", {"tool": name, "success": success, **fields})

    @property
    def is_done(self) -> bool:
        """Whether the record has been written."""
        return self._done

    def event(self) -> dict[str, Any]:
        """The event as it stands, for tests."""
        try:
            with self._lock:
                self._read_inbox()
                self._read_end()
                return build(self._facts, time.time())
        except Exception as error:
            return self._bare_event(error)

    def _put_own(self, kind: str, data: dict[str, Any]) -> None:
        with suppress(Exception):
            self._inbox.append((_OWN + kind, plain(data), time.time()))

    # --- what the session says ---------------------------------------------------------------

    def start(self, fields: dict[str, Any]) -> None:
        """Begins to listen. `fields` are those that `record` was given."""
        job = livekit.job_fields(self._ctx)
        identity = {"session_id": _session_id(self._ctx, job.get("job_id"))}
        settings = {
            "discover": self._settings.discover is not False,
            "prices": self._settings.prices,
        }
        self._facts.append(Fact("settings", time.time(), plain(settings)))
        self._facts.append(Fact("call", time.time(), {**identity, **job}))
        if fields:
            self.set(**fields)
        if problem := livekit.limitation(self.session):
            complain(problem)
        livekit.listen(self.session, self._ctx, self._heard)
        keeps_journal = self._settings.journal is not False
        BACKGROUND.add(self, save=keeps_journal or bool(self._settings.checkpoint_seconds))
        if prepare := getattr(self._send, "prepare", None):
            BACKGROUND.once(prepare)
        if keeps_journal:
            BACKGROUND.once(self._open_journal)
        self._finish_on_shutdown()

    def _heard(self, name: str, event: Any) -> None:
        """A handler: runs on the session's loop, so it only keeps references."""
        try:
            if self._done:
                return
            if name == "session_usage_updated":
                self._usage = event
                return
            self._inbox.append((name, event, time.time()))
            if name == "close":
                self._closed()
        except Exception:
            pass

    def _closed(self) -> None:
        self._usage = livekit.usage_event(self.session) or self._usage
        self._look_around()
        if not self._finishes_on_shutdown:
            self.finish()

    def _look_around(self) -> None:
        """Puts down who is in the room: those who were there before the job emit no event."""
        try:
            for participant in livekit.participants(self._ctx):
                identity = getattr(participant, "identity", None)
                if isinstance(identity, str) and identity not in self._identities:
                    self._identities.add(identity)
                    self._inbox.append(("participant_seen", participant, time.time()))
        except Exception:
            pass

    # --- from events to facts ----------------------------------------------------------------

    def _read_inbox(self, pause: Callable[[], object] | None = None) -> None:
        """Reads what has been put down. One odd event costs that event."""
        while self._inbox:
            name, event, at = self._inbox.popleft()
            if name.startswith(_OWN):
                self._add(name.removeprefix(_OWN), at, event)
            else:
                self._read(name, event, at)
            if pause:
                pause()
        if (usage := self._usage) is not None:
            self._usage = None
            self._read("session_usage_updated", usage, time.time())

    def _read(self, name: str, event: Any, at: float) -> None:
        try:
            fact = livekit.read(name, event, at)
        except Exception as error:
            self._add("unreadable", at, {"what": f"{name}: {type(error).__name__}"})
        else:
            if fact is not None:
                self._add(*fact[:2], fact.data)

    def _add(self, kind: str, at: float, data: dict[str, Any]) -> None:
        if self._redactor is None:
            self._facts.append(Fact(kind, at, data))
            return
        self._facts.append(Fact(kind, at, self._redactor.apply(kind, data)))
        if counts := self._redactor.take_counts():
            self._facts.append(Fact("redacted", at, counts))

    def _read_end(self) -> None:
        try:
            fields = livekit.end_fields(self.session, self._ctx)
        except Exception as error:
            self._add("unreadable", time.time(), {"what": f"end: {type(error).__name__}"})
        else:
            self._add("end", time.time(), plain(fields))

    # --- the journal -------------------------------------------------------------------------

    def save(self) -> None:
        """In the background: reads new events, keeps the journal, writes a checkpoint when due."""
        try:
            self._look_around()
            with self._lock:
                if self._done:
                    return
                # The loop's thread may want to run: let it, after each event.
                self._read_inbox(pause=_let_others_run)
                self._write_journal()
                every = self._settings.checkpoint_seconds
                # Before the session has begun, a record would say another start than the last one.
                if every and has_begun(self._facts) and time.monotonic() >= self._checkpoint_at:
                    self._checkpoint_at = time.monotonic() + every
                    self._send(self._line(is_partial=True))
        except Exception as error:
            complain(f"a call could not be saved: {type(error).__name__}")

    def _open_journal(self) -> None:
        """In the background, since it touches files."""
        try:
            self._folder = folder_of(self._settings.journal)
            if self._folder is None:
                return
            with self._lock:
                if not self._done:
                    self._journal = Journal(self._folder)
                    self._write_journal()
        except OSError as error:
            complain(f"no journal, so a crash loses the call: {error.strerror or error}")
            return
        sweep_once(self._folder, self._send, self._settings.limit)

    def _write_journal(self) -> None:
        if self._journal is None:
            return
        new = self._facts[self._saved :]
        self._saved = len(self._facts)
        try:
            self._journal.write(new)
        except OSError as error:
            complain(f"the journal cannot be written any more: {error.strerror}")
            self._journal.remove()
            self._journal = None

    # --- the end -----------------------------------------------------------------------------

    def _finish_on_shutdown(self) -> None:
        """Writes the record when the job shuts down, after tags and evaluations."""
        call = self

        # A plain function (the SDK reads its code object) without `await`: it is done in one step,
        # so that another callback's exception cannot cancel it.
        async def write_call_record(reason: str = "") -> None:
            call.finish(reason)

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
            if self._done:
                return
            self._done = True
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

    def _last_line(self, reason: Any, *, is_partial: bool) -> str:
        try:
            if isinstance(reason, str) and reason:
                self._inbox.append((f"{_OWN}shutdown", plain({"reason": reason}), time.time()))
            self._read_inbox()
            self._read_end()
            return self._line(is_partial=is_partial)
        except Exception as error:
            return to_json(plain(self._bare_event(error)))

    def _line(self, *, is_partial: bool) -> str:
        return fit(build(self._facts, time.time(), is_partial=is_partial), self._settings.limit)

    def _bare_event(self, error: Exception) -> dict[str, Any]:
        """What is certain of a call whose event cannot be made."""
        return {
            "_event_type": "session_analytics",
            "_timestamp": iso_time(time.time()),
            **latest(self._facts, "call"),
            "recorder_errors": [f"event: {type(error).__name__}"],
        }


_OWN = "own:"
_CALLS: WeakValueDictionary[int, Call] = WeakValueDictionary()
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


def record(session: Any, ctx: Any = None, **options: Any) -> Call:
    """Records a session from now on and writes one line at the end of the call. Never raises.

    Call it before `session.start()`. `ctx` is the job's context, by default that of the job which
    runs now; outside of a job the line is written when the session closes. Options:

    - `redact`: a function of a text that returns a text, for all that a caller or a tool said
    - `prices`: USD by model prefix and unit, beside or instead of the list prices
    - `discover`: whether signals are looked for in the caller's words (True)
    - `journal`: whether a file keeps the call until its line is written (True), or its folder
    - `checkpoint_seconds`: how often a partial record is written while the call goes on (never)
    - `limit`: bytes of the line, also when escaped once more (900,000)
    - `sink`: "log", "firehose" (with `stream`, else VOICE_ANALYTICS_STREAM), or a function

    All other options are fields of the event, as in `Call.set`: `participant_id`, `user_metadata`,
    `consent_obtained`, `agent_version`, … A second call for a session that is being recorded
    returns the first one's Call.
    """
    known = {name: options.pop(name) for name in Settings.__dataclass_fields__ if name in options}
    recorded = _CALLS.get(id(session))
    if recorded is not None and not recorded.is_done:
        recorded.set(**options)
        return recorded
    job = livekit.current_job() if ctx is None else ctx
    call = Call(session, job, Settings(**known))
    try:
        _CALLS[id(session)] = call
        call.start(options)
    except Exception as error:
        complain(f"the call is not recorded: {type(error).__name__}")
    return call
