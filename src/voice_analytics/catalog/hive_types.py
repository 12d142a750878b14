"""Hive's type strings (`array<struct<role:string>>`), as a small tree.

Athena User Guide, "Data types in Amazon Athena". Only the types that this project's table uses are
known; `map` is left out on purpose, because OpenX's SerDe lowers the case of its keys (floci
probe).
"""

import re
from dataclasses import dataclass
from typing import Literal, get_args

PrimitiveName = Literal["string", "boolean", "int", "bigint", "double", "timestamp"]
_PRIMITIVES = get_args(PrimitiveName)
_TOKEN = re.compile(r"[A-Za-z0-9_]+|[<>:,]|\S")


@dataclass(frozen=True, slots=True)
class Primitive:
    name: PrimitiveName


@dataclass(frozen=True, slots=True)
class Array:
    element: "HiveType"


@dataclass(frozen=True, slots=True)
class Struct:
    fields: tuple[tuple[str, "HiveType"], ...]


type HiveType = Primitive | Array | Struct


def parse_hive_type(text: str) -> HiveType:
    """The type that a Hive type string names, in whatever case.

    Raises ValueError for one that is not known or not complete.
    """
    tokens = _TOKEN.findall(text.lower())[::-1]
    parsed = _type(tokens, text)
    if tokens:
        raise ValueError(f"{text!r} goes on after its end")
    return parsed


def _type(tokens: list[str], text: str) -> HiveType:
    name = _next(tokens, text)
    if name == "array":
        _expect("<", tokens, text)
        element = _type(tokens, text)
        _expect(">", tokens, text)
        return Array(element)
    if name == "struct":
        return Struct(_fields(tokens, text))
    for primitive in _PRIMITIVES:
        if name == primitive:
            return Primitive(primitive)
    raise ValueError(
        f"{name!r} in {text!r} is no type of this table: those are {', '.join(_PRIMITIVES)}, "
        f"array<…> and struct<…>"
    )


def _fields(tokens: list[str], text: str) -> tuple[tuple[str, HiveType], ...]:
    _expect("<", tokens, text)
    fields: list[tuple[str, HiveType]] = []
    while True:
        name = _next(tokens, text)
        _expect(":", tokens, text)
        fields.append((name, _type(tokens, text)))
        if (separator := _next(tokens, text)) == ">":
            return tuple(fields)
        if separator != ",":
            raise ValueError(f"{separator!r} in {text!r} where , or > was expected")


def _next(tokens: list[str], text: str) -> str:
    if not tokens:
        raise ValueError(f"{text!r} ends too early")
    return tokens.pop()


def _expect(wanted: str, tokens: list[str], text: str) -> None:
    if (token := _next(tokens, text)) != wanted:
        raise ValueError(f"{token!r} in {text!r} where {wanted} was expected")
