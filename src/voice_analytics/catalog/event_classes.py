"""The classes of personal data of the event's fields, by typed dict and by JSON Pointer."""

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_type_hints, is_typeddict

from session_analytics.schema.event import Event
from session_analytics.schema.personal_data import PersonalData

from voice_analytics.catalog.columns import class_of


def event_class(typed_dict: str, field: str) -> PersonalData:
    """The class of a field. Raises TypeError where it has none."""
    return _classes()[typed_dict][field]


def classes_by_field() -> dict[str, PersonalData]:
    """The classes by the names of the typed dict and the field, as in `Event.user_email`."""
    return {
        f"{typed_dict}.{field}": data_class
        for typed_dict, fields in _classes().items()
        for field, data_class in fields.items()
    }


@cache
def _classes() -> dict[str, dict[str, PersonalData]]:
    return {model.__name__: _classes_of(model) for model in _models(Event, set())}


def _classes_of(model: type) -> dict[str, PersonalData]:
    return {
        name: class_of(f"{model.__name__}.{name}", hint)
        for name, hint in get_type_hints(model, include_extras=True).items()
    }


def _models(annotation: Any, seen: set[Any]) -> Iterator[type]:
    """The typed dicts in an annotation, at any depth."""
    if is_typeddict(annotation):
        if annotation in seen:
            return
        seen.add(annotation)
        yield annotation
        inner = list(get_type_hints(annotation, include_extras=True).values())
    else:
        inner = list(get_args(annotation))
    for each in inner:
        yield from _models(each, seen)
