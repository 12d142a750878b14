"""The database's views (schemas/views/*.sql) and saved queries (schemas/queries/*.sql).

A file is one SELECT under a header of comments. Every reader of these files (the nested stack's
generator, the local lake, the report, the documentation) has them from here.
"""

import re
from datetime import date
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

from voice_analytics.errors import UserError
from voice_analytics.project_files import ROOT

SCHEMAS = ROOT / "schemas"
# how every saved query says which days it reads
PERIOD = "dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')"

_WORDS = ("Question", "Audience", "Parameters")  # the first three lines of a saved query
_PARAMETER = re.compile(r"(\w+) \((\w+)\): (.+)")
_MEANING = re.compile(r"([a-z][a-z0-9_]*): (\S.*)")
_RELATION = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)")


class View(NamedTuple):
    """A view: its name is the file's, its description the first line of the header.

    `sql` is the whole file. The header says what each column means that is not a table's, in lines
    `-- column: meaning` that may go on in lines `--   meaning`.
    """

    name: str
    description: str
    sql: str

    @property
    def meanings(self) -> dict[str, str]:
        """The meaning of each column that the header describes, by the column's name."""
        meanings: dict[str, str] = {}
        column = ""
        for line in _header(self.sql):
            if match := _MEANING.fullmatch(line):
                column = match[1]
                meanings[column] = match[2]
            elif column and line.startswith("  "):
                meanings[column] += f" {line.strip()}"
            else:
                column = ""
        return meanings


class Parameter(NamedTuple):
    """A value that a saved query takes, for one `?`; `type` is Trino's word for it."""

    name: str
    type: str
    meaning: str


class Query(NamedTuple):
    """A saved query: what it answers and for whom; `parameters` in the order of the `?`.

    `sql` is the whole file.
    """

    name: str
    question: str
    audience: str
    parameters: tuple[Parameter, ...]
    sql: str

    @property
    def statement(self) -> str:
        """The query as AWS has it: no ? in a comment, as it might be taken for a parameter.

        With parameters, no header at all.
        """
        if self.parameters:
            return self.sql.split("\n", len(_header(self.sql)))[-1]
        return self.sql.replace(self.question, self.question.removesuffix("?"), 1)


@cache
def views(schemas: Path = SCHEMAS) -> dict[str, View]:
    """The views by name, each after those that it reads."""
    texts = {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted((schemas / "views").glob("*.sql"))
    }
    reads = {
        name: [other for other in relations(sql) if other in texts] for name, sql in texts.items()
    }
    return {
        name: View(name, _header(texts[name])[0], texts[name])
        for name in TopologicalSorter(reads).static_order()
    }


@cache
def queries(schemas: Path = SCHEMAS) -> dict[str, Query]:
    """The saved queries by name.

    Raises UserError for a file whose header does not say what it must.
    """
    return {path.stem: _query(path) for path in sorted((schemas / "queries").glob("*.sql"))}


def period(sql: str, first: date, last: date) -> str:
    """The query over other days than the last week: both ends belong to them."""
    return sql.replace(PERIOD, f"dt BETWEEN '{first.isoformat()}' AND '{last.isoformat()}'")


def relations(sql: str) -> list[str]:
    """The names that stand behind FROM and JOIN: of tables, views and WITH clauses."""
    return _RELATION.findall(_code(sql))


def statement_alone(sql: str) -> str:
    """SQL without the lines that are comments."""
    return "\n".join(line for line in sql.splitlines() if not line.lstrip().startswith("--"))


def _query(path: Path) -> Query:
    sql = path.read_text(encoding="utf-8")
    lines = _header(sql)
    try:
        question, audience, first = (
            _after(f"{word}: ", line) for word, line in zip(_WORDS, lines[:3], strict=True)
        )
        texts = [] if first == "none" else [first, *(line.strip() for line in lines[3:])]
        return Query(path.stem, question, audience, tuple(_parameter(text) for text in texts), sql)
    except ValueError as error:
        raise UserError(
            f"the header of {path} is not as agreed",
            "begin with lines -- Question: ... -- Audience: ... -- Parameters: none, or name "
            "(type): meaning",
        ) from error


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise ValueError(line)
    return line.removeprefix(word)


def _parameter(text: str) -> Parameter:
    if not (match := _PARAMETER.fullmatch(text)):
        raise ValueError(text)
    return Parameter(*match.groups())


def _header(sql: str) -> list[str]:
    lines = []
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").removeprefix(" "))
    return lines


def _code(sql: str) -> str:
    return "\n".join(line.partition("--")[0] for line in sql.splitlines())
