"""Functions of arrays and maps for which DuckDB has no equal.

https://trino.io/docs/current/functions/array.html
https://trino.io/docs/current/functions/map.html
"""

import math
from collections.abc import Callable
from functools import cmp_to_key
from itertools import combinations as all_combinations
from typing import Any

from athena_duckdb.types import Type
from athena_duckdb.udf.conversion import entries, parsed_type
from athena_duckdb.udf.registry import Failure, python, refuse_nan

_SHORT = 32  # from this length on, Java's TimSort merges sorted parts


def _hashable(value: Any) -> Any:
    """The value as a key of a set or a dictionary."""
    if isinstance(value, dict):
        return ("row", tuple((key, _hashable(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("array", tuple(map(_hashable, value)))
    return value


def _unique(values: list[Any]) -> list[Any]:
    return list({_hashable(value): value for value in reversed(values)}.values())[::-1]


def rows(values: Any) -> Any:
    """A value of arrays and rows as DuckDB takes it back: rows as tuples."""
    refuse_nan(values)
    if isinstance(values, dict):
        return tuple(map(rows, values.values()))
    return list(map(rows, values)) if isinstance(values, list) else values


@python
def array_union(left: list[Any], right: list[Any]) -> list[Any]:
    return [rows(value) for value in _unique_in_order([*left, *right])]


def _unique_in_order(values: list[Any]) -> list[Any]:
    unique_values: dict[Any, Any] = {}
    for value in values:
        unique_values.setdefault(_hashable(value), value)
    return list(unique_values.values())


@python
def array_intersect(left: list[Any], right: list[Any]) -> list[Any]:
    right_keys = set(map(_hashable, right))
    return [rows(value) for value in _unique_in_order(left) if _hashable(value) in right_keys]


@python
def array_except(left: list[Any], right: list[Any]) -> list[Any]:
    right_keys = set(map(_hashable, right))
    return [rows(value) for value in _unique_in_order(left) if _hashable(value) not in right_keys]


@python
def array_sort_by(values: list[Any], comparisons: list[list[int | None]]) -> list[Any]:
    """The values in the order of a comparator, given what it says of each pair of them."""

    def compare(left: int, right: int) -> int:
        order = comparisons[left][right]
        if order is None or order not in (-1, 0, 1):
            raise Failure("Lambda comparator must return either -1, 0, or 1")
        return order

    places = list(range(len(values)))
    if len(values) < _SHORT:
        return [rows(values[index]) for index in _insertion_sorted(places, compare)]
    if any(compare(a, b) != -compare(b, a) for a in places for b in places[:a]):
        raise Failure("the local engine does not support a comparator that contradicts itself")
    return [rows(values[index]) for index in sorted(places, key=cmp_to_key(compare))]


def _insertion_sorted(places: list[int], compare: Callable[[int, int], int]) -> list[int]:
    """In the order of Java's TimSort for few values, also where the comparator is inconsistent."""
    if len(places) < 2:
        return places
    run = 2
    falling = compare(places[1], places[0]) < 0
    while run < len(places) and (compare(places[run], places[run - 1]) < 0) == falling:
        run += 1
    ordered = places[:run][::-1] if falling else places[:run]
    for place in places[run:]:
        low, high = 0, len(ordered)
        while low < high:
            middle = (low + high) // 2
            if compare(place, ordered[middle]) < 0:
                high = middle
            else:
                low = middle + 1
        ordered.insert(low, place)
    return ordered


@python
def combinations(values: list[Any], size: int) -> list[Any]:
    if size < 0:
        raise Failure(f"combination size must not be negative: {size}")
    if size > 5:
        raise Failure(f"combination size must not exceed 5: {size}")
    # Trino counts with the first place running fastest
    selections = list(all_combinations(range(len(values)), size))
    selections.sort(key=lambda places: places[::-1])
    return [[rows(values[place]) for place in places] for places in selections]


@python
def ngrams(values: list[Any], size: int) -> list[Any]:
    if size <= 0:
        raise Failure("N must be positive")
    if size >= len(values):
        return [rows(values)]
    return [rows(values[start : start + size]) for start in range(len(values) - size + 1)]


@python
def contains_sequence(values: list[Any], part: list[Any]) -> bool:
    size = len(part)
    return any(values[start : start + size] == part for start in range(len(values) - size + 1))


@python
def array_histogram(values: list[Any]) -> Any:
    counts: dict[Any, list[Any]] = {}
    for value in values:
        if value is not None:
            counts.setdefault(_hashable(value), [value, 0])[1] += 1
    return {
        "key": [rows(value) for value, _ in counts.values()],
        "value": [count for _, count in counts.values()],
    }


@python
def map_of(keys: list[Any], values: list[Any]) -> Any:
    """A map; keys are neither null nor twice the same."""
    if len(keys) != len(values):
        raise Failure("Key and value arrays must be the same length")
    unique_keys = set()
    for key in keys:
        if key is None:
            raise Failure("map key cannot be null")
        if _hashable(key) in unique_keys:
            raise Failure(f"Duplicate map keys ({_value_text(key)}) are not allowed")
        unique_keys.add(_hashable(key))
    return {"key": rows(keys), "value": rows(values)}


def _value_text(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value_text, value))}]"
    return str(value)


@python
def map_from_entries(entries: list[Any]) -> Any:
    if any(entry is None for entry in entries):
        raise Failure("map entry cannot be null")
    pairs = [list(entry.values()) for entry in entries]
    return map_of([key for key, _ in pairs], [value for _, value in pairs])


@python
def multimap_from_entries(entries: list[Any]) -> Any:
    multimap: dict[Any, list[Any]] = {}
    for entry in entries:
        if entry is None:
            raise Failure("map entry cannot be null")
        key, value = entry.values()
        if key is None:
            raise Failure("map key cannot be null")
        multimap.setdefault(_hashable(key), [key, []])[1].append(rows(value))
    return {
        "key": [rows(key) for key, _ in multimap.values()],
        "value": [values for _, values in multimap.values()],
    }


@python
def map_concat(maps: list[Any]) -> Any:
    """A map of the last value of each key; null if a map is."""
    if any(mapping is None for mapping in maps):
        return None
    last_pairs: dict[Any, Any] = {}
    for mapping in maps:
        for key, value in entries(mapping):
            last_pairs[_hashable(key)] = (key, value)
    return {
        "key": [rows(key) for key, _ in last_pairs.values()],
        "value": [rows(value) for _, value in last_pairs.values()],
    }


@python
def map_concat_first(maps: list[Any]) -> Any:
    """A map of the first value of each key; null if all maps are empty."""
    first_pairs: dict[Any, Any] = {}
    for pairs in maps:
        for pair in pairs or ():
            key, value = pair.values()
            first_pairs.setdefault(_hashable(key), (key, value))
    if not first_pairs:
        return None
    return {
        "key": [rows(key) for key, _ in first_pairs.values()],
        "value": [rows(value) for _, value in first_pairs.values()],
    }


@python
def cosine_similarity(left: Any, right: Any) -> float | None:
    """Of two sparse vectors, which are maps; null for one with a null."""
    first, second = dict(entries(left)), dict(entries(right))
    if None in (*first.values(), *second.values()):
        return None
    product = sum(value * second[key] for key, value in first.items() if key in second)
    lengths = [math.sqrt(sum(value * value for value in one.values())) for one in (first, second)]
    return product / (lengths[0] * lengths[1]) if all(lengths) else math.nan


@python
def equal(first: Any, second: Any, type_text: str) -> bool | None:
    """`=` of arrays, maps or rows: null where only a null within could tell."""
    return _equal(first, second, parsed_type(type_text))


def _equal(first: Any, second: Any, data_type: Type) -> bool | None:
    if first is None or second is None:
        return None
    match data_type.name:
        case "array":
            pairs = list(zip(first, second, data_type.parts * len(first), strict=False))
            return _all_equal(pairs) if len(first) == len(second) else False
        case "row":
            return _all_equal(
                list(zip(first.values(), second.values(), data_type.parts, strict=True))
            )
        case "map":
            left, right = (
                {_hashable(key): value for key, value in entries(side)} for side in (first, second)
            )
            if left.keys() != right.keys():
                return False
            return _all_equal([(left[key], right[key], data_type.parts[1]) for key in left])
    return bool(first == second)


def _all_equal(pairs: list[tuple[Any, Any, Type]]) -> bool | None:
    results = [_equal(*pair) for pair in pairs]
    return False if False in results else None if None in results else True
