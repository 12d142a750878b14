"""Athena SQL with Trino's meaning on DuckDB.

`connect` opens DuckDB, `execute` answers a query, `translate` gives DuckDB's text of one. What is
registered here is all that is understood; anything else is refused and never a silent difference.
"""

from athena_duckdb.engine import Result, connect, execute
from athena_duckdb.errors import QueryError
from athena_duckdb.scope import Column
from athena_duckdb.to_duckdb import Translation
from athena_duckdb.to_duckdb import to_duckdb as translate

__all__ = ["Column", "QueryError", "Result", "Translation", "connect", "execute", "translate"]
