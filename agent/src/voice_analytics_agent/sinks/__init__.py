"""Where the line of a call goes: the log, a Firehose delivery stream, or a function."""

from __future__ import annotations

from collections.abc import Callable

from voice_analytics_agent.sinks.log import complain, to_log

Sink = str | Callable[[str], object]
Send = Callable[[str], None]


def sender(sink: Sink, stream: str | None = None) -> Send:
    """A function that delivers a line and raises nothing: what fails is written to the log."""
    if callable(sink):
        return _guarded(sink)
    if sink == "firehose":
        from voice_analytics_agent.sinks.firehose import to_firehose  # noqa: PLC0415

        return to_firehose(stream)
    if sink != "log":
        complain(f"unknown sink {str(sink)[:40]!r}: use 'log', 'firehose' or a function; using log")
    return to_log


def _guarded(function: Callable[[str], object]) -> Send:
    def send(line: str) -> None:
        try:
            function(line)
        except Exception as error:
            complain(f"the sink failed with {type(error).__name__}; the line goes to the log")
            to_log(line)

    return send
