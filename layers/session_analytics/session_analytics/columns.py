"""A row while it is being filled: from which keys of a container its columns come."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from session_analytics.contract import KEYS

type Columns = dict[str, Any]  # some of a row's columns, or of a struct's fields
# The keys of a container that the contract names: the column (or field of a struct) that takes the value and how it is converted;
# None where the value goes another way.
type Fields = Mapping[str, tuple[str, Callable[[Any], Any] | None] | None]


def fields(contract: str, taken: Iterable[str] = (), **renamed: str) -> Fields:
    """All keys that the typed dict names; of them `taken` keep their names as columns, and `renamed` (column=key) get others."""
    columns = dict(zip(taken, taken, strict=True)) | {key: column for column, key in renamed.items()}
    return {key: (columns[key], None) if key in columns else None for key in KEYS[contract]}


def without_nulls(columns: Columns) -> Columns:
    """The columns that have a value: a missing key is NULL."""
    return {name: value for name, value in columns.items() if value is not None}
