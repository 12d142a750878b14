"""A row while it is being filled: from which keys of a container its columns come."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from session_analytics.schema.contract import KEYS, ContractError

type Columns = dict[str, Any]  # some of a row's columns, or of a struct's fields
# The keys of a container that the contract names: the column (or field of a struct) that takes the
# value and how it is converted; None where the value goes another way.
type Fields = Mapping[str, tuple[str, Callable[[Any], Any] | None] | None]


def fields(typed_dict: str, taken: Iterable[str] = (), **renamed: str) -> Fields:
    """All keys that the typed dict names; of them `taken` keep their names as columns, and
    `renamed` (column=key) get others.

    Raises ContractError for a key that it does not name.
    """
    columns = dict(zip(taken, taken, strict=True)) | {
        key: column for column, key in renamed.items()
    }
    if unknown := columns.keys() - set(KEYS[typed_dict]):
        raise ContractError(
            f"contract.json has no {typed_dict}.{min(unknown)}: run `make schemas`, or mend the "
            f"name"
        )
    return {key: (columns[key], None) if key in columns else None for key in KEYS[typed_dict]}


def without_nulls(columns: Columns) -> Columns:
    """The columns that have a value: a missing key is NULL."""
    return {name: value for name, value in columns.items() if value is not None}
