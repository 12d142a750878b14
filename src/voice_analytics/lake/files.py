"""The tables of the database: their columns as Athena types them, and their files in a lake as
DuckDB reads them.

A table has the columns of the Glue table whatever the files hold: read by name, null where a file
is older than a column; it is empty where there is no file. `dt` is the folder's and a string, so a
filter on it skips folders as Athena skips partitions.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from session_analytics.rejects import REJECTED_PREFIX
from session_analytics.schema.row import PARTITION_KEY, RejectedEvent, Row

from athena_duckdb.errors import first_line
from athena_duckdb.results import Column
from athena_duckdb.type_names import from_hive
from athena_duckdb.types import VARCHAR, quoted
from voice_analytics.catalog import columns as glue
from voice_analytics.catalog.delivery_errors import ERROR_TYPE, ERROR_TYPES, DeliveryError
from voice_analytics.errors import UserError
from voice_analytics.lake.days import day_of

# the folders of the delivered files and of the records that failed, as in the template's S3
# prefixes
PREFIX, ERRORS = "sessions", "errors"


class Table(NamedTuple):
    """A table of the lake.

    `reader` is DuckDB's function for its files, with all arguments but the files.
    """

    model: type
    files: str
    reader: Callable[[str], str]
    partition_keys: tuple[str, ...] = (PARTITION_KEY,)

    @property
    def columns(self) -> list[Column]:
        return [*_columns(self.model), *(Column(key, VARCHAR) for key in self.partition_keys)]


def _columns(model: type) -> list[Column]:
    return [Column(one.name, from_hive(one.type)) for one in glue.columns(model)]


def _error_objects(files: str) -> str:
    """The objects under errors/ of the types that the table's projection knows.

    Keys are compared as its JSON SerDe does.
    """
    objects = (
        f"read_json_objects({files}, format = 'newline_delimited', filename = true, {_PARTITIONED})"
    )
    items = ", ".join(
        f"{_of_json('json', one)} AS {quoted(one.name)}" for one in _columns(DeliveryError)
    )
    folder = "parse_path(filename)[-3]"  # errors/<error_type>/dt=…/file
    return f"(SELECT {items}, {folder} AS {ERROR_TYPE}, {PARTITION_KEY} FROM {objects} WHERE {folder} IN {ERROR_TYPES})"  # noqa: S608 - our own text


def _of_json(document: str, column: Column) -> str:
    value = f"trino_json_any_case({document}, '{column.name}')"
    if column.type.name != "row":
        return f"CAST(json_extract_string({value}, '$') AS {column.type.duckdb})"
    fields = [
        Column(str(name), part)
        for name, part in zip(column.type.fields, column.type.parts, strict=True)
    ]
    packed = ", ".join(f"{quoted(one.name)} := {_of_json(value, one)}" for one in fields)
    return f"CASE WHEN json_type({value}) = 'OBJECT' THEN struct_pack({packed}) END"


_PARTITIONED = f"hive_partitioning = true, hive_types = {{'{PARTITION_KEY}': VARCHAR}}"
_JSON_TYPES = {one.name: one.type.duckdb for one in _columns(RejectedEvent)}
TABLES = {
    "session_analytics": Table(
        Row,
        f"{PREFIX}/{PARTITION_KEY}=*/*.parquet",
        lambda files: f"read_parquet({files}, union_by_name = true, {_PARTITIONED})",
    ),
    "rejected_events": Table(
        RejectedEvent,
        f"{REJECTED_PREFIX}{PARTITION_KEY}=*/*.json.gz",
        lambda files: (
            f"read_json({files}, format = 'newline_delimited', columns = {_JSON_TYPES}, "
            f"{_PARTITIONED})"
        ),
    ),
    "delivery_errors": Table(
        DeliveryError,
        f"{ERRORS}/*/{PARTITION_KEY}=*/*",
        _error_objects,
        partition_keys=(ERROR_TYPE, PARTITION_KEY),
    ),
}


def is_lake(folder: Path) -> bool:
    """Whether the folder has that of a table in it, or nothing at all, as a run leaves it that had nothing to deliver."""
    tops = {table.files.partition("/")[0] for table in TABLES.values()}
    inside = {path.name for path in folder.iterdir()}
    return not inside or not tops.isdisjoint(inside)


def select(connection: Any, folder: Path, table: Table) -> str:
    """DuckDB's text for all rows of a table. Raises UserError where a file cannot be read."""
    paths = sorted(path for path in folder.glob(table.files) if day_of(path.parent.name))
    if not paths:
        nothing = ", ".join(
            f"CAST(NULL AS {one.type.duckdb}) AS {quoted(one.name)}" for one in table.columns
        )
        return f"SELECT {nothing} WHERE false"
    # by their names, as DuckDB would take a [ or * of the folder's own name for a pattern
    source = table.reader(f"[{', '.join(_literal(path) for path in paths)}]")
    try:
        held = {
            name.lower()
            for name, *_ in connection.execute(
                f"DESCRIBE SELECT * FROM {source}"  # noqa: S608 - our own text
            ).fetchall()
        }
    except duckdb.Error as error:
        problem = f"the files {folder / table.files} cannot be read: {first_line(error)}"
        raise UserError(problem, "write the lake again") from error
    items = ", ".join(
        f"CAST({quoted(one.name) if one.name in held else 'NULL'} AS {one.type.duckdb}) AS "
        f"{quoted(one.name)}"
        for one in table.columns
    )
    return f"SELECT {items} FROM {source}"  # noqa: S608 - our own text


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
