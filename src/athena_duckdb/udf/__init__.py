"""Trino's functions in Python: those of which DuckDB has no equal, or one with other results."""

from athena_duckdb.udf.registry import RARE, call, load_rare, register, surely

__all__ = ["RARE", "call", "load_rare", "register", "surely"]
