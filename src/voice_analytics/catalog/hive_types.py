"""Hive's types as a small tree, whose text is Hive's own (`array<struct<role:string>>`).

Athena User Guide, "Data types in Amazon Athena". Only the types of this project's tables; `map`
is left out on purpose, because OpenX's SerDe lowers the case of its keys (floci probe).
"""

from dataclasses import dataclass
from typing import Literal

PrimitiveName = Literal["string", "boolean", "int", "bigint", "double", "timestamp"]


@dataclass(frozen=True, slots=True)
class Primitive:
    name: PrimitiveName

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Array:
    element: "HiveType"

    def __str__(self) -> str:
        return f"array<{self.element}>"


@dataclass(frozen=True, slots=True)
class Struct:
    fields: tuple[tuple[str, "HiveType"], ...]

    def __str__(self) -> str:
        return f"struct<{','.join(f'{name}:{hive_type}' for name, hive_type in self.fields)}>"


type HiveType = Primitive | Array | Struct
