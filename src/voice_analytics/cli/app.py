"""The command `voice-analytics`.

What a user can mend is told in one line on stderr, with exit code 1.
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
    help="""The whole chain on this machine, without AWS.

    A first walk through it: voice-analytics local demo
    """,
)
app.command(local)
# Named by their place, so that a command loads what it needs alone: DuckDB and pyarrow take their
# time.
local.command(
    "voice_analytics.cli.demo:demo",
    name="demo",
    help="See it at work: a thousand invented calls, five questions, a report.",
)
local.command(
    "voice_analytics.cli.generate:generate_command",
    name="generate",
    help="Invent the log of a voice agent.",
)
local.command("voice_analytics.cli.run:run", name="run", help="Send log lines through the chain.")
local.command(
    "voice_analytics.cli.query:query",
    name="query",
    help="Ask the result in Athena SQL, or by a saved query's name.",
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
    help="Draw the answers as a page, of a lake or of Athena.",
)


def main() -> None:
    """Run the command line; ends the process with its exit code."""
    try:
        code = app(sys.argv[1:], exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except UserError as error:
        code = _tell(str(error))
    except CycloptsError as error:
        command = " ".join(["voice-analytics", *(error.command_chain or ())])
        code = _tell(f"{' '.join(str(error).split())} See {command} --help.")
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


def _tell(message: str) -> int:
    """The message in one line on stderr; the exit code."""
    Console(stderr=True, soft_wrap=True).print(Text.assemble(("error: ", "red"), message))
    return 1
