"""Athena on one machine.

The tables and the views of the database over a folder, asked in Athena SQL. Times are UTC.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import athena_duckdb
from athena_duckdb import QueryError, Result
from athena_duckdb.engine import create_view
from athena_duckdb.results import Translation
from athena_duckdb.types import quoted
from voice_analytics.catalog.folders import recorded_tables
from voice_analytics.catalog.saved_queries import SCHEMAS, views
from voice_analytics.catalog.tables import Table
from voice_analytics.errors import UserError
from voice_analytics.lake.files import HIDDEN, is_lake, select
from voice_analytics.lake.scratch import FOLDER, Scratch
from voice_analytics.lake.translations import NOT_KEPT, Translations
from voice_analytics.lake.views import DATABASE, Database

if TYPE_CHECKING:
    from athena_duckdb.parameters import Value

__all__ = ["Lake", "Result", "open_lake", "run_query"]


class Lake(NamedTuple):
    """An open lake.

    DuckDB with the tables and views in it, their columns as Athena types them, what was made of
    them, and the translations of earlier queries.
    """

    connection: Any
    tables: Database
    scratch: Scratch
    translations: Translations = NOT_KEPT


@contextmanager
def open_lake(
    folder: Path, schemas: Path = SCHEMAS, tables: Sequence[Table] | None = None
) -> Iterator[Lake]:
    """Open the lake in a folder that `voice-analytics local run` has written.

    `schemas` holds its views. `tables` are by default those that the run recorded. Raises UserError
    where there is no lake; a lake without rows answers with none.
    """
    _refuse_missing(folder)
    tables = recorded_tables(folder) if tables is None else tables
    if not is_lake(folder, tables):
        raise UserError(
            f"no delivered sessions in {folder}",
            f"fill it with: voice-analytics local run FILE --out {folder}",
        )
    with athena_duckdb.connect() as connection:
        for table in tables:
            connection.execute(
                f"CREATE VIEW {quoted(table.name)} AS {select(connection, folder, table)}"
            )

        create = partial(create_view, connection)
        translations = Translations.of(schemas)
        database = Database(views(schemas), create, translations)
        scratch = Scratch(folder / FOLDER, connection, database)
        yield Lake(connection, database, scratch, translations)


def _refuse_missing(folder: Path) -> None:
    if not folder.exists():
        raise UserError(
            f"there is no folder {folder}",
            f"fill it with: voice-analytics local run FILE --out {folder}",
        )
    if not folder.is_dir():
        raise UserError(
            f"{folder} is a file", "give the folder that voice-analytics local run has written"
        )


def run_query(sql: str, lake: Lake, parameters: "Sequence[Value]" = ()) -> Result:
    """Return the result of an Athena SQL query.

    `parameters` are what its `?` stand for, in their order. Raises UserError for what Athena
    would refuse, and for what the local engine must; KeyboardInterrupt where Ctrl-C ends it.
    """
    try:
        translation = translation_of(sql, lake, parameters)
        if isinstance(translation, Result):
            return translation
        return athena_duckdb.run(lake.connection, translation)
    except QueryError as error:
        raise UserError(error.problem, error.hint) from error


def write_parquet(sql: str, lake: Lake, file: Path, parameters: "Sequence[Value]" = ()) -> int:
    """Write the result of a query to a Parquet file; returns the number of rows.

    Raises UserError as `run_query` does, for two columns of one name, and for a file that cannot be
    written.
    """
    try:
        translation = translation_of(sql, lake, parameters)
        if isinstance(translation, Result):
            raise UserError("--parquet takes a SELECT", "use --json or --csv for SHOW and DESCRIBE")
        names = [column.name for column in translation.columns]
        if twice := [name for name in names if names.count(name) > 1]:
            raise UserError(f"two columns are called {twice[0]}", "name them apart with AS")
        columns = ", ".join(f"c{index} AS {quoted(name)}" for index, name in enumerate(names))
        target = "'" + str(file).replace("'", "''") + "'"
        copy = f"COPY (SELECT {columns} FROM ({translation.sql})) TO {target} (FORMAT parquet)"  # noqa: S608 - our own text
        [(rows,)] = athena_duckdb.run(lake.connection, Translation(copy, [])).rows
    except QueryError as error:
        raise UserError(error.problem, error.hint) from error
    return int(rows)


def translation_of(
    sql: str, lake: Lake, parameters: "Sequence[Value]" = ()
) -> Translation | Result:
    """The translation of a query, or the result of another statement."""
    translations = lake.translations if lake.scratch.is_empty() else NOT_KEPT
    if cached := translations.find("query", sql, *parameters):
        lake.tables.create_relations(cached.sql)
        return cached
    from voice_analytics.lake import statements  # noqa: PLC0415 - the grammar is slow to load

    def translate(query: str, values: "Sequence[Value]" = ()) -> Translation:
        return athena_duckdb.translate(query, lake.tables, values, DATABASE, HIDDEN)

    if statements.is_statement(sql):
        return statements.answer(sql, lake.scratch, parameters, translate)
    made = translate(sql, parameters)
    translations.keep(made, "query", sql, *parameters)
    return made
