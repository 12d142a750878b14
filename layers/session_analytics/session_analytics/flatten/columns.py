"""A row while it is being filled: which key of a container fills which column."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from session_analytics.schema.contract import KEYS, ContractError

type Columns = dict[str, Any]  # some of a row's columns, or of a struct's fields
# The keys of a container that the contract names: the column (or field of a struct) of the value,
# and its conversion; None where a function of its own reads the value.
type ColumnMap = Mapping[str, tuple[str, Callable[[Any], Any] | None] | None]


def mapping(typed_dict: str, same_name: Iterable[str] = (), **renamed: str) -> ColumnMap:
    """The columns of all keys that a typed dict of the contract names.

    Keys of `same_name` are columns of that name; `renamed` is column=key.

    Raises ContractError for a key that the typed dict does not have.
    """
    columns = {key: key for key in same_name} | {key: column for column, key in renamed.items()}
    if unknown := columns.keys() - set(KEYS[typed_dict]):
        raise ContractError(
            f"contract.json has no {typed_dict}.{min(unknown)}: run `make schemas`, or correct "
            f"the name"
        )
    return {key: (columns[key], None) if key in columns else None for key in KEYS[typed_dict]}


def without_nulls(columns: Columns) -> Columns:
    """The columns that have a value: a missing key is NULL."""
    return {name: value for name, value in columns.items() if value is not None}
