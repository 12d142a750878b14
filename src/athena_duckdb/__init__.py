"""Athena SQL with Trino's meaning on DuckDB.

`connect` opens DuckDB, `execute` answers a query, `translate` gives DuckDB's text of one. What is
registered here is all that is understood; anything else is refused and never a silent difference.
"""

from typing import TYPE_CHECKING, Any

from athena_duckdb.engine import connect, execute, run
from athena_duckdb.errors import QueryError
from athena_duckdb.results import Column, Result, Translation

if TYPE_CHECKING:
    from athena_duckdb.to_duckdb import to_duckdb as translate

__all__ = [
    "Column",
    "QueryError",
    "Result",
    "Translation",
    "connect",
    "execute",
    "run",
    "translate",
]


def __getattr__(name: str) -> Any:
    """Load the grammar with the first use of `translate`: it is slow to load."""
    if name != "translate":
        raise AttributeError(name)
    from athena_duckdb.to_duckdb import to_duckdb  # noqa: PLC0415

    return to_duckdb
