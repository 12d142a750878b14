"""The columns of a table, derived from its row model.

Hive type names: https://docs.aws.amazon.com/athena/latest/ug/data-types.html
"""

from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints, is_typeddict

from session_analytics.schema.personal_data import NONE, PersonalData
from session_analytics.schema.row import Row
from session_analytics.schema.scalars import Double, Int32, Int64, Timestamp
from typing_extensions import Doc

from voice_analytics.catalog.hive_types import Array, HiveType, Primitive, Struct

_SCALARS: dict[Any, Primitive] = {
    str: Primitive("string"),
    bool: Primitive("boolean"),
    Int32: Primitive("int"),
    Int64: Primitive("bigint"),
    Double: Primitive("double"),
    Timestamp: Primitive("timestamp"),
}


class Column(NamedTuple):
    """A column, or a field of a struct, as Glue describes it.

    A column's comment has at most 255 characters.
    """

    name: str
    type: str
    comment: str
    personal_data: PersonalData = NONE


def hive_type(annotation: Any) -> HiveType:
    """The Hive type of an annotation of the row model.

    Raises TypeError for an annotation without one: the row model uses the types of
    `session_analytics.schema.scalars`, lists and typed dicts.
    """
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    if get_origin(annotation) is list:
        return Array(hive_type(get_args(annotation)[0]))
    if is_typeddict(annotation):
        return Struct(tuple(typed_columns(annotation)))
    raise TypeError(f"no Hive type for {annotation}")


def typed_columns(model: type = Row) -> list[tuple[str, HiveType]]:
    """The names and types of a row model's columns, or of a struct's fields, in its order."""
    hints = get_type_hints(model, include_extras=True)
    return [(name, hive_type(_plain(hint))) for name, hint in hints.items()]


def columns(model: type = Row) -> list[Column]:
    """The columns of a row model, or the fields of a struct, in its order."""
    hints = get_type_hints(model, include_extras=True)
    return [
        Column(name, str(hive_type(_plain(hint))), _doc(hint), class_of(name, hint))
        for name, hint in hints.items()
    ]


def struct_fields(column: str, model: type = Row) -> list[Column]:
    """The fields of a column that is a struct or an array of structs; empty for any other."""
    hint: Any = get_type_hints(model)[column]
    item: Any = next(iter(get_args(hint)), hint)
    return columns(item) if is_typeddict(item) else []


def _doc(hint: Any) -> str:
    return next(item.documentation for item in hint.__metadata__ if isinstance(item, Doc))


def class_of(name: str, hint: Any) -> PersonalData:
    """The class of personal data in a field's annotation. Raises TypeError where it has none."""
    for item in getattr(hint, "__metadata__", ()):
        if isinstance(item, PersonalData):
            return item
    raise TypeError(f"{name} has no class of personal data: add NONE, or one of PersonalData")


def _plain(hint: Any) -> Any:
    """The annotation without description and class."""
    metadata = tuple(
        item for item in hint.__metadata__ if not isinstance(item, (Doc, PersonalData))
    )
    return Annotated[hint.__origin__, *metadata] if metadata else hint.__origin__
