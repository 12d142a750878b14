"""How the headers of schemas/views and schemas/queries are read."""

from datetime import date
from pathlib import Path

import pytest

from voice_analytics.catalog.saved_queries import PERIOD, Parameter, Query, period, queries, views
from voice_analytics.errors import UserError


def test_a_query_is_its_header_and_its_text(tmp_path: Path) -> None:
    header = (
        "-- Question: Which call?\n-- Audience: operations\n-- Parameters: id (varchar): a "
        "call\n--   top (bigint): number"
    )
    sql = f"{header}\nSELECT 1\n"
    _write(tmp_path / "queries" / "find.sql", sql)
    parameters = (Parameter("id", "varchar", "a call"), Parameter("top", "bigint", "number"))
    assert queries(tmp_path)["find"].statement == "SELECT 1\n"
    assert queries(tmp_path) == {
        "find": Query("find", "Which call?", "operations", parameters, sql)
    }


@pytest.mark.parametrize(
    "header",
    [
        "-- Audience: sales\n-- Question: Which?\n-- Parameters: none",
        "-- Question: Which?\n-- Audience: sales",
        "-- Question: Which?\n-- Audience: sales\n-- Parameters: id: the call",
    ],
)
def test_a_header_that_is_not_as_agreed_is_refused_with_the_files_name(
    tmp_path: Path, header: str
) -> None:
    _write(tmp_path / "queries" / "find.sql", f"{header}\nSELECT 1\n")
    with pytest.raises(UserError, match=r"find\.sql"):
        queries(tmp_path)


def test_a_view_comes_after_those_that_it_reads_and_a_comment_reads_nothing(tmp_path: Path) -> None:
    _write(
        tmp_path / "views" / "a.sql",
        "-- One row a call\n-- made FROM z\nSELECT * FROM b JOIN c ON true\n",
    )
    _write(tmp_path / "views" / "b.sql", "-- One\nSELECT a FROM c\n")
    _write(tmp_path / "views" / "c.sql", "-- One\nSELECT 1 AS a\n")
    _write(tmp_path / "views" / "z.sql", "-- One\nSELECT * FROM a\n")
    assert list(views(tmp_path)) == ["c", "b", "a", "z"]
    assert views(tmp_path)["a"].description == "One row a call"


def test_a_period_replaces_the_last_week_wherever_it_stands() -> None:
    sql = period(
        f"SELECT 1 FROM t WHERE {PERIOD} AND u.{PERIOD}", date(2026, 11, 1), date(2026, 11, 7)
    )
    assert (
        sql == "SELECT 1 FROM t WHERE dt BETWEEN '2026-11-01' AND '2026-11-07' AND u.dt BETWEEN "
        "'2026-11-01' AND '2026-11-07'"
    )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
