"""information_schema.tables and information_schema.columns, as Athena answers them to BI tools.

https://docs.aws.amazon.com/athena/latest/ug/querying-glue-catalog.html
"""

from collections.abc import Mapping, Sequence

from athena_duckdb.results import Column, Translation
from athena_duckdb.types import BIGINT, VARCHAR

TABLES, COLUMNS = "information_schema.tables", "information_schema.columns"
NAMES = (TABLES, COLUMNS)
_CATALOG, _DATABASE = "awsdatacatalog", "voice_analytics"
_TABLE_COLUMNS = ("table_catalog", "table_schema", "table_name", "table_type")
_COLUMN_COLUMNS = (
    *_TABLE_COLUMNS[:3],
    "column_name",
    "ordinal_position",
    "column_default",
    "is_nullable",
    "data_type",
    "comment",
    "extra_info",
)


def listed(
    name: str, tables: Mapping[str, Sequence[Column]], views: Mapping[str, object]
) -> Translation:
    """DuckDB's text for one of the two, over these tables of which some are views."""
    if name == TABLES:
        names: tuple[str, ...] = _TABLE_COLUMNS
        rows = [
            (_CATALOG, _DATABASE, table, "VIEW" if table in views else "BASE TABLE")
            for table in tables
        ]
        return _values(names, rows)
    from voice_analytics.lake.meanings import meanings  # noqa: PLC0415 - it loads the row model

    described = [
        (
            _CATALOG,
            _DATABASE,
            table,
            column.name,
            position,
            None,
            "YES",
            str(column.type),
            meaning,
            None,
        )
        for table, columns in tables.items()
        for position, (column, meaning) in enumerate(
            zip(columns, meanings(table, columns), strict=True), start=1
        )
    ]
    return _values(_COLUMN_COLUMNS, described)


def _values(names: Sequence[str], rows: Sequence[tuple[str | int | None, ...]]) -> Translation:
    columns = [Column(name, BIGINT if name == "ordinal_position" else VARCHAR) for name in names]
    items = ", ".join(
        f"CAST(c{index} AS {column.type.duckdb})" for index, column in enumerate(columns)
    )
    values = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)
    named = ", ".join(f"c{index}" for index in range(len(columns)))
    return Translation(f"SELECT {items} FROM (VALUES {values}) AS listed ({named})", columns)  # noqa: S608 - our own text


def _literal(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
