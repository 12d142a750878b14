"""Athena SQL with Trino's meaning on DuckDB: Trino's grammar, its types and scopes, and what each
form is in DuckDB.

What is registered here is all that is understood; anything else is refused and never a silent
difference.
"""
