"""SHOW and DESCRIBE say what there is in the database."""

from collections.abc import Iterator

import pytest

from voice_analytics.catalog.saved_queries import views
from voice_analytics.catalog.tables import TABLES
from voice_analytics.errors import UserError
from voice_analytics.lake.engine import Lake, open_lake, run_query

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    folder = tmp_path_factory.mktemp("lake")
    (folder / "sessions").mkdir()
    with open_lake(folder) as opened:
        yield opened


@pytest.mark.parametrize("sql", ["SHOW TABLES", "-- which?\nshow tables;"])
def test_the_tables_are_listed_with_the_views(sql: str, lake: Lake) -> None:
    assert run_query(sql, lake).rows == [
        (name,) for name in sorted([*(table.name for table in TABLES), *views()])
    ]


def test_the_views_are_listed_alone(lake: Lake) -> None:
    assert run_query("SHOW VIEWS;", lake).rows == [(name,) for name in sorted(views())]


@pytest.mark.parametrize(
    "sql",
    [
        "DESCRIBE costs",
        "desc Costs;",
        "SHOW COLUMNS IN costs",
        "SHOW COLUMNS FROM voice_analytics_dev.costs",
    ],
)
def test_a_views_columns_are_told_with_their_types(sql: str, lake: Lake) -> None:
    result = run_query(sql, lake)
    assert [column.name for column in result.columns] == ["col_name", "data_type"]
    assert result.rows == [
        ("dt", "varchar"),
        ("session_id", "varchar"),
        ("started_at", "timestamp"),
        ("ordinal", "bigint"),
        ("provider", "varchar"),
        ("cost_usd", "double"),
        ("quantity", "double"),
        ("unit", "varchar"),
    ]


def test_what_is_described_is_what_select_gives(lake: Lake) -> None:
    for name in lake.tables:
        selected = run_query(f"SELECT * FROM {name} LIMIT 0", lake).columns
        assert run_query(f"DESCRIBE {name}", lake).rows == [
            (column.name, str(column.type)) for column in selected
        ]


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        (
            "SHOW COLUMNS IN costs LIKE 'a%'",
            "the local engine does not support SHOW COLUMNS in this form",
        ),
        ("SHOW CREATE VIEW nope", "view nope does not exist"),
        ("SHOW CREATE TABLE nope", "unknown table nope"),
        ("SHOW FUNCTIONS", "the local engine does not support SHOW FUNCTIONS in this form"),
        ("DESCRIBE FORMATTED costs", "line 1:20: extraneous input 'costs'"),
    ],
)
def test_other_forms_are_refused_with_those_that_are_answered(
    sql: str, problem: str, lake: Lake
) -> None:
    with pytest.raises(UserError) as refused:
        run_query(sql, lake)
    assert refused.value.problem == problem
    assert refused.value.hint


def test_a_table_that_is_not_there_is_named_with_the_nearest(lake: Lake) -> None:
    with pytest.raises(
        UserError, match=r"line 1:10: Table 'sesions' does not exist: did you mean sessions\?"
    ):
        run_query("DESCRIBE sesions", lake)


@pytest.mark.parametrize("sql", ["SHOW VIEWS", "DESCRIBE costs"])
def test_values_for_no_mark_are_refused(sql: str, lake: Lake) -> None:
    with pytest.raises(UserError, match="expected 0 but found 1"):
        run_query(sql, lake, ["x"])
