"""The commands, and how an error in a command line is worded."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from itertools import takewhile
from typing import Annotated, Literal

from cyclopts import App, CoercionError, CycloptsError, Parameter

from voice_analytics.errors import UsageError

_OPTION = re.compile(r"--[A-Za-z][\w-]*|-[A-Za-z]")
_HELP_FLAGS = {"--help", "-h", "--version"}

app = App(
    name="voice-analytics",
    help="From the log line of a LiveKit voice agent to a row in Athena.",
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,  # main says that it was interrupted
)
local = App(
    name="local",
    help="""The whole pipeline on this machine, without AWS.

    Example: voice-analytics local demo --out demo
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
local.command(
    "voice_analytics.cli.leads:leads",
    name="leads",
    help="List the hot leads that the lead alerts would tell.",
)
local.command(
    "voice_analytics.cli.operate.erase:forget_local",
    name="forget",
    help="Erase a person from a local lake.",
)
app.command(
    "voice_analytics.cli.report:report",
    name="report",
    help="Write a report of a lake, or of Athena, as an HTML page.",
)
app.command(
    "voice_analytics.cli.insights:insights",
    name="insights",
    help="List themes of what callers ask, object to and wish for.",
)
app.command(
    "voice_analytics.cli.explore:explore",
    name="explore",
    help="Look at the calls of a lake, or of Athena, in a browser.",
)
app.command(
    "voice_analytics.cli.operate:app",
    name="operate",
    help="""Keep a deployed stack right: check, replay, backfill, compact, cost, tail.

    What changes something prints its plan and ends; --yes acts.

    Exit codes: 0 fine, 1 a finding, 2 wrong usage, 3 AWS refused (the missing action is named).
    """,
)

app.command(
    "voice_analytics.cli.check:check",
    name="check",
    help="Say what is recognised in an agent's log, and why a line is rejected.",
)


@app.command(name="completion", help="Print or install the completion script of a shell.")
def print_completion(
    shell: Literal["bash", "zsh", "fish", "powershell"],
    /,
    *,
    install: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Print the script that completes commands, options and names in a shell, or install it.

    Example: voice-analytics completion zsh --install

    Parameters
    ----------
    shell
        The shell that reads the script.
    install
        Write the script where the shell reads it, and print that place.

    """
    print(app.install_completion(shell=shell) if install else app.generate_completion(shell=shell))


def show_whole_help(arguments: list[str]) -> None:
    """Give the command that is asked for help its docstring in place of its line in the lists.

    The line stands where the command is registered, so that a list of commands loads none of them.
    """
    _, apps, _ = app.parse_commands([word for word in arguments if word not in _HELP_FLAGS])
    command = apps[-1].default_command
    if command and not command.__module__.startswith("cyclopts"):
        apps[-1].help = None


def refuse_unknown_options(arguments: list[str]) -> None:
    """Raises UsageError for an option that the command does not have.

    It is named before anything else that may be wrong; cyclopts would take it for a value, or
    report a missing option first.
    """
    chain, apps, rest = app.parse_commands(arguments)
    command = apps[-1].default_command
    if command is None or command.__module__.startswith("cyclopts"):  # a group of commands
        names, rest = _HELP_FLAGS, rest[:1]  # below a command that it does not have, who knows
    else:
        collection = apps[-1].assemble_argument_collection()
        names = {name for argument in collection for name in argument.names} | _HELP_FLAGS
    for word in takewhile(lambda word: word != "--", rest):
        name = word.partition("=")[0]
        if _OPTION.fullmatch(name) and name not in names:
            near = get_close_matches(name, names - {"--version"}, n=1)
            hint = f"did you mean {near[0]}?" if near else f"see {_help_of(chain)}"
            raise UsageError(f"unknown option {name}", hint)


def explain(error: CycloptsError) -> str:
    """What is wrong with a command line, and where its help is: in one line."""
    problem = " ".join(str(error).split())
    if isinstance(error, CoercionError) and problem.endswith(("into date.", "into datetime.")):
        problem += " Write it as 2026-11-21."
    return f"{problem} See {_help_of(error.command_chain or ())}."


def _help_of(chain: Sequence[str]) -> str:
    return " ".join(["voice-analytics", *chain, "--help"])
