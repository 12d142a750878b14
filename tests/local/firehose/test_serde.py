"""What Firehose's two JSON deserialisers make of a document.

The table of each follows what was observed on AWS.
"""

from datetime import datetime
from typing import Any

import pytest

from voice_analytics.catalog.hive_types import Array, Primitive, Struct
from voice_analytics.local.firehose.serde import ConversionError, SerDe, deserializer

INT, STRING = Primitive("int"), Primitive("string")
TYPES = {
    str(one): one
    for one in (
        *(STRING, Primitive("boolean"), INT, Primitive("bigint"), Primitive("double")),
        *(Primitive("timestamp"), Array(INT), Array(STRING), Array(Struct((("a", INT),)))),
        *(Struct((("a", INT),)), Struct((("a", INT), ("b", STRING)))),
    )
}
FAILS = ConversionError
NOON = datetime(2026, 9, 1, 10, 11, 12, 123000)  # noqa: DTZ001 - naive UTC, as Parquet stores it
BOTH: tuple[SerDe, ...] = ("openx", "hive")
# type, value as JSON, what OpenX and what Hive make of it
VALUES = [
    ("string", '"text"', "text", "text"),
    ("string", "8", "8", "8"),
    ("string", "8.5", "8.5", "8.5"),
    ("string", "true", "true", "true"),
    ("string", '{"A": [1, {"B": "C"}]}', '{"a":[1,{"b":"C"}]}', FAILS),
    ("string", "[1, 2]", "[1,2]", FAILS),
    ("string", r'"\ud800"', FAILS, FAILS),
    ("timestamp", "1e9", FAILS, FAILS),
    ("timestamp", '"1.5E9"', FAILS, FAILS),
    ("double", "1e9", 1e9, 1e9),
    ("array<string>", '""', FAILS, FAILS),
    ("int", "8", 8, 8),
    ("int", '"8"', 8, FAILS),
    ("int", '"oops"', FAILS, FAILS),
    ("int", "2147483647", 2**31 - 1, 2**31 - 1),
    ("int", "2147483648", FAILS, FAILS),
    ("int", "8.5", FAILS, FAILS),
    ("int", "8.0", FAILS, FAILS),
    ("int", "true", FAILS, FAILS),
    ("bigint", "-9223372036854775808", -(2**63), -(2**63)),
    ("bigint", "9223372036854775808", FAILS, FAILS),
    ("bigint", '"+12"', 12, FAILS),
    ("double", "8", 8.0, 8.0),
    ("double", '"12.50"', 12.5, FAILS),
    ("double", '"NaN"', FAILS, FAILS),
    ("double", "1e400", FAILS, FAILS),
    ("double", "9" * 400, FAILS, FAILS),
    ("boolean", "true", True, True),
    ("boolean", '"true"', FAILS, FAILS),
    ("boolean", "1", FAILS, FAILS),
    ("timestamp", '"2026-09-01 10:11:12.123"', NOON, NOON),
    ("timestamp", '"2026-9-1 10:11:12.123"', NOON, NOON),
    (
        "timestamp",
        '"2026-09-01 10:11:12.123456789"',
        NOON.replace(microsecond=123456),
        NOON.replace(microsecond=123456),
    ),
    ("timestamp", '"2026-09-01T10:11:12.123Z"', NOON, FAILS),
    ("timestamp", '"2026-09-01T10:11:12.123+00:00"', FAILS, FAILS),
    ("timestamp", '"2026-09-01T10:11:12.123"', FAILS, FAILS),
    ("timestamp", '"2026-02-30 00:00:00"', FAILS, FAILS),
    ("timestamp", "1788257472.123", NOON, FAILS),
    ("timestamp", "1788257472123", NOON, FAILS),
    ("timestamp", '"1788257472.123"', NOON, FAILS),
    ("timestamp", "999999999999", FAILS, FAILS),
    ("timestamp", '"9999-01-01 00:00:00"', FAILS, FAILS),
    ("timestamp", "1e300", FAILS, FAILS),
    ("array<int>", "[1, null, 2]", [1, None, 2], [1, None, 2]),
    ("array<int>", "7", [7], FAILS),
    ("array<string>", '"one"', ["one"], FAILS),
    ("array<int>", '["oops"]', FAILS, FAILS),
    ("struct<a:int,b:string>", '{"A": 1, "x": 2}', {"a": 1, "b": None}, {"a": 1, "b": None}),
    ("struct<a:int,b:string>", "{}", {"a": None, "b": None}, {"a": None, "b": None}),
    ("struct<a:int,b:string>", '[1, "x"]', {"a": 1, "b": "x"}, FAILS),
    ("struct<a:int,b:string>", "[1]", {"a": 1, "b": None}, FAILS),
    ("struct<a:int,b:string>", "42", FAILS, FAILS),
    ("array<struct<a:int>>", '[{"a": 1}, null]', [{"a": 1}, None], [{"a": 1}, None]),
    ("array<struct<a:int>>", '{"a": 1}', FAILS, FAILS),
]


def short(value: Any) -> str:
    """The id of a value in the name of a test."""
    return str(value)[:40]


def converted(hive_type: str, json_value: str, serde: SerDe) -> Any:
    rows = deserializer([("c", TYPES[hive_type])], serde)
    try:
        (row,) = rows(f'{{"c": {json_value}}}'.encode())
    except ConversionError as error:
        return FAILS if error.code == "DataFormatConversion.MalformedData" else error.code
    return row["c"]


@pytest.mark.parametrize(("hive_type", "value", "openx", "hive"), VALUES, ids=short)
def test_a_value_is_converted_as_firehose_does(
    hive_type: str, value: str, openx: Any, hive: Any
) -> None:
    got = {serde: converted(hive_type, value, serde) for serde in BOTH}
    assert got == {"openx": openx, "hive": hive}


@pytest.mark.parametrize("serde", BOTH)
@pytest.mark.parametrize(
    "hive_type", ["string", "int", "double", "timestamp", "boolean", "array<int>", "struct<a:int>"]
)
def test_null_is_null_in_every_type(hive_type: str, serde: SerDe) -> None:
    assert converted(hive_type, "null", serde) is None


@pytest.mark.parametrize("serde", BOTH)
def test_keys_match_in_any_case_and_unknown_ones_are_dropped(serde: SerDe) -> None:
    rows = deserializer([("session_id", STRING), ("n", INT)], serde)
    assert rows(b'{"SESSION_Id": "s", "other": {"deep": [1]}}') == [{"session_id": "s", "n": None}]


@pytest.mark.parametrize(
    "record", [b'{"n": 1, "n": 2}', b'{"n": 1, "N": null}', b'{"other": [{"a": 1, "a": 1}]}']
)
def test_a_key_twice_is_refused_by_openx_alone(record: bytes) -> None:
    with pytest.raises(ConversionError, match="Duplicate key"):
        deserializer([("n", INT)], "openx")(record)
    assert len(deserializer([("n", INT)], "hive")(record)) == 1


@pytest.mark.parametrize(
    "record", [b'{"n": 1}{"n": 2}', b'{"n": 1}\n{"n": 2}\n', b' {"n": 1}\r\n\t{"n": 2}']
)
@pytest.mark.parametrize("serde", BOTH)
def test_a_record_may_hold_many_documents(record: bytes, serde: SerDe) -> None:
    assert deserializer([("n", INT)], serde)(record) == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (b"", "DataFormatConversion.MalformedData"),
        (b" \n", "DataFormatConversion.MalformedData"),
        (b'[{"n": 1}, {"n": 2}]', "DataFormatConversion.MalformedData"),
        (b'{"n": 1}\n{"n": "oops"}', "DataFormatConversion.MalformedData"),
        (b'{"n": 1}\n{"n": ', "DataFormatConversion.ParseError"),
        (b'{"n": NaN}', "DataFormatConversion.ParseError"),
        (b'{"n": 01}', "DataFormatConversion.ParseError"),
        (b"\x1f\x8b\x08\x00", "DataFormatConversion.ParseError"),
        (b'{"x": "\x01"}', "DataFormatConversion.ParseError"),
        (b'{"x": "\xff"}', "DataFormatConversion.ParseError"),
        (b'{"x": ' + b"[" * 100_000, "DataFormatConversion.ParseError"),
    ],
)
@pytest.mark.parametrize("serde", BOTH)
def test_a_record_that_cannot_be_read_fails_as_a_whole(
    record: bytes, code: str, serde: SerDe
) -> None:
    with pytest.raises(ConversionError) as failure:
        deserializer([("n", INT)], serde)(record)
    assert failure.value.code == code
