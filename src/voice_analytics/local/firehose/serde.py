"""JSON -> typed values, by the rules of Firehose's two JSON deserialisers.

Firehose Developer Guide, "Convert input data format", and probes on AWS published by floci-io/floci
(PRs 3333 and 3521). What these sources do not settle (8.5 in an int column, a number out of range,
text in a boolean column, a lone surrogate) fails here: no line that the function emits may rest on
it.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from voice_analytics.catalog.hive_types import Array, HiveType, Primitive, Struct
from voice_analytics.local.firehose.serde_scalars import HIVE, OPENX, as_written, malformed

type SerDe = Literal["openx", "hive"]
type Convert = Callable[[Any], Any]

_JSON_WHITE_SPACE = " \t\n\r"
PARSE_ERROR = "DataFormatConversion.ParseError"


class ConversionError(Exception):
    """A record that cannot be converted.

    `code` and `message` are what Firehose writes into its error object.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def deserializer(
    columns: Iterable[tuple[str, HiveType]], serde: SerDe
) -> Callable[[bytes], list[dict[str, Any]]]:
    """Returns a function that turns a record's bytes into rows, one a document.

    Every column is a key of the row, None where it is missing or null. The function raises
    ConversionError for the whole record when one document of it does not convert: AWS's error
    objects hold whole records, and it is not published that the other documents of such a record
    are delivered.
    """
    convert = _struct(Struct(tuple(columns)), serde)
    decoder = _DECODERS[serde]

    def rows(record: bytes) -> list[dict[str, Any]]:
        try:
            return [convert(document) for document in _documents(record, decoder)]
        except ValueError as error:
            raise ConversionError("DataFormatConversion.MalformedData", str(error)) from None

    return rows


def _documents(record: bytes, decoder: json.JSONDecoder) -> Iterator[dict[str, Any]]:
    """The JSON objects in a record: they may follow each other with or without white space.

    An array of them is not a record.
    """
    try:
        text = record.decode()
        end = len(text)
        position = _skip_white_space(text, 0)
        if position == end:
            raise ConversionError(
                "DataFormatConversion.MalformedData",
                "The record was empty or contained only whitespace.",
            )
        while position < end:
            document, position = decoder.raw_decode(text, position)
            if not isinstance(document, dict):
                raise malformed("Data is not JSONObject", document)
            yield document
            position = _skip_white_space(text, position)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError, _NotJson) as error:
        raise ConversionError(PARSE_ERROR, f"Encountered malformed JSON. {error}") from None


class _NotJson(Exception):  # noqa: N818
    """`NaN` and the like, which Python's decoder would take."""


def _refuse(constant: str) -> Any:
    raise _NotJson(f"{constant} is not JSON")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; OpenX refuses one with a key twice, be it in another case."""
    members = dict(pairs)
    if len({key.lower() for key in members}) != len(pairs):
        raise _NotJson("Duplicate key")
    return members


_DECODERS: dict[SerDe, json.JSONDecoder] = {
    "hive": json.JSONDecoder(parse_constant=_refuse),
    "openx": json.JSONDecoder(
        parse_constant=_refuse, parse_float=as_written, object_pairs_hook=_without_duplicates
    ),
}


def _skip_white_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in _JSON_WHITE_SPACE:
        position += 1
    return position


def _compile(hive_type: HiveType, serde: SerDe) -> Convert:
    match hive_type:
        case Primitive(name):
            return (OPENX if serde == "openx" else HIVE)[name]
        case Array(element):
            return _array(element, serde)
        case Struct():
            return _struct(hive_type, serde)


def _array(element: HiveType, serde: SerDe) -> Convert:
    convert = _compile(element, serde)

    def array(value: Any) -> list[Any]:
        if isinstance(value, list):
            return [None if item is None else convert(item) for item in value]
        if value == "" and serde == "openx":
            raise ValueError("Illegal Capacity: -1")
        if serde == "openx" and not isinstance(value, dict):
            return [convert(value)]
        raise malformed("Start of Array expected", value)

    return array


def _struct(struct: Struct, serde: SerDe) -> Convert:
    """Keys match in any case, at every depth; unknown ones are dropped."""
    converters = {
        name.lower(): (name, _compile(field_type, serde)) for name, field_type in struct.fields
    }
    by_position = list(converters.values())
    nulls = dict.fromkeys(name for name, _ in struct.fields)

    def convert(value: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            row = nulls.copy()
            for key, item in value.items():
                if item is not None and (
                    field := converters.get(key) or converters.get(key.lower())
                ):
                    row[field[0]] = field[1](item)
            return row
        if isinstance(value, list) and serde == "openx":
            filled = zip(by_position, value, strict=False)
            return nulls | {
                name: converter(item) for (name, converter), item in filled if item is not None
            }
        raise malformed(
            "Start of Object expected" if serde == "hive" else "Data is not JSONObject", value
        )

    return convert
