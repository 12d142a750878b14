"""The prompt of `voice-analytics local query`.

SQL or a saved query's name, with history and completion.
"""

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

from voice_analytics.catalog.saved_queries import queries
from voice_analytics.cli.listing import list_queries, list_views
from voice_analytics.cli.results import print_table
from voice_analytics.errors import UserError
from voice_analytics.lake.ask import ask
from voice_analytics.lake.days import days_of
from voice_analytics.lake.engine import Lake, open_lake

_KEYWORDS = (
    "SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT AS AND OR NOT IN BETWEEN LIKE IS NULL DISTINCT "
    "WITH JOIN LEFT CROSS UNNEST"
    " ORDINALITY ON USING CASE WHEN THEN ELSE END UNION ALL DESC ASC COUNT SUM AVG MIN MAX "
    "APPROX_PERCENTILE"
)
_WELCOME = """\
SQL that ends in ;  or the name of a saved query.  queries, views: lists.  exit, Ctrl-D: leave.
Tab completes, Alt-Enter begins a new line, Ctrl-C discards the input or stops the query."""
_LEAVE, _HELP = {"exit", "quit"}, {"help", "?"}
_SQL = {
    "select",
    "with",
    "values",
    "table",
    "show",
    "describe",
    "explain",
}  # what may stand alone on the first line of a query
_MOST_ROWS = 1_000  # that a prompt shows: nobody reads more, and --csv gives all


def prompt(folder: Path) -> None:
    """Answer questions until the user leaves. Raises UserError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise UserError(
            "there is no query, and no terminal to ask for one",
            "give SQL, a saved query's name, or - for standard input",
        )
    with open_lake(folder) as lake:
        print(_WELCOME)
        converse(session(lake), lake, days_of(folder))


def session(lake: Lake) -> PromptSession[str]:
    """A prompt that completes the lake's names and remembers what was typed, across runs."""
    state = (
        Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "voice-analytics"
    )
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
        if text in _LEAVE:
            return
        try:
            _answer(text, lake, days)
        except UserError as error:
            _tell(f"error: {error}")
        except KeyboardInterrupt:
            _tell("interrupted")


def _tell(message: str) -> None:
    Console(stderr=True, soft_wrap=True).print(message, style="red", markup=False, highlight=False)


def _answer(text: str, lake: Lake, days: tuple[date, date]) -> None:
    match text.split():
        case []:
            return
        case [word] if word in _HELP:
            print(_WELCOME)
        case ["views"]:
            list_views()
        case ["queries"]:
            list_queries()
        case [name, *_] if name in queries():
            print_table(ask(name, _values(text), lake, days), _MOST_ROWS)
        case _:
            print_table(ask(text, (), lake, days), _MOST_ROWS)


def _values(text: str) -> list[str]:
    try:
        return shlex.split(text)[1:]
    except ValueError as error:
        raise UserError(
            f"the values cannot be told apart ({error})", "put a value with blanks in quotes"
        ) from None


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.text.rpartition("\n")[2].strip() in _LEAVE:
            buffer.text = "exit"  # also below the first lines of a query
        if _is_whole(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    return keys


def _is_whole(text: str) -> bool:
    """What ends in a semicolon, and what begins with a word that begins no SQL.

    A saved query, a command, a mistake.
    """
    words = text.lower().split()
    return (
        not words or words[-1].endswith(";") or not (words[0] in _SQL or words[0].startswith("("))
    )


class _Names(Completer):
    """Tables, views, their columns, saved queries, and SQL's words.

    Behind `table.` that table's columns alone.
    """

    def __init__(self, lake: Lake) -> None:
        self._columns = {
            name: [column.name for column in columns] for name, columns in lake.tables.items()
        }
        self._words = {word.lower(): "SQL" for word in _KEYWORDS.split()}
        self._words |= {
            column: "column" for columns in self._columns.values() for column in columns
        }
        self._words |= dict.fromkeys(queries(), "saved query") | dict.fromkeys(
            self._columns, "table"
        )

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """What the word before the cursor may become."""
        del complete_event
        typed = document.get_word_before_cursor(pattern=None)
        before = document.text_before_cursor.removesuffix(typed)
        if (
            before.endswith(".")
            and (table := before.removesuffix(".").split()[-1]) in self._columns
        ):
            words = dict.fromkeys(self._columns[table], "column")
        else:
            words = self._words
        for word, kind in sorted(words.items()):
            if word.startswith(typed.lower()) and typed:
                yield Completion(word, start_position=-len(typed), display_meta=kind)
