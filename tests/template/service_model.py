"""Requests held against the models that AWS publishes of its services.

What they would refuse, without an account to ask in.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import regex  # for the classes of Unicode (\p{L}) in the models' patterns
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape
from botocore.session import get_session
from botocore.validate import ParamValidator

_NUMBERS = {"integer": int, "long": int, "double": float, "float": float}

# The models' patterns are Java's, where two surrogates in a class are one character.
_BEYOND_16_BITS = (r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")


class Request(NamedTuple):
    where: str
    service: str
    operation: str
    sent: Mapping[str, Any]


def faults(request: Request) -> list[str]:
    """Unknown, missing and mistyped members.

    Values too short, too long, outside of an enumeration or a pattern.
    """
    shape = _service(request.service).operation_model(request.operation).input_shape
    assert shape is not None
    sent = _converted(request.sent, shape)
    report = ParamValidator().validate(sent, shape)
    messages = [
        *report.generate_report().splitlines(),
        *_beyond_botocore(sent, shape, request.operation),
    ]
    return [f"{request.where}: {fault}" for fault in messages]


@cache
def _service(name: str) -> ServiceModel:
    return get_session().get_service_model(name)


def _converted(value: Any, shape: Shape) -> Any:
    """Numbers and booleans that came as text, and the other way round.

    CloudFormation converts both by the resource's schema.
    """
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return {
            key: _converted(item, shape.members[key]) if key in shape.members else item
            for key, item in value.items()
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_converted(item, shape.member) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {key: _converted(item, shape.value) for key, item in value.items()}
    return _converted_scalar(value, shape)


def _converted_scalar(value: Any, shape: Shape) -> Any:
    if (
        shape.type_name in _NUMBERS
        and isinstance(value, str)
        and regex.fullmatch(r"-?\d+(\.\d+)?", value)
    ):
        return _NUMBERS[shape.type_name](value)
    if shape.type_name == "boolean" and value in {"true", "false"}:
        return value == "true"
    if (
        shape.type_name == "string"
        and isinstance(value, int | float)
        and not isinstance(value, bool)
    ):
        return str(value)
    return value


def _beyond_botocore(value: Any, shape: Shape, where: str) -> Iterator[str]:
    """What botocore leaves to the service.

    It looks at types, at members, and at what is too small.
    """
    if isinstance(value, str):
        yield from _text(value, shape, where)
    size = value if isinstance(value, int | float) else len(value)
    if size > shape.metadata.get("max", size):
        yield f"{where} is {size}, and may be {shape.metadata['max']} at most"
    for key, item, inner in _inside(value, shape):
        yield from _beyond_botocore(item, inner, f"{where}.{key}")


def _text(value: str, shape: Shape, where: str) -> Iterator[str]:
    known, pattern = shape.metadata.get("enum"), shape.metadata.get("pattern")
    if known and value not in known:
        yield f"{where} is {value}, and may be {', '.join(known)}"
    if pattern and not regex.fullmatch(pattern.replace(*_BEYOND_16_BITS), value):
        yield f"{where} is {value}, which does not match {pattern}"


def _inside(value: Any, shape: Shape) -> Iterator[tuple[str, Any, Shape]]:
    """Members of a structure, items of a list, keys and values of a map, with their shapes."""
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        yield from (
            (key, value[key], shape.members[key]) for key in value.keys() & shape.members.keys()
        )
    elif isinstance(shape, ListShape) and isinstance(value, list):
        yield from ((str(index), item, shape.member) for index, item in enumerate(value))
    elif isinstance(shape, MapShape) and isinstance(value, Mapping):
        yield from ((key, key, shape.key) for key in value)
        yield from ((key, item, shape.value) for key, item in value.items())
