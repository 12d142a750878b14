"""The command `voice-analytics`.

An error that the user can correct is one line on stderr.
"""

import os
import sys

from cyclopts import App, CycloptsError
from rich.console import Console
from rich.text import Text

from voice_analytics.errors import UserError

app = App(
    name="voice-analytics",
    help="From the log line of a LiveKit voice agent to a row in Athena.",
    version_flags=["--version"],
)
local = App(
    name="local",
    help="""The whole pipeline on this machine, without AWS.

    A first look: voice-analytics local demo
    """,
)
app.command(local)
# By import path, so that a command loads only what it needs: DuckDB and pyarrow are slow to import.
local.command(
    "voice_analytics.cli.demo:demo",
    name="demo",
    help="Run a demo: a thousand invented calls, five questions, a report.",
)
local.command(
    "voice_analytics.cli.generate:generate_command",
    name="generate",
    help="Write the log of an invented voice agent.",
)
local.command(
    "voice_analytics.cli.run:run", name="run", help="Send log lines through the pipeline."
)
local.command(
    "voice_analytics.cli.query:query",
    name="query",
    help="Query the delivered rows with Athena SQL or a saved query.",
)
local.command("voice_analytics.cli.listing:list_views", name="views", help="List the views.")
local.command(
    "voice_analytics.cli.listing:list_queries",
    name="queries",
    help="List the saved queries and their questions.",
)
app.command(
    "voice_analytics.cli.report:report",
    name="report",
    help="Write a report of a lake, or of Athena, as an HTML page.",
)
app.command(
    "voice_analytics.cli.operate:app",
    name="operate",
    help="Keep a deployed stack right: replay what failed, and more.",
)


def main() -> None:
    """Run the command line; ends the process with its exit code."""
    mistake = 2 if sys.argv[1:2] == ["operate"] else 1  # there, 1 is a finding
    try:
        code = app(sys.argv[1:], exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except UserError as error:
        code = _print_error(str(error), error.exit_code or mistake)
    except CycloptsError as error:
        command = " ".join(["voice-analytics", *(error.command_chain or ())])
        code = _print_error(f"{' '.join(str(error).split())} See {command} --help.", mistake)
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


def _print_error(message: str, code: int) -> int:
    """Print the message in one line on stderr; returns the exit code."""
    Console(stderr=True, soft_wrap=True).print(Text.assemble(("error: ", "red"), message))
    return code
