"""Files are as Firehose writes them, and hold what went in."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from voice_analytics.catalog.hive_types import Array, HiveType, Primitive, Struct
from voice_analytics.local.firehose.parquet import arrow_schema, to_parquet, to_table
from voice_analytics.template.delivery_stream import ParquetSerDe

COLUMNS: list[tuple[str, HiveType]] = [
    ("id", Primitive("string")),
    ("n", Primitive("int")),
    ("big", Primitive("bigint")),
    ("x", Primitive("double")),
    ("yes", Primitive("boolean")),
    ("at", Primitive("timestamp")),
    (
        "turns",
        Array(
            Struct(
                (
                    ("role", Primitive("string")),
                    ("said_at", Primitive("timestamp")),
                    ("tags", Array(Primitive("string"))),
                )
            )
        ),
    ),
]
AT = datetime(2026, 9, 1, 10, 11, 12, 123000)  # noqa: DTZ001 - naive UTC, as Parquet stores it
FULL = {
    "id": "ä€😀",
    "n": -(2**31),
    "big": 2**63 - 1,
    "x": 0.1,
    "yes": False,
    "at": AT,
    "turns": [
        {"role": "user", "said_at": AT, "tags": ["a", None]},
        None,
        {"role": None, "said_at": None, "tags": []},
    ],
}
EMPTY: dict[str, Any] = dict.fromkeys(FULL)


def written(**options: Any) -> bytes:
    return to_parquet(to_table([FULL, EMPTY], arrow_schema(COLUMNS)), ParquetSerDe(**options))


def column(data: bytes, number: int) -> Any:
    return pq.ParquetFile(BytesIO(data)).metadata.row_group(0).column(number)


def test_pyarrow_reads_what_went_in() -> None:
    assert pq.ParquetFile(BytesIO(written())).read().to_pylist() == [FULL, EMPTY]


def test_duckdb_reads_what_went_in(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(written())
    relation = duckdb.connect().sql(f"SELECT * FROM read_parquet('{path}')")
    assert [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()] == [
        FULL,
        EMPTY,
    ]


def test_a_file_has_a_row_group_of_snappy_columns_with_int96_times() -> None:
    data = written(enable_dictionary_compression=True)
    metadata = pq.ParquetFile(BytesIO(data)).metadata
    assert metadata.num_row_groups == 1
    assert column(data, 0).compression == "SNAPPY"
    assert column(data, 5).physical_type == "INT96"


def test_the_dictionary_is_used_only_where_the_template_says_so() -> None:
    assert column(written(enable_dictionary_compression=True), 0).has_dictionary_page
    assert not column(written(), 0).has_dictionary_page


@pytest.mark.parametrize("compression", ["UNCOMPRESSED", "GZIP", "SNAPPY"])
def test_the_compression_is_the_one_of_the_template(compression: str) -> None:
    assert column(written(compression=compression), 0).compression == compression


@pytest.mark.parametrize(
    ("version", "encoding"), [("V1", "PLAIN_DICTIONARY"), ("V2", "RLE_DICTIONARY")]
)
def test_the_writer_version_is_the_one_of_the_template(version: str, encoding: str) -> None:
    assert (
        encoding
        in column(written(writer_version=version, enable_dictionary_compression=True), 0).encodings
    )


def test_the_same_rows_give_the_same_bytes() -> None:
    assert written() == written()
