"""The prompt of `voice-analytics local query`: SQL or a saved query's name, with history and completion."""

import os
import shlex
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import SqlLexer
from rich.console import Console

from voice_analytics.errors import UserError
from voice_analytics.local.ask import ask
from voice_analytics.local.athena import Lake, open_lake
from voice_analytics.local.catalog import list_queries, list_views
from voice_analytics.local.days import days_of
from voice_analytics.local.results import print_table
from voice_analytics.saved_queries import queries

_KEYWORDS = (
    "SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT AS AND OR NOT IN BETWEEN LIKE IS NULL DISTINCT WITH JOIN LEFT CROSS UNNEST"
    " ORDINALITY ON USING CASE WHEN THEN ELSE END UNION ALL DESC ASC COUNT SUM AVG MIN MAX APPROX_PERCENTILE"
)
_WELCOME = """SQL that ends in ;  or the name of a saved query.  queries, views: what there is.  exit (or Ctrl-D): leave.
Alt-Enter begins a new line, Tab completes."""


def prompt(folder: Path) -> None:
    """Answer questions until the user leaves. Raises UserError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise UserError(
            "there is no query, and no terminal to ask for one", "give SQL, a saved query's name, or - for standard input"
        )
    with open_lake(folder) as lake:
        print(_WELCOME)
        converse(session(lake), lake, days_of(folder))


def session(lake: Lake) -> PromptSession[str]:
    """A prompt that completes the lake's names and remembers what was typed, across runs."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "voice-analytics"
    state.mkdir(parents=True, exist_ok=True)
    return PromptSession(
        "athena> ",
        multiline=True,
        prompt_continuation="     -> ",
        history=FileHistory(state / "history"),
        auto_suggest=AutoSuggestFromHistory(),
        completer=_Names(lake),
        lexer=PygmentsLexer(SqlLexer),
        key_bindings=_keys(),
    )


def converse(asked: PromptSession[str], lake: Lake, days: tuple[date, date]) -> None:
    """Answer what is typed; a mistake costs its own question alone."""
    while True:
        try:
            text = asked.prompt().strip().removesuffix(";").strip()
        except KeyboardInterrupt:
            continue  # what was typed is thrown away, as in a shell
        except EOFError:
            return
        if text in {"exit", "quit"}:
            return
        try:
            _answer(text, lake, days)
        except UserError as error:
            Console(stderr=True, soft_wrap=True).print(f"error: {error}", style="red", markup=False, highlight=False)


def _answer(text: str, lake: Lake, days: tuple[date, date]) -> None:
    match text.split():
        case []:
            print(_WELCOME)
        case ["views"]:
            list_views()
        case ["queries"]:
            list_queries()
        case [name, *_] if name in queries():
            print_table(ask(name, shlex.split(text)[1:], lake, days))
        case _:
            print_table(ask(text, (), lake, days))


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        """Ask what is whole: a word or two that are no SQL, or what ends in a semicolon."""
        buffer = event.current_buffer
        words = buffer.text.split()
        if not words or words[-1].endswith(";") or words[0] in {"exit", "quit", "views", "queries", *queries()}:
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    return keys


class _Names(Completer):
    """Tables, views, their columns, saved queries, and SQL's words; behind `table.` that table's columns alone."""

    def __init__(self, lake: Lake) -> None:
        self._columns = {name: [column.name for column in columns] for name, columns in lake.tables.items()}
        self._words = {word.lower(): "SQL" for word in _KEYWORDS.split()}
        self._words |= {column: "column" for columns in self._columns.values() for column in columns}
        self._words |= dict.fromkeys(queries(), "saved query") | dict.fromkeys(self._columns, "table")

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What the word before the cursor may become."""
        del complete_event
        typed = document.get_word_before_cursor(pattern=None)
        before = document.text_before_cursor.removesuffix(typed)
        if before.endswith(".") and (table := before.removesuffix(".").split()[-1]) in self._columns:
            words = dict.fromkeys(self._columns[table], "column")
        else:
            words = self._words
        for word, kind in sorted(words.items()):
            if word.startswith(typed.lower()) and typed:
                yield Completion(word, start_position=-len(typed), display_meta=kind)
