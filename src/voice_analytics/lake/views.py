"""The views of the database beside its tables.

Each is translated when a query first names it, as that takes some time.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from athena_duckdb.errors import QueryError
from athena_duckdb.results import Column, Translation
from athena_duckdb.types import quoted
from voice_analytics.catalog.saved_queries import View
from voice_analytics.catalog.tables import TABLES
from voice_analytics.lake import information_schema
from voice_analytics.lake.files import HIDDEN, table_columns
from voice_analytics.lake.translations import NOT_KEPT, Translations

# of any stage, so that a query for a deployed one is answered here too; the template appends the
# stage like this
DATABASE = "voice_analytics(_[a-z][a-z0-9]{0,15})?"


class Database(Mapping[str, Sequence[Column]]):
    """The columns of the tables and the views by name; those of information_schema are not listed.

    `create` is given each view's query before the first that reads it.
    """

    def __init__(
        self,
        views: Mapping[str, View],
        create: Callable[[str, Translation], None] = lambda _name, _query: None,
        translations: Translations = NOT_KEPT,
    ) -> None:
        self._columns: dict[str, Sequence[Column]] = {
            table.name: table_columns(table) for table in TABLES
        }
        self._names = [*self._columns, *views]
        self._views = views
        self._waiting = dict(views)
        self._create = create
        self._translations = translations

    def __getitem__(self, name: str) -> Sequence[Column]:
        if name not in self._columns:
            if name in information_schema.NAMES:
                made = information_schema.listed(name, self, self._views)
                self._create(name, made)
                self._columns[name] = made.columns
            else:
                self._columns[name] = self._translated(self._waiting[name])
        return self._columns[name]

    def __contains__(self, name: object) -> bool:
        return name in self._columns or name in self._waiting or name in information_schema.NAMES

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def add_view(self, view: View) -> None:
        """Make a view known that is not one of the database's own."""
        self._waiting[view.name] = view
        self._names.append(view.name)

    def add_table(self, name: str, columns: Sequence[Column]) -> None:
        """Make a table known that DuckDB has by this name."""
        self._columns[name] = columns
        self._names.append(name)

    def remove(self, name: str) -> None:
        """Forget a view or table that was added."""
        self._waiting.pop(name, None)
        self._columns.pop(name, None)
        if name in self._names:
            self._names.remove(name)

    def _translated(self, view: View) -> Sequence[Column]:
        del self._waiting[view.name]  # a view does not see itself
        try:
            query = self._kept_or_made(view)
            self._create(view.name, query)
        except QueryError as error:
            self._waiting[view.name] = view
            raise QueryError(
                f"schemas/views/{view.name}.sql: {error.problem}", error.hint
            ) from error
        return query.columns

    def _kept_or_made(self, view: View) -> Translation:
        if cached := self._translations.find("view", view.sql):
            self.create_relations(cached.sql)
            return cached
        from athena_duckdb.to_duckdb import translated  # noqa: PLC0415 - the grammar is slow to load

        made = Translation(*translated(view.sql, self, database=DATABASE, hidden=HIDDEN))
        self._translations.keep(made, "view", view.sql)
        return made

    def create_relations(self, sql: str) -> None:
        """Create the views that a translation reads: `"name" AS r1`, as athena_duckdb writes it."""
        for name in (*self._names, *information_schema.NAMES):
            if name in self and re.search(rf"{re.escape(quoted(name))} AS r\d", sql):
                self[name]
