"""What the columns of a view mean: by the view's header, or as the table's column that each is."""

import re
from collections.abc import Iterable

from session_analytics.schema.row import PARTITION_KEY, RejectedEvent, Row

from voice_analytics.catalog.columns import Column, columns, struct_fields
from voice_analytics.catalog.saved_queries import View

_UNNESTED = re.compile(r"\bUNNEST\(sessions\.(\w+)\)")


def described(view: View, typed: Iterable[tuple[str, str]]) -> list[Column]:
    """The columns of a view, given by name and Hive type, with their meanings.

    A column that its header does not describe has the meaning of the column of the same name and
    type of the table, or of the field of the unnested struct; the empty text where there is none.
    """
    names_and_types = list(typed)
    names = [name for name, _ in names_and_types]
    # a view without these aggregates: a column of it means something else, even of the same name
    passed_on = (
        columns(Row)
        if "session_id" in names
        else columns(RejectedEvent)
        if "rejected_at" in names
        else []
    )
    fields = [field for array in _UNNESTED.findall(view.sql) for field in struct_fields(array, Row)]
    inherited = {(column.name, column.type): column.comment for column in (*passed_on, *fields)} | {
        (PARTITION_KEY, "string"): "Partition key"
    }
    own = view.meanings
    return [
        Column(name, hive_type, own.get(name) or inherited.get((name, hive_type), ""))
        for name, hive_type in names_and_types
    ]
