"""Completion at the prompt: tables, columns, functions, saved queries, and SQL's words."""

from collections.abc import Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from athena_duckdb.calls import answered_functions
from voice_analytics.catalog.saved_queries import queries
from voice_analytics.cli.prompt_commands import COMMANDS
from voice_analytics.lake.engine import Lake

_KEYWORDS = (
    "SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT AS AND OR NOT IN BETWEEN LIKE IS NULL DISTINCT "
    "WITH JOIN LEFT CROSS UNNEST ORDINALITY ON USING CASE WHEN THEN ELSE END UNION ALL DESC ASC"
)


class Names(Completer):
    """The lake's names. Behind `table.` only the columns of that table are completed."""

    def __init__(self, lake: Lake) -> None:
        self._columns = {
            name: [column.name for column in columns] for name, columns in lake.tables.items()
        }
        self._words = {word.lower(): "SQL" for word in _KEYWORDS.split()}
        self._words |= dict.fromkeys(answered_functions(), "function")
        self._words |= {
            column: "column" for columns in self._columns.values() for column in columns
        }
        self._words |= dict.fromkeys(queries(), "saved query")
        self._words |= dict.fromkeys(self._columns, "table")

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """What the word before the cursor may become."""
        del complete_event
        line = document.text_before_cursor
        if line.startswith(("\\", ".")) and " " not in line:
            for command, meaning in COMMANDS.items():
                if command.startswith(line):
                    yield Completion(command, start_position=-len(line), display_meta=meaning)
            return
        typed = document.get_word_before_cursor(pattern=None)
        for word, kind in sorted(self._candidates(line.removesuffix(typed)).items()):
            if word.startswith(typed.lower()) and typed:
                yield Completion(word, start_position=-len(typed), display_meta=kind)

    def _candidates(self, before: str) -> dict[str, str]:
        table = before.removesuffix(".").split()[-1:] if before.endswith(".") else []
        if table and table[0] in self._columns:
            return dict.fromkeys(self._columns[table[0]], "column")
        if before.rstrip().endswith("\\d"):
            return dict.fromkeys(self._columns, "table")
        return self._words
