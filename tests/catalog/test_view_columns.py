"""Every column of every view has its meaning, at the head of the view's file or as a table's."""

import pytest

from athena_duckdb.type_names import to_hive
from voice_analytics.catalog.columns import columns
from voice_analytics.catalog.saved_queries import View, views
from voice_analytics.catalog.view_columns import described
from voice_analytics.lake.views import Database

pytestmark = pytest.mark.slow

VIEWS = views()
DATABASE = Database(VIEWS)
_LONGEST = 255  # characters of a comment in Glue


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_column_of_a_view_has_a_meaning_that_glue_can_hold(name: str) -> None:
    typed = [(column.name, to_hive(column.type)) for column in DATABASE[name]]
    for column in described(VIEWS[name], typed):
        assert column.comment, f"say in schemas/views/{name}.sql: -- {column.name}: its meaning"
        assert len(column.comment) <= _LONGEST


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_a_header_describes_only_columns_that_the_view_has(name: str) -> None:
    assert set(VIEWS[name].meanings) <= {column.name for column in DATABASE[name]}


def test_a_meaning_may_go_on_and_ends_with_the_next_line_of_text() -> None:
    sql = "-- A row.\n-- a: first\n--   and more\n-- b: second\n-- Note: not a column\nSELECT 1"
    assert View("v", "A row.", sql).meanings == {"a": "first and more", "b": "second"}


def test_a_header_wins_over_the_table_and_a_column_of_neither_has_no_meaning() -> None:
    table = {column.name: column.comment for column in columns()}
    view = View("v", "A row.", "-- A row.\n-- language: Its own\nSELECT 1")
    typed = [("session_id", "string"), ("language", "string"), ("job_id", "string"), ("x", "int")]
    assert [column.comment for column in described(view, typed)] == [
        table["session_id"],
        "Its own",
        table["job_id"],
        "",
    ]
