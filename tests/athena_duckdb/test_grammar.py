"""What Trino's grammar refuses is refused with the place, in one line."""

import pytest

from athena_duckdb.errors import QueryError
from athena_duckdb.grammar import parse_query, source_text


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT a::int FROM t", "line 1:9: mismatched input ':': write CAST(value AS type)"),
        ("SELECT [1, 2]", "line 1:8: extraneous input '[': this is not Trino SQL"),
        ("SELECT 1,\nFROM t", "line 2:1: "),
        ("FROM t SELECT a", "line 1:1: mismatched input 'FROM': this is not Trino SQL"),
        (
            "SELECT a FROM t QUALIFY row_number() OVER () = 1",
            "line 1:25: mismatched input 'row_number': Trino has no QUALIFY: filter",
        ),
        ("SELECT * EXCLUDE (a) FROM t", "line 1:10: "),
        ("SELECT 'ß' FROM t LATERAL VIEW explode(a) x", "line 1:27: "),
        (
            "SELECT `a` FROM t",
            'line 1:8: backquoted identifiers are not supported: use double quotes: "name"',
        ),
        ("SELECT 1a FROM t", "line 1:8: identifiers must not start with a digit"),
        ("SELECT 1; SELECT 2", "line 1:9: mismatched input ';': one query at a time"),
        ("SELECT 'never closed", "line 1:8: "),
        ("", "the query is empty: write a SELECT"),
        (" ; ", "the query is empty"),
        (
            "DROP TABLE t",
            "line 1:1: DROP is not a query: the local lake answers SELECT, SHOW",
        ),
        ("INSERT INTO t VALUES (1)", "line 1:1: INSERT is not a query"),
        ("SHOW TABLES", "line 1:1: SHOW is not a query"),
    ],
)
def test_what_is_not_a_query_is_refused_with_its_place(
    sql: str, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(QueryError) as refused:
        parse_query(sql)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "sql",
    [
        "select 1",
        "SELECT 1;\n",
        "(VALUES 1)",
        "TABLE t",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "-- why\nSELECT /* x */ 1",
    ],
)
def test_queries_are_read_whatever_their_case(sql: str) -> None:
    parse_query(sql)


def test_text_is_kept_as_it_was_written() -> None:
    assert source_text(parse_query("select  'ß É' as Size")) == "select  'ß É' as Size"
