"""Views and tables that a person makes of a lake's: CREATE VIEW, CREATE TABLE AS, UNLOAD, DROP.

They stand in the lake's folder `scratch/`: a view as NAME.sql, a table as NAME.parquet with its
columns in NAME.json, what UNLOAD writes under the path of its address. Nothing else of the lake is
ever written to.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from athena_duckdb import QueryError, Result
from athena_duckdb.grammar import parse_statement, refused, source_text
from athena_duckdb.results import Column, Translation
from athena_duckdb.scope import identifier
from athena_duckdb.type_names import from_text, to_hive
from athena_duckdb.types import BIGINT, quoted
from voice_analytics.catalog.saved_queries import View
from voice_analytics.lake.views import Database

FOLDER = "scratch"
_UNLOAD = re.compile(
    r"\s*UNLOAD\s*\((?P<query>.*)\)\s*TO\s*'s3://[^/']+/(?P<path>[^']*)'"
    r"\s*(WITH\s*\((?P<properties>[^()]*)\))?[\s;]*",
    re.IGNORECASE | re.DOTALL,
)
_FORMAT = re.compile(r"format\s*=\s*'(\w+)'", re.IGNORECASE)
_FORMATS = {  # of UNLOAD, with the ending of the file and DuckDB's words
    "PARQUET": ("parquet", "FORMAT parquet"),
    "JSON": ("json", "FORMAT json"),
    "TEXTFILE": ("csv", "FORMAT csv, HEADER false, DELIMITER '\\x01'"),
}
_MAKING = ("CreateView", "CreateTableAsSelect", "DropView", "DropTable")
_NOTHING = Result([], [])

type Translate = Callable[..., Translation]  # of a query, and the values of its `?`


class Scratch:
    """The scratch folder of a lake, and what of it the database knows."""

    def __init__(self, folder: Path, connection: Any, database: Database) -> None:
        self._folder = folder
        self.connection = connection
        self.database = database
        for file in sorted(folder.glob("*.parquet")):
            self._add_table(file.stem)
        for file in sorted(folder.glob("*.sql")):
            database.add_view(View(file.stem, "", file.read_text(encoding="utf-8")))

    def is_empty(self) -> bool:
        """Whether nothing has been made, so that kept translations are still true."""
        return not any(self._folder.glob("*"))

    def answer(self, sql: str, translate: Translate) -> Result:
        """Carry out a statement. Raises QueryError for what Athena refuses, or the engine must."""
        if unload := _UNLOAD.fullmatch(sql):
            return self._unload(unload, translate)
        statement = parse_statement(sql)
        kind = type(statement).__name__.removesuffix("Context")
        if kind not in _MAKING:
            raise refused(
                statement,
                f"the local engine does not support {statement.start.text.upper()} in this form",
                "write CREATE VIEW name AS SELECT …, CREATE TABLE name AS SELECT … or UNLOAD",
            )
        name = identifier(statement.qualifiedName().identifier()[-1])
        match kind:
            case "CreateView":
                self._make(statement, name, replace=bool(statement.REPLACE()))
                self._create_view(name, source_text(statement.query()), translate)
            case "CreateTableAsSelect":
                if statement.EXISTS() and name in self.database:
                    return _NOTHING
                self._make(statement, name, replace=False)
                return self._create_table(statement, name, translate)
            case _:
                self._drop(statement, name)
        return _NOTHING

    def _make(self, statement: Any, name: str, *, replace: bool) -> None:
        """Refuse a name that is taken. The lake's own tables and views are never replaced."""
        own = name in self._names()
        if (own and not replace) or (not own and name in self.database):
            hint = "write CREATE OR REPLACE VIEW, or DROP it" if own else "choose another name"
            raise refused(statement, f"'{name}' already exists", hint)
        self._folder.mkdir(exist_ok=True)

    def _names(self) -> set[str]:
        return {file.stem for file in self._files()}

    def _files(self) -> Iterator[Path]:
        for ending in ("sql", "parquet"):
            yield from self._folder.glob(f"*.{ending}")

    def _create_view(self, name: str, query: str, translate: Translate) -> None:
        _check_names(translate(query).columns)
        (self._folder / f"{name}.sql").write_text(query, encoding="utf-8")
        self._forget(name)
        self.database.add_view(View(name, "", query))

    def _create_table(self, statement: Any, name: str, translate: Translate) -> Result:
        query = statement.query() or statement.rootQuery()
        made = translate(source_text(query))
        _check_names(made.columns)
        for column in made.columns:
            try:
                to_hive(column.type)
            except ValueError:
                problem = f"Unsupported Hive type: {column.type} of column {column.name}"
                raise refused(query, problem, "CAST it to varchar") from None
        file = self._folder / f"{name}.parquet"
        rows = self._copy(made, file, "FORMAT parquet")
        columns = [[column.name, str(column.type)] for column in made.columns]
        file.with_suffix(".json").write_text(json.dumps(columns), encoding="utf-8")
        self._add_table(name)
        return rows

    def _add_table(self, name: str) -> None:
        file = self._folder / f"{name}.parquet"
        listed = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        columns = [Column(column, from_text(of)) for column, of in listed]
        items = ", ".join(
            f"CAST({quoted(one.name)} AS {one.type.duckdb}) AS {quoted(one.name)}"
            for one in columns
        )
        source = f"read_parquet({_literal(file)})"
        self.connection.execute(
            f"CREATE OR REPLACE VIEW {quoted(name)} AS SELECT {items} FROM {source}"  # noqa: S608
        )
        self.database.add_table(name, columns)

    def _drop(self, statement: Any, name: str) -> None:
        if name not in self._names():
            if statement.EXISTS():
                return
            what = "is one of the lake's own" if name in self.database else "does not exist"
            raise refused(statement, f"'{name}' {what}", "DROP takes what CREATE has made here")
        for ending in ("sql", "parquet", "json"):
            (self._folder / f"{name}.{ending}").unlink(missing_ok=True)
        self._forget(name)

    def _forget(self, name: str) -> None:
        self.database.remove(name)
        self.connection.execute(f"DROP VIEW IF EXISTS {quoted(name)}")

    def _unload(self, found: re.Match[str], translate: Translate) -> Result:
        asked = _FORMAT.search(found["properties"] or "")
        name = asked[1].upper() if asked else ""
        if name not in _FORMATS:
            raise QueryError(
                f"the local engine does not support UNLOAD with the format {name or 'left out'}",
                f"write WITH (format = 'PARQUET'), or one of {', '.join(_FORMATS)}",
            )
        parts = [part for part in found["path"].split("/") if part not in ("", ".", "..")]
        folder = self._folder.joinpath(*parts)
        if folder.exists() and any(folder.iterdir()):
            problem = f"HIVE_PATH_ALREADY_EXISTS: {FOLDER}/{'/'.join(parts)} is not empty"
            raise QueryError(problem, "give another path, or delete its files")
        folder.mkdir(parents=True)
        ending, words = _FORMATS[name]
        return self._copy(translate(found["query"]), folder / f"part-0.{ending}", words)

    def _copy(self, query: Translation, file: Path, words: str) -> Result:
        from athena_duckdb import run  # noqa: PLC0415 - it loads the functions

        columns = ", ".join(
            f"c{at} AS {quoted(column.name)}" for at, column in enumerate(query.columns)
        )
        copy = f"COPY (SELECT {columns} FROM ({query.sql})) TO {_literal(file)} ({words})"  # noqa: S608
        return Result([Column("rows", BIGINT)], run(self.connection, Translation(copy, [])).rows)


def _check_names(columns: list[Column]) -> None:
    names = [column.name for column in columns]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise QueryError(f"Column name '{twice}' specified more than once", "name it with AS")
    for at, name in enumerate(names):
        if name == f"_col{at}":
            raise QueryError(f"Column name not specified at position {at + 1}", "name it with AS")


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
