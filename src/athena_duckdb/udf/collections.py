"""Functions of arrays and maps for which DuckDB has no equal.

https://trino.io/docs/current/functions/array.html
https://trino.io/docs/current/functions/map.html
"""

from functools import cmp_to_key
from itertools import combinations as all_combinations
from typing import Any

from athena_duckdb.types import Type
from athena_duckdb.udf.conversion import entries, parsed_type
from athena_duckdb.udf.registry import Failure, python, refuse_nan


def _held(value: Any) -> Any:
    """The value as a key of a set or a dictionary."""
    if isinstance(value, dict):
        return ("row", tuple((key, _held(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("array", tuple(map(_held, value)))
    return value


def _unique(values: list[Any]) -> list[Any]:
    return list({_held(value): value for value in reversed(values)}.values())[::-1]


def rows(values: Any) -> Any:
    """A value of arrays and rows as DuckDB takes it back: rows as tuples."""
    refuse_nan(values)
    if isinstance(values, dict):
        return tuple(map(rows, values.values()))
    return list(map(rows, values)) if isinstance(values, list) else values


@python
def array_union(one: list[Any], other: list[Any]) -> list[Any]:
    return [rows(value) for value in _unique_in_order([*one, *other])]


def _unique_in_order(values: list[Any]) -> list[Any]:
    found: dict[Any, Any] = {}
    for value in values:
        found.setdefault(_held(value), value)
    return list(found.values())


@python
def array_intersect(one: list[Any], other: list[Any]) -> list[Any]:
    held = set(map(_held, other))
    return [rows(value) for value in _unique_in_order(one) if _held(value) in held]


@python
def array_except(one: list[Any], other: list[Any]) -> list[Any]:
    held = set(map(_held, other))
    return [rows(value) for value in _unique_in_order(one) if _held(value) not in held]


@python
def array_sort_by(values: list[Any], comparisons: list[list[int | None]]) -> list[Any]:
    """The values in the order of a comparator, given what it says of each pair of them."""

    def compare(one: int, other: int) -> int:
        found = comparisons[one][other]
        if found is None or found not in (-1, 0, 1):
            raise Failure("Lambda comparator must return either -1, 0, or 1")
        return found

    return [rows(values[at]) for at in sorted(range(len(values)), key=cmp_to_key(compare))]


@python
def combinations(values: list[Any], size: int) -> list[Any]:
    if size < 0:
        raise Failure(f"combination size must not be negative: {size}")
    if size > 5:
        raise Failure(f"combination size must not exceed 5: {size}")
    # Trino counts with the first place running fastest
    found = list(all_combinations(range(len(values)), size))
    found.sort(key=lambda places: places[::-1])
    return [[rows(values[at]) for at in places] for places in found]


@python
def ngrams(values: list[Any], size: int) -> list[Any]:
    if size <= 0:
        raise Failure("N must be positive")
    if size >= len(values):
        return [rows(values)]
    return [rows(values[at : at + size]) for at in range(len(values) - size + 1)]


@python
def contains_sequence(values: list[Any], part: list[Any]) -> bool:
    size = len(part)
    return any(values[at : at + size] == part for at in range(len(values) - size + 1))


@python
def array_histogram(values: list[Any]) -> Any:
    counts: dict[Any, list[Any]] = {}
    for value in values:
        if value is not None:
            counts.setdefault(_held(value), [value, 0])[1] += 1
    return {
        "key": [rows(value) for value, _ in counts.values()],
        "value": [count for _, count in counts.values()],
    }


@python
def map_of(keys: list[Any], values: list[Any]) -> Any:
    """A map; keys are neither null nor twice the same."""
    if len(keys) != len(values):
        raise Failure("Key and value arrays must be the same length")
    held = set()
    for key in keys:
        if key is None:
            raise Failure("map key cannot be null")
        if _held(key) in held:
            raise Failure(f"Duplicate map keys ({_shown(key)}) are not allowed")
        held.add(_held(key))
    return {"key": rows(keys), "value": rows(values)}


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    return str(value)


@python
def map_from_entries(entries: list[Any]) -> Any:
    if any(entry is None for entry in entries):
        raise Failure("map entry cannot be null")
    pairs = [list(entry.values()) for entry in entries]
    return map_of([key for key, _ in pairs], [value for _, value in pairs])


@python
def multimap_from_entries(entries: list[Any]) -> Any:
    found: dict[Any, list[Any]] = {}
    for entry in entries:
        if entry is None:
            raise Failure("map entry cannot be null")
        key, value = entry.values()
        if key is None:
            raise Failure("map key cannot be null")
        found.setdefault(_held(key), [key, []])[1].append(rows(value))
    return {
        "key": [rows(key) for key, _ in found.values()],
        "value": [values for _, values in found.values()],
    }


@python
def map_concat(maps: list[Any]) -> Any:
    """A map of the last value of each key; null if a map is."""
    if any(one is None for one in maps):
        return None
    found: dict[Any, Any] = {}
    for one in maps:
        for key, value in entries(one):
            found[_held(key)] = (key, value)
    return {
        "key": [rows(key) for key, _ in found.values()],
        "value": [rows(value) for _, value in found.values()],
    }


@python
def map_concat_first(maps: list[Any]) -> Any:
    """A map of the first value of each key."""
    found: dict[Any, Any] = {}
    for pairs in maps:
        for pair in pairs or ():
            key, value = pair.values()
            found.setdefault(_held(key), (key, value))
    return {
        "key": [rows(key) for key, _ in found.values()],
        "value": [rows(value) for _, value in found.values()],
    }


@python
def equal(one: Any, other: Any, of: str) -> bool | None:
    """`=` of arrays, maps or rows: null where only a null within could tell."""
    return _equal(one, other, parsed_type(of))


def _equal(one: Any, other: Any, of: Type) -> bool | None:
    if one is None or other is None:
        return None
    match of.name:
        case "array":
            pairs = list(zip(one, other, of.parts * len(one), strict=False))
            return _all_equal(pairs) if len(one) == len(other) else False
        case "row":
            return _all_equal(list(zip(one.values(), other.values(), of.parts, strict=True)))
        case "map":
            left, right = (
                {_held(key): value for key, value in entries(side)} for side in (one, other)
            )
            if left.keys() != right.keys():
                return False
            return _all_equal([(left[key], right[key], of.parts[1]) for key in left])
    return bool(one == other)


def _all_equal(pairs: list[tuple[Any, Any, Type]]) -> bool | None:
    found = [_equal(*pair) for pair in pairs]
    return False if False in found else None if None in found else True
