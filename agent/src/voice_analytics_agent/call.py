"""`record(session, ctx)`, and what an agent may say of its call."""

from __future__ import annotations

import time
from typing import Any
from weakref import WeakValueDictionary

from voice_analytics_agent.hooks.job import current_job
from voice_analytics_agent.recording import Recording, Settings
from voice_analytics_agent.serialise import to_text
from voice_analytics_agent.sinks.log import complain


class Call:
    """One call. Its methods may be called from any thread, at any time; none of them raises.

    What is said after the record has been written has no effect.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        recording.call = self

    def set(self, /, **fields: Any) -> None:
        """Sets fields of the event, such as `user_email` or `outcome`. The later value wins."""
        self._recording.inbox.put_own("set", fields)

    def note(self, text: Any) -> None:
        """Adds a line to `conversation_notes`."""
        self._recording.inbox.put_own("note", {"text": to_text(text)})

    def signal(self, name: Any, value: Any) -> None:
        """Sets one of `discovered_signals`; it wins over what is found in the caller's words."""
        self._recording.inbox.put_own("signal", {"signals": {to_text(name) or "unnamed": value}})

    def consent(self, obtained: Any = True, at: Any = None) -> None:
        """Says that the caller agreed (or not) to the recording, now or at a time."""
        when = time.time() if at is None else at
        self.set(consent_obtained=obtained, consent_timestamp=when)

    def tool(self, name: Any, /, success: Any = True, **fields: Any) -> None:
        """Adds a call of a tool that is not one of the session's function tools."""
        self._recording.inbox.put_own("own_tool", {"tool": name, "success": success, **fields})

    def event(self) -> dict[str, Any]:
        """The event as it stands, for tests."""
        return self._recording.event()


# By the session's id. The session's handlers hold the recording, and that its session and its call.
_CALLS: WeakValueDictionary[int, Call] = WeakValueDictionary()


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
    call = _CALLS.get(id(session))
    if call is not None and not call._recording.is_done:  # noqa: SLF001 - a class of this module
        call.set(**options)
        return call
    recording = Recording(session, current_job() if ctx is None else ctx, Settings(**known))
    _CALLS[id(session)] = call = Call(recording)
    try:
        recording.start(options)
    except Exception as error:
        complain(f"the call is not recorded: {type(error).__name__}")
    return call
