"""The tables of the database: their columns as Athena types them, their files as DuckDB reads them.

A table has the columns of the Glue table whatever the files hold: read by name, null where a file
is older than a column; it is empty where there is no file. `dt` is the folder's and a string, so a
filter on it skips folders as Athena skips partitions.
"""

import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from athena_duckdb.engine import prepare
from athena_duckdb.errors import first_line
from athena_duckdb.results import Column
from athena_duckdb.type_names import from_hive
from athena_duckdb.types import VARCHAR, quoted
from voice_analytics.catalog.saved_queries import SCHEMAS
from voice_analytics.catalog.tables import (
    DAY,
    DELIVERY_ERRORS,
    REJECTED_EVENTS,
    SESSION_ANALYTICS,
    TABLES,
    Table,
)
from voice_analytics.errors import UserError
from voice_analytics.lake.days import day_of

_HIDDEN = ("_", ".")  # files of such names are hidden from Athena
_FILE = "filename"  # DuckDB's name of the column with the file's path
_PARTITIONED = f"{_FILE} = true, hive_partitioning = true, hive_types = {{'{DAY}': VARCHAR}}"
_PATH = Column("$path", VARCHAR)
# the columns of a table that `SELECT *` leaves out
HIDDEN = {table.name: [_PATH] for table in TABLES}


def table_columns(table: Table) -> list[Column]:
    """The columns of a table as Athena types them, the partition keys last."""
    return [*_stored(table), *(Column(key, VARCHAR) for key in table.partition_keys)]


@cache
def _stored(table: Table) -> list[Column]:
    """The columns of the Glue table, from its generated description: the model is slow to load."""
    described = json.loads((SCHEMAS / f"{table.name}.columns.json").read_bytes())
    return [Column(column["Name"], from_hive(column["Type"])) for column in described["Columns"]]


def _parquet(files: str, _: Table) -> str:
    return f"read_parquet({files}, union_by_name = true, {_PARTITIONED})"


def _json_lines(files: str, table: Table) -> str:
    """The objects of a table; keys are compared as its JSON SerDe does."""
    items = ", ".join(
        f"{_of_json('json', column)} AS {quoted(column.name)}" for column in _stored(table)
    )
    objects = f"read_ndjson_objects({files}, {_PARTITIONED})"
    return f"(SELECT {items}, {DAY}, {_FILE} FROM {objects})"  # noqa: S608 - our own text


def _error_objects(files: str, table: Table) -> str:
    """The objects under errors/ of the types that the table's projection knows.

    Keys are compared as its JSON SerDe does.
    """
    objects = f"read_json_objects({files}, format = 'newline_delimited', {_PARTITIONED})"
    items = ", ".join(
        f"{_of_json('json', column)} AS {quoted(column.name)}" for column in _stored(table)
    )
    ((key, values),) = table.outer_keys
    folder = "parse_path(filename)[-3]"  # errors/<error_type>/dt=…/file
    items += f", {folder} AS {key}, {DAY}, {_FILE}"
    return f"(SELECT {items} FROM {objects} WHERE {folder} IN {values})"  # noqa: S608


def _of_json(document: str, column: Column) -> str:
    value = f"trino_json_any_case({document}, '{column.name}')"
    if column.type.name != "row":
        return f"CAST(json_extract_string({value}, '$') AS {column.type.duckdb})"
    fields = [
        Column(str(name), part)
        for name, part in zip(column.type.fields, column.type.parts, strict=True)
    ]
    packed = ", ".join(f"{quoted(field.name)} := {_of_json(value, field)}" for field in fields)
    return f"CASE WHEN json_type({value}) = 'OBJECT' THEN struct_pack({packed}) END"


# DuckDB's function for the files of a table: of those names, and with all its other arguments
_READERS: dict[str, tuple[str, Callable[[str, Table], str]]] = {
    SESSION_ANALYTICS.name: ("*.parquet", _parquet),
    REJECTED_EVENTS.name: ("*.json.gz", _json_lines),
    DELIVERY_ERRORS.name: ("*", _error_objects),
}


def is_lake(folder: Path, tables: Iterable[Table]) -> bool:
    """Whether the folder has that of a table in it; an empty folder is not a lake."""
    return any((folder / table.folder).exists() for table in tables)


def select(connection: Any, folder: Path, table: Table) -> str:
    """DuckDB's text for all rows of a table. Raises UserError where a file cannot be read."""
    names, reader = _READERS[table.name]
    files = f"{table.folder}{'*/' * len(table.outer_keys)}{DAY}=*/{names}"
    paths = sorted(
        path
        for path in folder.glob(files)
        if day_of(path.parent.name) and not path.name.startswith(_HIDDEN)
    )
    columns = table_columns(table)
    if not paths:
        nothing = ", ".join(
            f"CAST(NULL AS {field.type.duckdb}) AS {quoted(field.name)}"
            for field in (*columns, _PATH)
        )
        return f"SELECT {nothing} WHERE false"
    try:
        schema = _column_names(connection, reader(_names(paths), table))
        broken: list[Path] = []
    except duckdb.Error as error:
        broken = [path for path in paths if not _is_readable(connection, reader, table, path)]
        paths = [path for path in paths if path not in broken]
        if not paths or not broken:
            problem = f"the files {folder / files} cannot be read: {first_line(error)}"
            raise UserError(problem, "write the lake again") from error
        schema = _column_names(connection, reader(_names(paths), table))
    source = reader(_names(paths), table)
    items = ", ".join(
        f"CAST({quoted(field.name) if field.name in schema else 'NULL'} AS {field.type.duckdb}) AS "
        f"{quoted(field.name)}"
        for field in columns
    )
    readable = f"SELECT {items}, {_FILE} AS {quoted(_PATH.name)} FROM {source}"  # noqa: S608 - our own text
    return " UNION ALL ".join([readable, *(_unreadable(path, table) for path in broken)])


def _names(paths: Iterable[Path]) -> str:
    """The files by their names: DuckDB would take a [ or * of the folder's name for a pattern."""
    return f"[{', '.join(_literal(path) for path in paths)}]"


def _column_names(connection: Any, source: str) -> set[str]:
    """The columns that the files have, in lower case."""
    prepare(connection, source)
    described = connection.execute(f"DESCRIBE SELECT * FROM {source}")  # noqa: S608
    return {name.lower() for name, *_ in described.fetchall()}


def _is_readable(
    connection: Any, reader: Callable[[str, Table], str], table: Table, path: Path
) -> bool:
    try:
        _column_names(connection, reader(_names([path]), table))
    except duckdb.Error:
        return False
    return True


def _unreadable(path: Path, table: Table) -> str:
    """No rows: an error that names the file, where its day is asked for, and not elsewhere."""
    values = [f"CAST(NULL AS {column.type.duckdb})" for column in _stored(table)]
    folders = path.parts[-1 - len(table.partition_keys) : -1]
    values += [_text(folder.removeprefix(f"{DAY}=")) for folder in folders]
    message = _text(f"the file {path} cannot be read")
    return f"SELECT {', '.join(values)}, NULL WHERE error({message}) IS NOT NULL"


def _literal(path: Path) -> str:
    return _text(str(path))


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
