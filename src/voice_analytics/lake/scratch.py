"""Views and tables that a person makes of a lake's: they stand in the lake's folder `scratch/`.

A view as NAME.sql, a table as NAME.parquet with its columns in NAME.json, what UNLOAD writes under
the path of its address. Nothing else of the lake is ever written to.
"""

import json
from pathlib import Path
from typing import Any

from athena_duckdb.results import Column
from athena_duckdb.type_names import from_text
from athena_duckdb.types import quoted
from voice_analytics.catalog.saved_queries import View
from voice_analytics.lake.views import Database

FOLDER = "scratch"


class Scratch:
    """The scratch folder of a lake, and what of it the database knows."""

    def __init__(self, folder: Path, connection: Any, database: Database) -> None:
        self.folder = folder
        self.connection = connection
        self.database = database
        for file in sorted(folder.glob("*.parquet")):
            self.add_table(file.stem)
        for file in sorted(folder.glob("*.sql")):
            database.add_view(View(file.stem, "", file.read_text(encoding="utf-8")))

    def is_empty(self) -> bool:
        """Whether nothing has been made, so that kept translations are still true."""
        return not any(self.folder.glob("*"))

    def names(self) -> set[str]:
        """The names of the views and tables in the folder."""
        return {
            file.stem for ending in ("sql", "parquet") for file in self.folder.glob(f"*.{ending}")
        }

    def add_view(self, name: str, query: str) -> None:
        """Keep a view, in the place of one of its name."""
        (self.folder / f"{name}.sql").write_text(query, encoding="utf-8")
        self._forget(name)
        self.database.add_view(View(name, "", query))

    def add_table(self, name: str) -> None:
        """Make the table of a Parquet file known, with the columns that stand beside it."""
        file = self.folder / f"{name}.parquet"
        listed = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        columns = [Column(column, from_text(of)) for column, of in listed]
        items = ", ".join(
            f"CAST({quoted(one.name)} AS {one.type.duckdb}) AS {quoted(one.name)}"
            for one in columns
        )
        source = f"read_parquet({literal(file)})"
        self.connection.execute(
            f"CREATE OR REPLACE VIEW {quoted(name)} AS SELECT {items} FROM {source}"  # noqa: S608
        )
        self.database.add_table(name, columns)

    def drop(self, name: str) -> None:
        """Delete a view or table."""
        for ending in ("sql", "parquet", "json"):
            (self.folder / f"{name}.{ending}").unlink(missing_ok=True)
        self._forget(name)

    def _forget(self, name: str) -> None:
        self.database.remove(name)
        self.connection.execute(f"DROP VIEW IF EXISTS {quoted(name)}")


def literal(path: Path) -> str:
    """A path as DuckDB's text."""
    return "'" + str(path).replace("'", "''") + "'"
