"""CSV for spreadsheets starts no formula; Athena's own form stays as it is; Parquet is written."""

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.lake import lakes
from voice_analytics.cli.query import query
from voice_analytics.errors import UsageError, UserError

_FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1")


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return lakes.small(tmp_path / "lake")


def test_no_cell_of_a_spreadsheet_starts_a_formula_and_numbers_stay(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = ", ".join(f"'{text}'" for text in _FORMULAS)
    sql = f'SELECT t AS "=name", -5 AS n, -1e0 / 0 AS least FROM UNNEST(ARRAY[{listed}]) AS a (t)'
    query(sql, lake=lake, as_spreadsheet=True)
    header, *rows = csv.reader(io.StringIO(capsys.readouterr().out, newline=""))
    assert header == ["'=name", "n", "least"]
    assert [row[0] for row in rows] == [f"'{text}" for text in _FORMULAS]
    assert {(row[1], row[2]) for row in rows} == {("-5", "'-Infinity")}


def test_athenas_csv_is_not_changed(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query("SELECT '=1+1' AS f", lake=lake, as_csv=True)
    assert capsys.readouterr().out == '"f"\n"=1+1"\n'


def test_a_result_is_written_to_parquet(
    lake: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "it's.parquet"
    sql = 'SELECT session_id AS "the id", team_size FROM session_analytics ORDER BY 1'
    for _ in range(2):
        query(sql, lake=lake, parquet=file)
    table = pq.ParquetFile(file).read()
    assert table.column_names == ["the id", "team_size"]
    assert len(table) == 3
    assert "3 rows" in capsys.readouterr().err


def test_what_parquet_cannot_hold_is_refused(lake: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="two columns are called a"):
        query("SELECT 1 AS a, 2 AS a", lake=lake, parquet=tmp_path / "x")
    with pytest.raises(UserError, match="--parquet takes a SELECT"):
        query("SHOW TABLES", lake=lake, parquet=tmp_path / "x")
    with pytest.raises(UserError, match="cannot write"):
        query("SELECT 1", lake=lake, parquet=tmp_path / "none" / "x")
    with pytest.raises(UsageError, match="--json and --parquet exclude each other"):
        query("SELECT 1", lake=lake, as_json=True, parquet=tmp_path / "x")
