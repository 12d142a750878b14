"""The prompt of `voice-analytics local query`: SQL, saved queries, and commands."""

import os
import shlex
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import SqlLexer
from rich.console import Console
from rich.text import Text

from voice_analytics.catalog.saved_queries import queries
from voice_analytics.catalog.tables import Table
from voice_analytics.cli.completion import Names
from voice_analytics.cli.prompt_commands import HELP, LEAVE, Prompt, is_command, run_command
from voice_analytics.errors import UserError
from voice_analytics.lake.ask import ask
from voice_analytics.lake.days import days_of
from voice_analytics.lake.engine import Lake, open_lake
from voice_analytics.lake.held_calls import hold_calls

# what begins a query that may go on after its first line
_SQL = {"select", "with", "values", "table", "show", "describe", "explain"}


def prompt(folder: Path, tables: Sequence[Table] | None = None) -> None:
    """Answer questions until the user leaves; UserError where standard input is not a terminal."""
    if not sys.stdin.isatty():
        raise UserError(
            "there is no query, and no terminal to ask for one",
            "give SQL, a saved query's name, or - for standard input",
        )
    with open_lake(folder, tables=tables) as lake:
        print(HELP)
        hold_calls(lake, folder)
        converse(session(lake), lake, days_of(folder))


def session(lake: Lake) -> PromptSession[str]:
    """A prompt that completes the lake's names and remembers what was typed, across runs."""
    return PromptSession(
        "athena> ",
        multiline=True,
        prompt_continuation="     -> ",
        history=_history(),
        auto_suggest=AutoSuggestFromHistory(),
        completer=Names(lake),
        lexer=PygmentsLexer(SqlLexer),
        key_bindings=_keys(),
    )


def converse(typed: PromptSession[str], lake: Lake, days: tuple[date, date]) -> None:
    """Answer what is typed; a mistake costs only its own question, as does Ctrl-C."""
    state = Prompt(lake)
    while True:
        try:
            text = typed.prompt().strip().removesuffix(";").strip()
        except KeyboardInterrupt:
            if typed.app.input.closed:
                return
            continue  # what was typed is discarded, as in a shell
        except (EOFError, OSError):  # Ctrl-D; a terminal that was closed
            return
        if text in LEAVE:
            return
        try:
            _answer(text, state, days)
        except UserError as error:
            _print_error(f"error: {error}")
        except KeyboardInterrupt:
            _print_error("interrupted")


def _answer(text: str, state: Prompt, days: tuple[date, date]) -> None:
    if not text:
        return
    if is_command(text):
        run_command(text, state)
        return
    values = []
    if text.split(maxsplit=1)[0] in queries():
        text, *values = _words(text)
    with state.timed():
        result = ask(text, values, state.lake, days)
    state.show(result)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UserError(
            f"the values cannot be told apart ({error})", "put a value with blanks in quotes"
        ) from None


def _print_error(message: str) -> None:
    from voice_analytics.printable import printable  # noqa: PLC0415

    Console(stderr=True, soft_wrap=True).print(Text(printable(message), "red"))


def _history() -> History:
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state")
    try:
        (state / "voice-analytics").mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:  # a home that cannot be written
        return InMemoryHistory()
    return FileHistory(state / "voice-analytics" / "history")


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if (last := buffer.text.rpartition("\n")[2].strip()) in LEAVE:
            buffer.text = last  # also below the first lines of a query
        if _is_whole(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    return keys


def _is_whole(text: str) -> bool:
    """Whether Enter ends the input: SQL ends in a semicolon, anything else with its line."""
    words = text.lower().split()
    return (
        not words or words[-1].endswith(";") or not (words[0] in _SQL or words[0].startswith("("))
    )
