"""The views have Athena's types, and a filter on dt reads that day's files alone."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from athena_duckdb import Translation, run
from athena_duckdb.grammar import parse_query, source_text
from athena_duckdb.parameters import Value
from athena_duckdb.to_duckdb import to_duckdb
from athena_duckdb.type_names import from_text
from tests.lake import lakes
from voice_analytics.catalog.saved_queries import period, queries, views
from voice_analytics.catalog.tables import TABLES
from voice_analytics.errors import UserError
from voice_analytics.lake.engine import Lake, open_lake, run_query

pytestmark = pytest.mark.slow

DAYS = ("2025-10-31", "2025-11-01", "2025-11-02")
VIEWS = sorted(views())


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """Each table has a file of each day."""
    folder = tmp_path_factory.mktemp("lake")
    for dt in DAYS:
        lakes.write(folder, dt, [lakes.full_call()], lakes.FULL_SCHEMA)
        lakes.rejected(folder, dt)
        failed = folder / "errors" / "processing-failed" / f"dt={dt}" / "stream-1"
        failed.parent.mkdir(parents=True)
        failed.write_text('{"errorCode": "x"}\n', encoding="utf-8")
    with open_lake(folder) as opened:
        yield opened


def _files_read(sql: str, lake: Lake, parameters: Sequence[Value] = ()) -> list[int]:
    """How many files each scan of the query reads."""
    translated = to_duckdb(sql, lake.tables, parameters).sql
    [(_, plan)] = run(lake.connection, Translation(f"EXPLAIN ANALYZE {translated}", [])).rows
    return [int(files) for files in re.findall(r"Total Files Read: (\d+)", plan)]


def _views(folder: Path, **texts: str) -> Path:
    (folder / "views").mkdir()
    for name, text in texts.items():
        (folder / "views" / f"{name}.sql").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_answers_with_columns_of_its_own(name: str, lake: Lake) -> None:
    result = run_query(f"SELECT * FROM {name}", lake)
    assert result.columns == list(lake.tables[name])
    assert "dt" in [column.name for column in result.columns]


def test_without_a_filter_every_file_is_read(lake: Lake) -> None:
    assert set(_files_read("SELECT * FROM sessions", lake)) == {3}


@pytest.mark.parametrize("name", [*(table.name for table in TABLES), *VIEWS])
@pytest.mark.parametrize(
    "condition",
    [f"dt = '{DAYS[1]}'", f"dt BETWEEN '{DAYS[1]}' AND date_format(DATE '{DAYS[1]}', '%Y-%m-%d')"],
)
def test_a_filter_on_dt_reads_the_files_of_that_day_alone(
    condition: str, name: str, lake: Lake
) -> None:
    scans = _files_read(f"SELECT * FROM {name} WHERE {condition}", lake)
    assert scans
    assert set(scans) == {1}


def test_a_filter_by_the_calendar_reads_those_days_alone(lake: Lake) -> None:
    """No file is of this week: what the calendar says is known before a file is opened."""
    assert set(
        _files_read(
            "SELECT * FROM sessions WHERE dt >= date_format(current_date - INTERVAL '7' DAY, "
            "'%Y-%m-%d')",
            lake,
        )
    ) <= {0}


def test_a_filter_reaches_each_place_where_a_query_of_with_is_read(lake: Lake) -> None:
    sql = f"""
        WITH counted AS (SELECT dt, count(*) AS calls FROM sessions GROUP BY dt)
        SELECT one.dt, other.calls
        FROM counted AS one LEFT JOIN counted AS other ON other.dt = one.dt
        WHERE one.dt = '{DAYS[1]}'
    """
    scans = _files_read(sql, lake)
    assert len(scans) >= 2
    assert set(scans) == {1}


@pytest.mark.parametrize("name", sorted(queries()))
def test_a_saved_query_over_one_day_reads_the_files_of_that_day_alone(
    name: str, lake: Lake
) -> None:
    query = queries()[name]
    day = date.fromisoformat(DAYS[1])
    values: list[Value] = [
        1 if parameter.type == "bigint" else "a" for parameter in query.parameters
    ]
    scans = _files_read(period(query.sql, day, day), lake, values)
    assert scans
    assert set(scans) == {1}


def _parts(node: Any, kind: str) -> list[Any]:
    """The nodes of a kind, outermost first."""
    inside = [
        part for child in getattr(node, "children", None) or () for part in _parts(child, kind)
    ]
    return [node, *inside] if type(node).__name__ == f"{kind}Context" else inside


def _is_dt(text: str) -> bool:
    return re.fullmatch(r"(\w+\.)?dt", text) is not None


def _keys(select: Any) -> list[str]:
    """What a SELECT groups by; a number means one of its columns."""
    texts = [source_text(element) for element in select.groupBy().groupingElement()]
    return [
        source_text(select.selectItem(int(text) - 1)) if text.isdigit() else text for text in texts
    ]


@pytest.mark.parametrize("name", VIEWS)
def test_trino_can_pass_a_filter_on_dt_down_through_the_view(name: str) -> None:
    """It does through a window partitioned by dt, through groups by dt, and through dt itself.

    Trino's PredicatePushDown: visitWindow, visitAggregation, visitUnnest, visitProject, visitJoin
    (for the side that is not the filter's, by what the join demands to be equal).
    """
    tree = parse_query(views()[name].sql)
    for window in _parts(tree, "WindowSpecification"):
        assert "dt" in [source_text(expression) for expression in window.partition]
    for select in _parts(tree, "QuerySpecification"):
        assert any(
            _is_dt(source_text(item)) or re.fullmatch(r"(\w+\.)?\*", source_text(item))
            for item in select.selectItem()
        )
        if select.groupBy():
            assert any(map(_is_dt, _keys(select)))
    for join in _parts(tree, "JoinRelation"):
        assert join.CROSS() or re.search(r"\b\w+\.dt = \w+\.dt\b", source_text(join.joinCriteria()))
        assert not join.joinType() or "FULL" not in source_text(join.joinType()).upper()


@pytest.mark.parametrize("name", VIEWS)
def test_the_types_of_a_view_have_names_that_trino_reads_back(name: str, lake: Lake) -> None:
    for column in lake.tables[name]:
        parse_query(f"SELECT CAST(NULL AS {column.type})")
        assert from_text(str(column.type)) == column.type


def test_a_view_may_read_a_view(tmp_path: Path) -> None:
    first = '-- a\nSELECT dt, session_id AS "Session", 1 AS n FROM session_analytics'
    schemas = _views(tmp_path, b=first, a="-- a\nSELECT b.*, n + 0.5 AS m FROM b")
    with open_lake(lakes.small(tmp_path), schemas) as opened:
        assert (
            run_query("SELECT session, m FROM a WHERE dt = '2025-11-01'", opened).rows[0][0] == "c"
        )
        assert [str(column.type) for column in opened.tables["a"]] == [
            "varchar",
            "varchar",
            "integer",
            "decimal(12, 1)",
        ]
        assert {*opened.tables} == {*(table.name for table in TABLES), "a", "b"}
        assert len(opened.tables) == len(TABLES) + 2


def test_a_wrong_view_is_named_and_does_not_stop_other_questions(tmp_path: Path) -> None:
    schemas = _views(
        tmp_path,
        wrong="-- a\nSELECT nothing FROM session_analytics",
        itself="-- a\nselect * from itself",
    )
    with open_lake(lakes.small(tmp_path), schemas) as opened:
        assert run_query("SELECT count(*) FROM session_analytics", opened).rows == [(3,)]
        for _ in range(2):
            with pytest.raises(
                UserError,
                match=r"schemas/views/wrong\.sql: line 2:8: Column 'nothing' cannot be resolved",
            ):
                run_query("SELECT * FROM wrong", opened)
        with pytest.raises(
            UserError, match=r"schemas/views/itself\.sql: line 2:15: Table 'itself' does not exist"
        ):
            run_query("SELECT * FROM itself", opened)
