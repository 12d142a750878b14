"""CREATE VIEW, CREATE TABLE AS, UNLOAD and DROP: what they make stands in the scratch folder."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from athena_duckdb import QueryError, Result, run
from athena_duckdb.grammar import parse_statement, refused, source_text
from athena_duckdb.results import Column, Translation
from athena_duckdb.scope import identifier
from athena_duckdb.type_names import to_hive
from athena_duckdb.types import BIGINT, quoted
from voice_analytics.lake.scratch import FOLDER, Scratch, literal

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


def carry_out(sql: str, scratch: Scratch, translate: Translate) -> Result:
    """Carry out a statement. Raises QueryError for what Athena refuses, or the engine must."""
    if unload := _UNLOAD.fullmatch(sql):
        return _unload(unload, scratch, translate)
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
            _make(statement, name, scratch, replace=bool(statement.REPLACE()))
            query = source_text(statement.query())
            _check_names(translate(query).columns)
            scratch.add_view(name, query)
        case "CreateTableAsSelect":
            if statement.EXISTS() and name in scratch.database:
                return _NOTHING
            _make(statement, name, scratch, replace=False)
            return _create_table(statement, name, scratch, translate)
        case _:
            _drop(statement, name, scratch)
    return _NOTHING


def _make(statement: Any, name: str, scratch: Scratch, *, replace: bool) -> None:
    """Refuse a name that is taken. The lake's own tables and views are never replaced."""
    own = name in scratch.names()
    if (own and not replace) or (not own and name in scratch.database):
        hint = "write CREATE OR REPLACE VIEW, or DROP it" if own else "choose another name"
        raise refused(statement, f"'{name}' already exists", hint)
    scratch.folder.mkdir(exist_ok=True)


def _create_table(statement: Any, name: str, scratch: Scratch, translate: Translate) -> Result:
    query = statement.query() or statement.rootQuery()
    made = translate(source_text(query))
    _check_names(made.columns)
    for column in made.columns:
        try:
            to_hive(column.type)
        except ValueError:
            problem = f"Unsupported Hive type: {column.type} of column {column.name}"
            raise refused(query, problem, "CAST it to varchar") from None
    file = scratch.folder / f"{name}.parquet"
    rows = _copy(made, file, scratch, "FORMAT parquet")
    columns = [[column.name, str(column.type)] for column in made.columns]
    file.with_suffix(".json").write_text(json.dumps(columns), encoding="utf-8")
    scratch.add_table(name)
    return rows


def _drop(statement: Any, name: str, scratch: Scratch) -> None:
    if name in scratch.names():
        scratch.drop(name)
    elif not statement.EXISTS():
        what = "is one of the lake's own" if name in scratch.database else "does not exist"
        raise refused(statement, f"'{name}' {what}", "DROP takes what CREATE has made here")


def _unload(found: re.Match[str], scratch: Scratch, translate: Translate) -> Result:
    asked = _FORMAT.search(found["properties"] or "")
    name = asked[1].upper() if asked else ""
    if name not in _FORMATS:
        raise QueryError(
            f"the local engine does not support UNLOAD with the format {name or 'left out'}",
            f"write WITH (format = 'PARQUET'), or one of {', '.join(_FORMATS)}",
        )
    parts = [part for part in found["path"].split("/") if part not in ("", ".", "..")]
    folder = scratch.folder.joinpath(*parts)
    if folder.exists() and any(folder.iterdir()):
        problem = f"HIVE_PATH_ALREADY_EXISTS: {FOLDER}/{'/'.join(parts)} is not empty"
        raise QueryError(problem, "give another path, or delete its files")
    folder.mkdir(parents=True)
    ending, words = _FORMATS[name]
    return _copy(translate(found["query"]), folder / f"part-0.{ending}", scratch, words)


def _copy(query: Translation, file: Path, scratch: Scratch, words: str) -> Result:
    columns = ", ".join(
        f"c{at} AS {quoted(column.name)}" for at, column in enumerate(query.columns)
    )
    copy = f"COPY (SELECT {columns} FROM ({query.sql})) TO {literal(file)} ({words})"  # noqa: S608
    return Result([Column("rows", BIGINT)], run(scratch.connection, Translation(copy, [])).rows)


def _check_names(columns: list[Column]) -> None:
    names = [column.name for column in columns]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise QueryError(f"Column name '{twice}' specified more than once", "name it with AS")
    for at, name in enumerate(names):
        if name == f"_col{at}":
            raise QueryError(f"Column name not specified at position {at + 1}", "name it with AS")
