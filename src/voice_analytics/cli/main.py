"""The process `voice-analytics`: its exit code, and one line on stderr for an error.

0: done; 1: the data or the environment is at fault; 2: the command is; 130: Ctrl-C. Imports nothing
slow, so that `--version` and Ctrl-C answer at once.
"""

import errno
import os
import signal
import sys

_FAILED, _MISUSED, _INTERRUPTED = 1, 2, 130


def main() -> None:
    """Run the command line; ends the process with its exit code."""
    try:
        code = _run(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one would end it with a traceback
        print("interrupted", file=sys.stderr)
        code = _INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        _discard_output()
        code = 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _discard_output()
        print("error: no space is left on the disk: free some, or write elsewhere", file=sys.stderr)
        code = _FAILED
    sys.exit(code)


def _discard_output() -> None:
    """What is still to be written to standard output would fail once more when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: list[str]) -> int:
    if arguments == ["--version"]:
        from importlib.metadata import version  # noqa: PLC0415

        print(version("voice-analytics"))
        return 0
    from cyclopts import CycloptsError  # noqa: PLC0415

    from voice_analytics.cli.app import (  # noqa: PLC0415
        app,
        explain,
        refuse_unknown_options,
        show_whole_help,
    )
    from voice_analytics.errors import UserError  # noqa: PLC0415

    try:
        refuse_unknown_options(arguments)
        if not {"--help", "-h"}.isdisjoint(arguments):
            show_whole_help(arguments)
        return int(app(arguments, exit_on_error=False, print_error=False) or 0)
    except CycloptsError as error:
        return _print_error(explain(error), _MISUSED)
    except UserError as error:
        # a command of operate that exits with 1 has found something
        otherwise = _MISUSED if arguments[:1] == ["operate"] else _FAILED
        return _print_error(str(error), error.exit_code or otherwise)


def _print_error(message: str, code: int) -> int:
    """Print the message in one line on stderr; returns the exit code."""
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from voice_analytics.printable import printable  # noqa: PLC0415

    text = Text.assemble(("error: ", "red"), printable(message))
    Console(stderr=True, soft_wrap=True).print(text)
    return code
