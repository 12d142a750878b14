"""information_schema answers what BI tools ask of it before they show a table."""

from collections.abc import Iterator

import pytest

from voice_analytics.catalog.saved_queries import views
from voice_analytics.catalog.tables import TABLES
from voice_analytics.lake.engine import Lake, open_lake, run_query

pytestmark = pytest.mark.slow  # the columns of all views, which are translated


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    folder = tmp_path_factory.mktemp("lake")
    (folder / "sessions").mkdir()
    with open_lake(folder) as opened:
        yield opened


def test_tables_and_views_are_listed_with_their_kind(lake: Lake) -> None:
    rows = run_query(
        "SELECT table_catalog, table_schema, table_name, table_type FROM information_schema.tables "
        "WHERE table_schema = 'voice_analytics' ORDER BY table_name",
        lake,
    ).rows
    kinds = {table.name: "BASE TABLE" for table in TABLES} | dict.fromkeys(views(), "VIEW")
    assert rows == [
        ("awsdatacatalog", "voice_analytics", name, kinds[name]) for name in sorted(kinds)
    ]


def test_the_columns_of_every_relation_are_those_that_select_gives(lake: Lake) -> None:
    listed = run_query(
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        "ORDER BY table_name, ordinal_position",
        lake,
    ).rows
    assert listed == [
        (name, column.name, str(column.type))
        for name in sorted(lake.tables)
        for column in run_query(f"SELECT * FROM {name} LIMIT 0", lake).columns
    ]


def test_a_column_has_its_place_and_its_meaning(lake: Lake) -> None:
    rows = run_query(
        "SELECT ordinal_position, column_default, is_nullable, comment "
        "FROM information_schema.columns "
        "WHERE table_name = 'sessions' AND column_name = 'session_id'",
        lake,
    ).rows
    ((place, default, nullable, comment),) = rows
    assert (default, nullable) == (None, "YES")
    assert comment.startswith("The call")
    names = [column.name for column in run_query("SELECT * FROM sessions LIMIT 0", lake).columns]
    assert place == names.index("session_id") + 1


def test_no_column_is_without_a_meaning(lake: Lake) -> None:
    sql = "SELECT table_name, column_name FROM information_schema.columns WHERE comment = ''"
    assert run_query(sql, lake).rows == []
