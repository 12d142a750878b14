"""The macros of macros.sql: each is made known to DuckDB when a text of SQL names it first.

All of them together take longer to make than a query over a small lake.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

_STATEMENT = re.compile(r"^CREATE MACRO (\w+)\(.*?;$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"\btrino_\w+")


def register(connection: Any, sql: str) -> None:
    """Make the macros that a text of SQL names known to DuckDB."""
    needed = dict.fromkeys(name for call in _names(sql) for name in _with_those_under(call))
    if needed:
        connection.execute("".join(_macros()[name] for name in needed))


@cache
def _macros() -> dict[str, str]:
    """The statement that makes each macro."""
    text = files("athena_duckdb").joinpath("macros.sql").read_text(encoding="utf-8")
    return {
        found[1]: found[0].replace("MACRO", "MACRO IF NOT EXISTS", 1)
        for found in _STATEMENT.finditer(text)
    }


def _names(sql: str) -> Iterator[str]:
    return (name for name in dict.fromkeys(_NAME.findall(sql)) if name in _macros())


@cache
def _with_those_under(name: str) -> tuple[str, ...]:
    """The macros that one is made of, and it."""
    _, _, body = _macros()[name].partition("(")
    under = [part for called in _names(body) for part in _with_those_under(called)]
    return (*under, name)
