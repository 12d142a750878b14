"""Lines that are read as a table at once: the same rows as value by value, or none at all."""

from typing import Any

import pytest

from tests.local.firehose.test_serde import BOTH, TYPES, VALUES, short
from voice_analytics.catalog.hive_types import Array, HiveType, Primitive, Struct
from voice_analytics.local.firehose.parquet import arrow_schema, to_table
from voice_analytics.local.firehose.plain_json import plain_reader
from voice_analytics.local.firehose.serde import deserializer

TIME = "2026-09-01 10:11:12.123"
CALL = Struct((("at", Primitive("timestamp")), ("n", Primitive("int"))))
COLUMNS: list[tuple[str, HiveType]] = [
    ("event_id", Primitive("string")),
    ("started_at", Primitive("timestamp")),
    ("length", Primitive("double")),
    ("calls", Array(CALL)),
]
PLAIN = [
    [b'{"event_id":"a","started_at":"%s","length":1e22}\n{"event_id":"b"}\n' % TIME.encode()],
    [b'{"event_id":"a"}{"event_id":"b"}', b'{"length":-0.0}\n'],
    [b'{"calls":[null,{},{"at":"%s","n":1}]}' % TIME.encode(), b' { "calls" : [] }\n'],
    ['{"event_id":"\u2028\\n \U0001f600"}'.encode()],
]
NOT_PLAIN = [
    [b'{"EVENT_ID":"a"}'],
    [b'{"other":1}'],
    [b'{"event_id":"a","event_id":"b"}'],
    [b'{"calls":[{"n":1,"n":1}]}'],
    [b'{"event_id":"\xff"}'],
    [b'{"event_id":"\\ud800"}'],
    [b'{"length":NaN}'],
    [b'{"length":-Infinity}'],
    [b'{"calls":[{"at":"2026-09-01T10:11:12.123"}]}'],
    [b'{"started_at":"2026-09-01 10:11:12.123\\n"}'],
    [b'{"started_at":"1600-09-01 10:11:12.123"}'],
    [b'{"event_id":"a"}', b""],
    [b'{"event_id":"a"', b"}"],
    [b'[{"event_id":"a"}]'],
]


def rows_one_by_one(
    columns: list[tuple[str, HiveType]], records: list[bytes], serde: Any
) -> list[list[dict[str, Any]]]:
    read = deserializer(columns, serde)
    return [read(record) for record in records]


@pytest.mark.parametrize("records", PLAIN)
@pytest.mark.parametrize("serde", BOTH)
def test_plain_lines_are_the_rows_that_the_deserialisers_make(
    records: list[bytes], serde: Any
) -> None:
    schema = arrow_schema(COLUMNS)
    plain = plain_reader(COLUMNS, schema)(records)
    assert plain
    rows = rows_one_by_one(COLUMNS, records, serde)
    assert plain[0] == to_table([row for of in rows for row in of], schema)
    assert plain[1] == [tuple(str(row["event_id"]) for row in of) for of in rows]
    plain[0].validate(full=True)


@pytest.mark.parametrize("records", NOT_PLAIN)
def test_lines_that_a_deserialiser_may_refuse_are_not_plain(records: list[bytes]) -> None:
    assert plain_reader(COLUMNS, arrow_schema(COLUMNS))(records) is None


@pytest.mark.parametrize(("hive_type", "value", "openx", "hive"), VALUES, ids=short)
def test_a_plain_value_is_what_both_deserialisers_make_of_it(
    hive_type: str, value: str, openx: Any, hive: Any
) -> None:
    columns = [("c", TYPES[hive_type])]
    plain = plain_reader(columns, arrow_schema(columns))([f'{{"c": {value}}}'.encode()])
    if plain:
        assert plain[0]["c"].to_pylist() == [openx] == [hive]
