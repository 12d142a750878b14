"""Glue's view of a row: the columns with their Hive types, derived from the row model.

Hive type names: https://docs.aws.amazon.com/athena/latest/ug/data-types.html
"""

from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints, is_typeddict

from session_analytics.schema.row import Row
from session_analytics.schema.scalars import Double, Int32, Int64, Timestamp
from typing_extensions import Doc

_SCALARS: dict[Any, str] = {
    str: "string",
    bool: "boolean",
    Int32: "int",
    Int64: "bigint",
    Double: "double",
    Timestamp: "timestamp",
}


class Column(NamedTuple):
    """A column, or a field of a struct, as Glue knows it.

    A column's comment has at most 255 characters.
    """

    name: str
    type: str
    comment: str


def hive_type(annotation: Any) -> str:
    """The Hive type of an annotation of the row model, such as `array<struct<role:string,…>>`.

    Raises TypeError for what has none: the row model uses the types of
    `session_analytics.schema.scalars`, lists and typed dicts.
    """
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    if get_origin(annotation) is list:
        return f"array<{hive_type(get_args(annotation)[0])}>"
    if is_typeddict(annotation):
        return f"struct<{','.join(f'{field.name}:{field.type}' for field in columns(annotation))}>"
    raise TypeError(f"no Hive type for {annotation}")


def columns(model: type = Row) -> list[Column]:
    """The columns of a row model, or the fields of a struct, in its order."""
    hints = get_type_hints(model, include_extras=True)
    return [Column(name, hive_type(_without_doc(hint)), _doc(hint)) for name, hint in hints.items()]


def struct_fields(column: str, model: type = Row) -> list[Column]:
    """The fields of a struct, or of the structs in an array, that a column of a row model is.

    None for any other column.
    """
    hint: Any = get_type_hints(model)[column]
    item: Any = next(iter(get_args(hint)), hint)
    return columns(item) if is_typeddict(item) else []


def _doc(hint: Any) -> str:
    return next(item.documentation for item in hint.__metadata__ if isinstance(item, Doc))


def _without_doc(hint: Any) -> Any:
    metadata = tuple(item for item in hint.__metadata__ if not isinstance(item, Doc))
    return Annotated[hint.__origin__, *metadata] if metadata else hint.__origin__
