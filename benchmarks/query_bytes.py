"""Bytes that Athena would read for each saved query: its columns' chunks of its days.

Which columns a query needs is not written down here: the query is translated, planned by DuckDB
through the views, and each scan that stands in the plan names its columns. Whole top-level columns
are counted: Athena can read single fields of a struct, but it is not promised that it does so below
an array. Rejects and failed records are JSON: their files are read whole.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from rich.table import Table
from session_analytics.schema.row import PARTITION_KEY

from athena_duckdb import Translation, run
from athena_duckdb.to_duckdb import to_duckdb
from benchmarks.lake import Lake
from benchmarks.parquet import Layout
from benchmarks.report import steps
from benchmarks.report import table as drawn
from benchmarks.traffic import DAYS, LAST_DAY
from voice_analytics.catalog.saved_queries import Query, period, queries
from voice_analytics.catalog.tables import (
    DELIVERY_ERRORS,
    REJECTED_EVENTS,
    SESSION_ANALYTICS,
)
from voice_analytics.lake.ask import arguments
from voice_analytics.lake.days import day_of
from voice_analytics.lake.engine import Lake as OpenLake
from voice_analytics.lake.engine import open_lake

# What Trino does not do: read a subplan once for all who need it, make a join of a window, leave
# out what the statistics of these very files show to be empty.
_NOT_IN_TRINO = (
    "common_subplan,materialized_cte,window_self_join,late_materialization,"
    "statistics_propagation,join_filter_pushdown"
)
ROWS = "READ_PARQUET"
_FOLDERS = {
    "READ_NDJSON_OBJECTS": REJECTED_EVENTS.folder,
    "READ_JSON_OBJECTS": DELIVERY_ERRORS.folder,
}
_GZIP_MAGIC = b"\x1f\x8b"
_PERIOD = (LAST_DAY - timedelta(days=DAYS - 1), LAST_DAY)


class Scan(NamedTuple):
    """One reading of a table: DuckDB's name of the reader, and the columns."""

    reader: str
    columns: frozenset[str]


class QueryBytes(NamedTuple):
    """Bytes that a query reads, and those of the same days as gzipped JSON.

    In files as delivered, in one file a day, and after `operate compact`.
    """

    query: str
    columns: int
    delivered: int
    delivered_json: int
    daily: int
    daily_json: int
    compacted: int

    @property
    def share(self) -> float:
        """Of gzipped JSON, in files as delivered."""
        return self.delivered / self.delivered_json

    @property
    def compacted_share(self) -> float:
        """The same after `operate compact`, of gzipped JSON in a file a day."""
        return self.compacted / self.daily_json


def query_bytes(
    lake: Lake, as_delivered: Layout, daily: Layout, compacted: Layout
) -> list[QueryBytes]:
    """All saved queries over the week."""
    measurements = []
    layouts = [(layout, _chunks(layout)) for layout in (as_delivered, daily)]
    after = _chunks(compacted)
    with TemporaryDirectory() as folder, open_lake(_sample(lake, Path(folder))) as opened:
        plan_as_trino(opened)
        for query in steps(queries().values(), "queries"):
            read = list(scans(query, opened))
            columns = len(
                {column for scan in read if scan.reader == ROWS for column in scan.columns}
                - {PARTITION_KEY}
            )
            sizes = [
                size
                for layout, chunks in layouts
                for size in (_bytes(read, chunks, lake), _json(read, layout, lake))
            ]
            sizes.append(_bytes(read, after, lake))
            measurements.append(QueryBytes(query.name, columns, *sizes))
    return measurements


def _sample(lake: Lake, folder: Path) -> Path:
    """A lake with a file of each kind.

    What a query needs does not depend on their content, and a plan of few files is quick. It is the
    largest: DuckDB leaves out a file in which a column that has to have a value has none.
    """
    for kind in (SESSION_ANALYTICS.folder, *_FOLDERS.values()):
        paths = (path for path in sorted((lake.folder / kind).rglob("*")) if path.is_file())
        path = max(paths, key=lambda each: each.stat().st_size)
        linked = folder / path.relative_to(lake.folder)
        linked.parent.mkdir(parents=True)
        linked.symlink_to(path)
    return folder


def table(measurements: list[QueryBytes]) -> Table:
    """A row a query."""
    columns = {
        "saved query": "",
        "columns": ",d",
        "kB as delivered": ",.0f",
        "of gzipped JSON": ".0%",
        "kB, a file a day": ",.0f",
        "of gzipped JSON, a file a day": ".0%",
        "kB after compact": ",.0f",
        "of gzipped JSON, compacted": ".0%",
    }
    rows = [
        (
            measurement.query,
            measurement.columns or None,
            measurement.delivered / 1000,
            measurement.share,
            measurement.daily / 1000,
            measurement.daily / measurement.daily_json,
            measurement.compacted / 1000,
            measurement.compacted_share,
        )
        for measurement in measurements
    ]
    note = (
        f"Over {DAYS} days. Compressed column chunks of whole top-level columns; footers come on "
        f"top. A table that is read twice"
        " counts twice, on the JSON's side once. Athena charges 10 MB at least."
    )
    return drawn("What Athena would read for the saved queries", columns, rows, note)


def median_shares(measurements: list[QueryBytes]) -> tuple[float, float]:
    """Of gzipped JSON, as delivered and after compaction, over the queries that read calls."""
    of_calls = [measurement for measurement in measurements if measurement.columns]
    return (
        median(measurement.share for measurement in of_calls),
        median(measurement.compacted_share for measurement in of_calls),
    )


def plan_as_trino(opened: OpenLake) -> None:
    """Have DuckDB read a table as often as Trino does."""
    opened.connection.execute(f"SET disabled_optimizers = '{_NOT_IN_TRINO}'")


def scans(query: Query, opened: OpenLake) -> Iterator[Scan]:
    """The readings in the plan of a saved query over the week."""
    values = arguments(query, ["1"] * len(query.parameters))
    sql = to_duckdb(period(query.sql, *_PERIOD), opened.tables, values).sql
    [(_, plan)] = run(opened.connection, Translation(f"EXPLAIN (FORMAT JSON) {sql}", [])).rows
    for root in json.loads(plan):
        yield from _scans_below(root)


def _scans_below(node: Mapping[str, Any]) -> Iterator[Scan]:
    if "Function" in node["extra_info"]:
        columns = node["extra_info"].get("Projections", [])
        yield Scan(
            node["extra_info"]["Function"],
            frozenset([columns] if isinstance(columns, str) else columns),
        )
    for child in node["children"]:
        yield from _scans_below(child)


def _chunks(layout: Layout) -> Counter[str]:
    """Bytes of the week's column chunks by column."""
    chunks: Counter[str] = Counter()
    for day in _of_the_week(layout.files).values():
        for file in day:
            chunks.update(file.columns)
    return chunks


def _bytes(read: Sequence[Scan], chunks: Mapping[str, int], lake: Lake) -> int:
    """Of each scan its columns, or its files."""
    rows = sum(
        chunks.get(column, 0) for scan in read if scan.reader == ROWS for column in scan.columns
    )
    return rows + sum(
        len(data) for scan in read if scan.reader != ROWS for data in _json_files(scan.reader, lake)
    )


def _json(read: Sequence[Scan], layout: Layout, lake: Lake) -> int:
    """The tables that are read, each once, as gzipped JSON."""
    readers = {scan.reader for scan in read}
    others = sum(
        len(data if data.startswith(_GZIP_MAGIC) else gzip.compress(data, compresslevel=6))
        for reader in readers - {ROWS}
        for data in _json_files(reader, lake)
    )
    return others + (sum(_of_the_week(layout.json).values()) if ROWS in readers else 0)


def _json_files(reader: str, lake: Lake) -> Iterator[bytes]:
    folders = (lake.folder / _FOLDERS[reader]).rglob(f"{PARTITION_KEY}=*")
    days = {folder: day.isoformat() for folder in folders if (day := day_of(folder.name))}
    return (
        path.read_bytes()
        for folder, day in days.items()
        if _in_the_week(day)
        for path in folder.iterdir()
    )


def _of_the_week[Value](by_day: Mapping[str, Value]) -> dict[str, Value]:
    return {day: value for day, value in by_day.items() if _in_the_week(day)}


def _in_the_week(day: str) -> bool:
    return _PERIOD[0].isoformat() <= day <= _PERIOD[1].isoformat()
