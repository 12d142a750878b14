"""The line through `logging`, under a logger of its own at INFO.

Never straight to stdout: the job processes of a worker share its pipe, and long lines interleave
there. LiveKit's handler carries log records to the one process that writes.
"""

from __future__ import annotations

import logging
import sys

LOGGER_NAME = "voice_analytics_agent"
LOGGER = logging.getLogger(LOGGER_NAME)
# Whatever the worker's level is: at WARNING the records of calls would be dropped without a word.
# The worker's own process asks once more, so the package must be imported there too.
LOGGER.setLevel(logging.INFO)


def to_log(line: str) -> None:
    """Writes the line at INFO, past `logging.disable` and `disable_existing_loggers`.

    Where no handler is configured at all, the line goes to stdout: it must not be lost.
    """
    _log(logging.INFO, line)


def complain(problem: str) -> None:
    """Writes what is wrong with the recorder. Never what a caller said."""
    _log(logging.WARNING, problem)


def _log(level: int, message: str) -> None:
    try:
        LOGGER.disabled = False
        record = LOGGER.makeRecord(LOGGER_NAME, level, __file__, 0, message, (), None)
        if LOGGER.hasHandlers():
            LOGGER.handle(record)
        else:
            sys.stdout.write(f"{message}\n")
            sys.stdout.flush()
    except Exception:
        pass  # there is nowhere left to say it
