"""The table's files: their size and layout, against the same rows as gzipped JSON.

As delivered, a file holds what came within the buffer interval of template.yaml. The other layouts
hold the same rows, in a file a day: what putting files together afterwards would gain, and what
other options of Firehose would.
"""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from rich.table import Table
from session_analytics.schema.row import PARTITION_KEY

from benchmarks.lake import Lake
from benchmarks.report import table
from benchmarks.traffic import application
from voice_analytics.catalog.tables import SESSION_ANALYTICS
from voice_analytics.local.firehose.parquet import to_parquet
from voice_analytics.operate.compact import merge, to_file
from voice_analytics.template.delivery_stream import ParquetSerDe

_SHOWN_COLUMNS = 8


class File(NamedTuple):
    """A file's rows, row groups and bytes.

    `columns` are the compressed bytes of the column chunks, by top-level column.
    """

    rows: int
    row_groups: int
    bytes: int
    columns: Mapping[str, int]


type Files = Mapping[str, Sequence[File]]  # by day


class Layout(NamedTuple):
    """The week's rows in files, by day.

    `json` are the bytes of as many files with the same rows as gzipped JSON lines.
    """

    files: Files
    json: Mapping[str, int]


def delivered(lake: Lake) -> Layout:
    """The files as the stream wrote them."""
    files = {
        day: [_described(path.read_bytes()) for path in paths]
        for day, paths in _paths(lake).items()
    }
    return Layout(files, _gzipped_json(lake, files))


def one_a_day(lake: Lake) -> Layout:
    """The same rows, a file a day."""
    files = _one_a_day(lake, _configured())
    return Layout(files, _gzipped_json(lake, files))


def compacted(lake: Lake) -> Layout:
    """The same rows after `operate compact`, by its own code."""
    files = {
        day: [_described(to_file(merge(path.read_bytes() for path in paths)))]
        for day, paths in _paths(lake).items()
    }
    return Layout(files, _gzipped_json(lake, files))


def layouts(lake: Lake, as_delivered: Layout, daily: Layout, after: Layout) -> Table:
    """The ways to store the week's rows."""
    configured = _configured()
    plain = configured.model_copy(update={"enable_dictionary_compression": False})
    denser = configured.model_copy(update={"compression": "GZIP"})
    variants = {
        "as delivered": as_delivered,
        "a file a day": daily,
        "a file a day, no dictionaries": daily._replace(files=_one_a_day(lake, plain)),
        "a file a day, GZIP": daily._replace(files=_one_a_day(lake, denser)),
        "after operate compact": after,
    }
    columns = {
        "files as Parquet": "",
        "files": ",d",
        "rows a file": ",.1f",
        "row groups a file": ",.1f",
        "bytes a call": ",.0f",
        "gzipped JSON, bytes a call": ",.0f",
        "Parquet of that": ".0%",
        "footers": ".0%",
    }
    calls = sum(map(len, lake.lines.values()))
    json_bytes = sum(len(line) for lines in lake.lines.values() for line in lines) / calls
    note = (
        f"{calls:,} calls of a week, {json_bytes:,.0f} bytes each as plain JSON. The gzipped JSON "
        f"has as many files."
        " Footers: what of a file is not a column chunk."
    )
    rows = [_row(name, layout) for name, layout in variants.items()]
    return table("Parquet against JSON", columns, rows, note)


def largest_columns(layout: Layout) -> Table:
    """Where the bytes are."""
    sizes: dict[str, int] = {}
    for file in (file for day in layout.files.values() for file in day):
        for name, size in file.columns.items():
            sizes[name] = sizes.get(name, 0) + size
    total = sum(sizes.values())
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:_SHOWN_COLUMNS]
    columns = {"column": "", "kB": ",.0f", "share": ".1%"}
    rows = [(name, size / 1000, size / total) for name, size in largest]
    note = f"The {_SHOWN_COLUMNS} largest of {len(sizes)} columns, a file a day."
    return table("Where the bytes of the table are", columns, rows, note)


def _row(name: str, layout: Layout) -> tuple[str | float, ...]:
    files = [file for day in layout.files.values() for file in day]
    calls, size, gzipped = (
        sum(file.rows for file in files),
        sum(file.bytes for file in files),
        sum(layout.json.values()),
    )
    chunks = sum(sum(file.columns.values()) for file in files)
    groups = sum(file.row_groups for file in files) / len(files)
    return (
        name,
        len(files),
        calls / len(files),
        groups,
        size / calls,
        gzipped / calls,
        size / gzipped,
        1 - chunks / size,
    )


def _one_a_day(lake: Lake, options: ParquetSerDe) -> Files:
    return {
        day: [_described(to_parquet(_rows(paths), options))] for day, paths in _paths(lake).items()
    }


def _gzipped_json(lake: Lake, files: Files) -> dict[str, int]:
    """Bytes by day."""
    sizes = {}
    for day, lines in lake.lines.items():
        waiting = iter(lines)
        sizes[day] = sum(
            len(gzip.compress(b"".join(islice(waiting, file.rows)), compresslevel=6))
            for file in files[day]
        )
    return sizes


def _configured() -> ParquetSerDe:
    return application().stream.destination.conversion.output.serializer.parquet


def _paths(lake: Lake) -> dict[str, list[Path]]:
    return {
        day: sorted(lake.folder.glob(f"{SESSION_ANALYTICS.folder}{PARTITION_KEY}={day}/*.parquet"))
        for day in sorted(lake.lines)
    }


def _rows(paths: Sequence[Path]) -> pa.Table:
    return pa.concat_tables(
        pq.ParquetFile(path, coerce_int96_timestamp_unit="us").read() for path in paths
    )


def _described(data: bytes) -> File:
    metadata = pq.ParquetFile(BytesIO(data)).metadata
    columns: dict[str, int] = {}
    for chunk in _chunks(metadata):
        name = chunk.path_in_schema.partition(".")[0]
        columns[name] = columns.get(name, 0) + chunk.total_compressed_size
    return File(metadata.num_rows, metadata.num_row_groups, len(data), columns)


def _chunks(metadata: pq.FileMetaData) -> Iterator[pq.ColumnChunkMetaData]:
    for group in range(metadata.num_row_groups):
        for column in range(metadata.num_columns):
            yield metadata.row_group(group).column(column)
