"""Statements other than queries: EXPLAIN, EXECUTE, and what a person makes of a lake."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lake import lakes
from voice_analytics.catalog.tables import TABLES
from voice_analytics.errors import UserError
from voice_analytics.lake.engine import Lake, open_lake, run_query

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lakes.small(tmp_path)


@pytest.fixture
def lake(folder: Path) -> Iterator[Lake]:
    with open_lake(folder) as opened:
        yield opened


def _rows(sql: str, lake: Lake) -> list[tuple[Any, ...]]:
    return run_query(sql, lake).rows


def _refusal(sql: str, lake: Lake) -> str:
    with pytest.raises(UserError) as refused:
        run_query(sql, lake)
    return str(refused.value)


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SHOW DATABASES", ["voice_analytics"]),
        ("SHOW SCHEMAS LIKE 'other%'", []),
        ("SHOW TABLES LIKE '%call%'", ["tool_calls"]),
        ("SHOW TABLES IN voice_analytics '*calls|costs'", ["costs", "tool_calls"]),
        ("SHOW VIEWS LIKE 'co%'", ["costs"]),
        ("SHOW PARTITIONS session_analytics", []),
        ("SHOW TBLPROPERTIES rejected_events('projection.dt.type')", ["projection.dt.type"]),
    ],
)
def test_what_there_is_is_listed(sql: str, names: list[str], lake: Lake) -> None:
    assert [row[0] for row in _rows(sql, lake)] == names


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_a_tables_text_is_its_ddl(table: str, lake: Lake) -> None:
    lines = [line for (line,) in _rows(f"SHOW CREATE TABLE {table}", lake)]
    assert lines[0] == f"CREATE EXTERNAL TABLE IF NOT EXISTS {table} ("
    assert "TBLPROPERTIES (" in lines


def test_a_views_text_makes_it_again(lake: Lake) -> None:
    text = "\n".join(line for (line,) in _rows("SHOW CREATE VIEW costs", lake))
    run_query(text.replace("costs AS", "costs_again AS", 1), lake)
    assert _rows("DESCRIBE costs_again", lake) == _rows("DESCRIBE costs", lake)


def test_explain_says_whose_plan_it_is(lake: Lake) -> None:
    lines = [line for (line,) in _rows("EXPLAIN SELECT count(*) FROM session_analytics", lake)]
    assert lines[0].startswith("The plan of the local engine, DuckDB")
    assert len(lines) > 1


def test_saved_queries_with_parameters_are_executed(lake: Lake) -> None:
    assert run_query("EXECUTE find_session USING 'a'", lake).columns
    assert "Incorrect number of parameters" in _refusal("EXECUTE find_session USING 1, 2", lake)
    assert "Prepared statement not found: other" in _refusal("EXECUTE other USING 1", lake)


def test_the_path_of_a_rows_file_is_a_column_that_the_asterisk_leaves_out(lake: Lake) -> None:
    rows = _rows("SELECT \"$path\" FROM session_analytics WHERE dt = '2025-11-01'", lake)
    assert [path.rpartition("/sessions/")[2] for (path,) in rows] == ["dt=2025-11-01/0.parquet"]
    columns = [column.name for column in run_query("SELECT * FROM session_analytics", lake).columns]
    assert "$path" not in columns


def test_a_view_and_a_table_stay_with_the_lake(folder: Path) -> None:
    with open_lake(folder) as lake:
        run_query("CREATE VIEW days AS SELECT DISTINCT dt FROM session_analytics", lake)
        assert _rows("CREATE TABLE kept AS SELECT session_id, tool_calls FROM sessions", lake) == [
            (3,)
        ]
    with open_lake(folder) as lake:
        assert sorted(_rows("SELECT dt FROM days", lake)) == [("2025-10-31",), ("2025-11-01",)]
        assert _rows("SELECT count(*), sum(cardinality(tool_calls)) FROM kept", lake) == [(3, 2)]
        run_query("CREATE OR REPLACE VIEW days AS SELECT 1 AS one", lake)
        assert _rows("SELECT one FROM days", lake) == [(1,)]
        run_query("DROP VIEW days", lake)
        run_query("DROP TABLE kept", lake)
        assert "does not exist" in _refusal("SELECT * FROM kept", lake)
    assert list((folder / "scratch").iterdir()) == []


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("CREATE VIEW costs AS SELECT 1 AS x", "'costs' already exists"),
        ("CREATE OR REPLACE VIEW costs AS SELECT 1 AS x", "'costs' already exists"),
        ("CREATE VIEW a AS SELECT 1", "Column name not specified at position 1"),
        ("CREATE TABLE a AS SELECT 1 AS x, 2 AS x", "Column name 'x' specified more than once"),
        ("CREATE TABLE a AS SELECT JSON '1' AS x", "Unsupported Hive type: json of column x"),
        ("CREATE TABLE a (x int)", "the local engine does not support CREATE in this form"),
        ("CREATE ROLE a", "the local engine does not support CREATE in this form"),
        ("DROP VIEW costs", "'costs' is one of the lake's own"),
        ("DROP TABLE nothing", "'nothing' does not exist"),
        ("UNLOAD (SELECT 1 AS x) TO 's3://b/c/' WITH (format = 'ORC')", "the format ORC"),
    ],
)
def test_what_cannot_be_made_is_refused(sql: str, problem: str, lake: Lake) -> None:
    assert problem in _refusal(sql, lake)


@pytest.mark.parametrize(
    ("name", "ending"), [("PARQUET", "parquet"), ("JSON", "json"), ("TEXTFILE", "csv")]
)
def test_unload_writes_into_the_scratch_folder_alone(
    name: str, ending: str, folder: Path, lake: Lake
) -> None:
    sql = f"UNLOAD (SELECT 1 AS x) TO 's3://b/../c/' WITH (format = '{name}')"
    assert _rows(sql, lake) == [(1,)]
    assert (folder / f"scratch/c/part-0.{ending}").stat().st_size
    assert "is not empty" in _refusal(sql, lake)
