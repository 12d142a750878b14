"""The saved queries as texts.

Each says what it answers, reads only the days asked for, and answers on a week without calls.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from athena_duckdb.grammar import parse_query, source_text
from athena_duckdb.scope import identifier
from tests.lake import lakes
from voice_analytics.catalog.saved_queries import PERIOD, Query, period, queries
from voice_analytics.lake.engine import Lake, open_lake, run_query

QUERIES = queries()
AUDIENCES = {"sales", "call health", "experience", "business", "knowledge", "operations"}
VALUES: dict[str, str | int] = {"varchar": "nobody", "bigint": 24}  # by a parameter's type


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", None) or ():
        yield from _nodes(child)


def _of_this_select(node: Any) -> Iterator[Any]:
    """The nodes of a SELECT that are not those of one inside it."""
    for child in getattr(node, "children", None) or ():
        if type(child).__name__ != "QuerySpecificationContext":
            yield child
            yield from _of_this_select(child)


def _conjuncts(condition: Any) -> list[str]:
    """What a condition demands in any case."""
    if type(condition).__name__ == "AndContext":
        return [text for side in condition.booleanExpression() for text in _conjuncts(side)]
    return [" ".join(source_text(condition).split())]


def _alias(table: Any) -> str:
    """The name by which a SELECT knows a table of its FROM."""
    aliased = table.parentCtx
    return (
        identifier(aliased.identifier())
        if aliased.identifier()
        else identifier(table.qualifiedName())
    )


def _unfiltered(sql: str) -> list[str]:
    """The tables and views that some SELECT of the query reads without saying which days."""
    tree = parse_query(sql)
    own = {
        identifier(node.name) for node in _nodes(tree) if type(node).__name__ == "NamedQueryContext"
    }
    missing = []
    for select in (
        node for node in _nodes(tree) if type(node).__name__ == "QuerySpecificationContext"
    ):
        inside = list(_of_this_select(select))
        tables = [node for node in inside if type(node).__name__ == "TableNameContext"]
        read = [table for table in tables if identifier(table.qualifiedName()) not in own]
        conditions = _conjuncts(select.where) if select.where else []
        for criteria in (
            node
            for node in inside
            if type(node).__name__ == "JoinCriteriaContext" and node.booleanExpression()
        ):
            conditions += _conjuncts(criteria.booleanExpression())
        for table in read:
            by_name = f"{_alias(table)}.{PERIOD}"
            if by_name not in conditions and not (len(tables) == 1 and PERIOD in conditions):
                missing.append(_alias(table))
    return missing


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_each_place_that_reads_a_table_says_which_days(query: Query) -> None:
    assert _unfiltered(query.sql) == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM sessions",
        f"SELECT count(*) FROM sessions WHERE {PERIOD} OR qualified",
        f"SELECT count(*) FROM sessions WHERE NOT {PERIOD}",
        (
            "SELECT count(*) FROM sessions WHERE dt >= "
            "date_format(current_date - INTERVAL '8' DAY, '%Y-%m-%d')"
        ),
        f"SELECT (SELECT count(*) FROM sessions) FROM turns WHERE {PERIOD}",
        f"SELECT (SELECT count(*) FROM sessions WHERE {PERIOD}) FROM turns",
        f"SELECT 1 FROM sessions AS a JOIN turns AS b ON a.dt = b.dt WHERE a.{PERIOD}",
        (
            f"SELECT 1 FROM sessions AS a JOIN turns AS b ON a.dt = b.dt OR b.{PERIOD} WHERE "
            f"a.{PERIOD}"
        ),
        f"SELECT 1 FROM sessions JOIN turns ON sessions.dt = turns.dt WHERE {PERIOD}",
        f"WITH one AS (SELECT dt FROM sessions) SELECT 1 FROM one WHERE {PERIOD}",
        f"SELECT dt FROM sessions WHERE {PERIOD} UNION ALL SELECT dt FROM rejects",
    ],
)
def test_a_place_that_does_not_is_found(sql: str) -> None:
    assert _unfiltered(sql)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_other_days_can_be_asked_for(query: Query) -> None:
    moved = period(query.sql, date(2025, 10, 1), date(2025, 10, 31))
    assert "current_date" not in moved
    assert moved.count("dt BETWEEN '2025-10-01' AND '2025-10-31'") == query.sql.count(PERIOD)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_the_header_says_what_is_answered_and_for_whom(query: Query) -> None:
    assert query.question[0].isupper()
    assert query.question.endswith("?")
    assert query.audience in AUDIENCES
    assert len(query.parameters) == query.sql.count("?") - query.question.count("?")


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_the_columns_have_plain_names_each_its_own(query: Query, quiet_week: Lake) -> None:
    names = [column.name for column in _ask(query, quiet_week).columns]
    assert len(set(names)) == len(names)
    assert not [name for name in names if name.startswith("_")]


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_list_that_may_be_long_has_an_end_and_an_order(query: Query) -> None:
    ordered = parse_query(query.sql).queryNoWith()
    assert ordered.sortItem() or query.name in _ONE_ROW, "add ORDER BY"
    assert ordered.limit or query.name in _SHORT | _ONE_ROW, "add LIMIT"


_ONE_ROW = {"period_totals"}
_SHORT = {  # a row a day, or a stage, or a turn of one call
    *(
        "latency_by_stage",
        "latency_by_day",
        "lead_funnel",
        "time_to_qualification",
        "call_experience",
        "cost_by_day",
    ),
    *("booking_rate", "daily_volume", "daily_quality", "session_transcript", "peak_concurrency"),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_week_without_calls_has_an_empty_answer_or_zeros(query: Query, quiet_week: Lake) -> None:
    rows = _ask(query, quiet_week).rows
    assert all(value in (0, None) or isinstance(value, str) for row in rows for value in row)


@pytest.fixture(scope="module")
def quiet_week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """A lake with calls of long ago alone."""
    with open_lake(lakes.small(tmp_path_factory.mktemp("quiet"))) as lake:
        yield lake


def _ask(query: Query, lake: Lake) -> Any:
    return run_query(query.sql, lake, [VALUES[parameter.type] for parameter in query.parameters])
