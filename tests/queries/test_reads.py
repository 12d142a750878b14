"""How often a query reads a table.

Trino puts a WITH, like a view, into each place that names it, and reads what it reads once more
for each. So a query names its table once; where it does not, a reason stands here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from athena_duckdb.grammar import parse_query
from athena_duckdb.scope import identifier
from benchmarks.query_bytes import ROWS, plan_as_trino, scans
from voice_analytics.catalog.saved_queries import queries, views
from voice_analytics.lake.engine import Lake, open_lake

_TWICE = {
    "sessions": "copies are ranked by few columns, and only the chosen rows have all of them",
    "data_quality": "percentiles are of events, and counts of fields are of their violations",
    "daily_summary": "percentiles are of turns; queries that show none ask sessions",
    "call_list": "the score is lead_scores' own, worked out of few columns",
    "hot_leads": "the score is lead_scores' own, worked out of few columns",
    "call_timeline": "turns, tool calls and hand-overs are columns of their own, read once each",
    "session_transcript": "it shows calls without turns as well; the transcript is read once",
}
_RANKING = {
    *("dt", "session_id", "started_at", "event_id", "logged_at", "is_partial", "tags"),
}


def _reads(node: Any, named: Mapping[str, Counter[str]]) -> Counter[str]:
    """How often each table, or the view sessions, is read below a node of a statement."""
    children = list(getattr(node, "children", None) or ())
    kind = type(node).__name__
    if kind == "QueryContext" and node.with_():
        for query in node.with_().namedQuery():
            named = {**named, identifier(query.name): _reads(query.query(), named)}
        children = [node.queryNoWith()]
    if kind == "TableNameContext":
        return _read_by_name(identifier(node.qualifiedName()), named)
    return sum((_reads(child, named) for child in children), Counter())


def _read_by_name(name: str, named: Mapping[str, Counter[str]]) -> Counter[str]:
    if name in named:
        return named[name]
    if name == "sessions" or name not in views():
        return Counter([name])
    return reads(views()[name].sql)


def reads(sql: str) -> Counter[str]:
    """How often a statement reads each table, or the view sessions, by way of its views."""
    return _reads(parse_query(sql), {})


_STATEMENTS = {name: view.sql for name, view in views().items()}
_STATEMENTS |= {name: query.sql for name, query in queries().items()}


@pytest.mark.parametrize("name", _STATEMENTS)
def test_a_table_is_read_once_or_there_is_a_reason(name: str) -> None:
    most = max(reads(_STATEMENTS[name]).values())
    also = {view for view in _TWICE if view in views() and view in _STATEMENTS[name]} - {"sessions"}
    assert (most > 1) == bool(name in _TWICE or also)


@pytest.fixture(scope="module")
def planned(corner_folder: Path) -> Iterator[Lake]:
    with open_lake(corner_folder) as opened:
        plan_as_trino(opened)
        yield opened


@pytest.mark.parametrize("name", queries())
@pytest.mark.slow
def test_a_plan_reads_what_the_text_names(name: str, planned: Lake) -> None:
    """The view sessions takes two readings, and to rank the copies few columns suffice."""
    named = reads(queries()[name].sql)
    read = [scan.columns for scan in scans(queries()[name], planned) if scan.reader == ROWS]
    assert len(read) == 2 * named["sessions"] + named["session_analytics"]
    assert sum(columns <= _RANKING for columns in read) >= named["sessions"]
    assert sum("transcript" in columns for columns in read) <= 1


def test_the_rows_of_sessions_pass_no_sorting_window() -> None:
    """What sorts its rows has few columns; where all columns stand, nothing is sorted."""
    steps = parse_query(views()["sessions"].sql).with_().namedQuery()
    texts = {identifier(step.name): step.getText().upper() for step in steps}
    sorting = {name for name, text in texts.items() if "ORDERBY" in text}
    assert sorting == {"sequenced", "numbered", "ranked"}
    assert "SELECT*" not in texts["sequenced"]
    assert "SELECT*" not in texts["ranked"]


@pytest.mark.parametrize(
    ("sql", "times"),
    [
        ("SELECT dt FROM sessions", 1),
        ("SELECT a.dt FROM sessions AS a JOIN sessions AS b ON a.dt = b.dt", 2),
        ("WITH one AS (SELECT dt FROM turns) SELECT 1 FROM one JOIN one AS two ON true", 2),
        ("SELECT dt FROM turns WHERE dt = (SELECT max(dt) FROM costs)", 2),
    ],
)
def test_each_place_that_reads_is_counted(sql: str, times: int) -> None:
    assert reads(sql) == {"sessions": times}
