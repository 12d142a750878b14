"""What the columns of the tables and views mean."""

from collections.abc import Sequence

from athena_duckdb.results import Column
from athena_duckdb.type_names import to_hive
from voice_analytics.catalog.saved_queries import views
from voice_analytics.catalog.tables import TABLES
from voice_analytics.catalog.view_columns import described

_PARTITION_KEY = "Partition key"


def meanings(name: str, columns: Sequence[Column]) -> list[str]:
    """The meaning of each of the columns of a table or view; empty where nothing says it."""
    for table in TABLES:
        if table.name == name:
            known = {field.name: field.comment for field in table.columns}
            return [known.get(column.name, _PARTITION_KEY) for column in columns]
    view = views().get(name)
    if view is None:
        return [""] * len(columns)
    return [
        field.comment for field in described(view, [(c.name, to_hive(c.type)) for c in columns])
    ]
