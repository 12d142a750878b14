"""Lines that both JSON deserialisers read in one way, as an Arrow table.

pyarrow's reader is strict: each value in the type of its column, no unknown key, no key twice. What
it takes beyond the deserialisers (times of other forms, numbers that no double holds, bytes that
are not UTF-8) is checked here. `serde` decides all the rest, a value at a time.
"""

import types
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Annotated, Any

import msgspec
import pyarrow as pa
from pyarrow.json import ParseOptions, ReadOptions, read_json

from voice_analytics.catalog.hive_types import Array, HiveType, Primitive, Struct

# as the function writes them; of years that 64 bits of nanoseconds hold from end to end
_TIME = r"^(1[7-9]|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}\Z"
_EVENT_ID = "event_id"


def plain_reader(
    columns: Sequence[tuple[str, HiveType]], schema: pa.Schema
) -> Callable[[Sequence[bytes]], tuple[pa.Table, list[tuple[str, ...]]] | None]:
    """Returns a function that makes a table of records, with the ids of the events in each.

    It returns None where one of the records is not plain, or is empty.
    """
    options = ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")
    checked = msgspec.defstruct(
        "Checked", [(_EVENT_ID, Any, None), *_fields(Struct(tuple(columns)))]
    )
    decode_lines = msgspec.json.Decoder(checked).decode_lines

    def read(records: Sequence[bytes]) -> tuple[pa.Table, list[tuple[str, ...]]] | None:
        data = b"\n".join(records)
        block = ReadOptions(use_threads=False, block_size=len(data) + 1)
        try:
            data.decode()
            found = [decode_lines(record) for record in records]
            table = read_json(BytesIO(data), read_options=block, parse_options=options)
        except ValueError:  # of UTF-8, of msgspec and of pyarrow
            return None
        if not all(found):
            return None
        return table, [tuple(str(getattr(one, _EVENT_ID)) for one in of) for of in found]

    return read


def _fields(struct: Struct) -> list[tuple[str, Any, None]]:
    """The fields of a struct in which there are times or doubles, as msgspec checks them."""
    checked = ((name, _checked(of)) for name, of in struct.fields)
    return [(name, check | None, None) for name, check in checked if check]


def _checked(of: HiveType) -> Any:
    match of:
        case Primitive("timestamp"):
            return Annotated[str, msgspec.Meta(pattern=_TIME)]
        case Primitive("double"):
            return float
        case Array(element) if check := _checked(element):
            return types.GenericAlias(list, (check | None,))
        case Struct() if fields := _fields(of):
            return msgspec.defstruct("Checked", fields)
    return None
