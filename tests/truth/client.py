"""Trino's answers, in the form of its protocol: times and decimals are text."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import trino
from trino.exceptions import TrinoQueryError

from tests.truth.server import CATALOG

_THREADS = 3
_MOST_CHARACTERS = 300  # of an error that is kept
# errors of Trino itself: they say nothing about the query
_FAULTS = {"GENERIC_INTERNAL_ERROR", "EXCEEDED_TIME_LIMIT", "QUERY_REJECTED"}


class Answer(NamedTuple):
    """What Trino said: names, types and rows, or an error."""

    names: list[str]
    types: list[str]
    rows: list[list[Any]]
    error: str = ""

    @property
    def is_fault(self) -> bool:
        """Whether Trino failed by a fault of its own."""
        return self.error.partition(":")[0] in _FAULTS


class Trino:
    """A Trino at a port, with one database of it."""

    def __init__(self, port: int, database: str) -> None:
        self._connect = partial(
            trino.dbapi.connect,
            host="127.0.0.1",
            port=port,
            user="truth",
            catalog=CATALOG,
            schema=database,
            timezone="UTC",
            session_properties={"query_max_run_time": "120s"},
            legacy_primitive_types=True,  # the protocol's own form
        )

    def ask(self, sql: str) -> Answer:
        """The answer to one statement."""
        with self._connect() as connection:
            cursor = connection.cursor()
            try:
                rows = cursor.execute(sql).fetchall()
            except TrinoQueryError as error:
                message = f"{error.error_name}: {error.message}".splitlines()[0]
                return Answer([], [], [], message[:_MOST_CHARACTERS])
            columns = cursor.description or []
            return Answer(
                [column.name for column in columns], [column.type_code for column in columns], rows
            )

    def ask_all(self, statements: Iterable[str]) -> Iterator[Answer]:
        """The answers to many statements, in their order."""
        with ThreadPoolExecutor(_THREADS) as pool:
            yield from pool.map(self.ask, statements)
