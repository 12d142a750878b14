"""A folder of Parquet files answers as the Glue table would in Athena."""

import gzip
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from session_analytics.schema.row import RejectedEvent

from athena_duckdb.parameters import Value
from athena_duckdb.to_duckdb import to_duckdb
from tests.lake import lakes
from voice_analytics.catalog import columns as glue
from voice_analytics.catalog.delivery_errors import DeliveryError
from voice_analytics.errors import UserError
from voice_analytics.lake.days import days_of
from voice_analytics.lake.engine import Lake, open_lake, run_query
from voice_analytics.lake.scratch import Scratch
from voice_analytics.lake.views import Database

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    with open_lake(lakes.small(tmp_path_factory.mktemp("lake"))) as opened:
        yield opened


def _rows(sql: str, lake: Lake) -> list[tuple[Any, ...]]:
    return run_query(sql, lake).rows


@pytest.mark.parametrize(
    "name",
    [
        "session_analytics",
        "SESSION_ANALYTICS",
        "voice_analytics.session_analytics",
        '"awsdatacatalog".voice_analytics.session_analytics',
        "voice_analytics_dev.session_analytics",
        '"AwsDataCatalog"."voice_analytics_dev2".session_analytics',
    ],
)
def test_the_table_is_found_by_each_of_its_names(name: str, lake: Lake) -> None:
    assert _rows(f"SELECT count(*) FROM {name}", lake) == [(3,)]


def test_a_column_may_be_named_with_its_stages_database(lake: Lake) -> None:
    sql = (
        "SELECT count(voice_analytics_dev.session_analytics.session_id) FROM "
        "voice_analytics_dev.session_analytics"
    )
    assert _rows(sql, lake) == [(3,)]


def test_the_columns_are_glues_and_dt_a_string(lake: Lake) -> None:
    columns = run_query("SELECT * FROM session_analytics LIMIT 0", lake).columns
    assert [column.name for column in columns] == [
        *(column.name for column in glue.columns()),
        "dt",
    ]
    types = {column.name: str(column.type) for column in columns}
    assert types["dt"] == "varchar"
    assert types["started_at"] == "timestamp"
    assert types["llm_total_tokens"] == "bigint"
    assert types["tags"] == "array(varchar)"
    assert (
        types["costs"]
        == "array(row(provider varchar, cost_usd double, quantity double, unit varchar))"
    )


def test_values_come_back_as_they_were_written(lake: Lake) -> None:
    items = "started_at, duration_seconds, team_size, consent_obtained, llm_total_tokens"
    sql = f"SELECT {items} FROM session_analytics WHERE session_id = 'a'"
    assert _rows(sql, lake) == [(lakes.MORNING, 60.5, 7, True, 5_000_000_000)]


def test_a_column_or_a_rows_field_that_a_file_lacks_is_null(lake: Lake) -> None:
    items = "user_email, cardinality(costs), tool_calls[1].tool, tool_calls[1].error"
    sql = f"SELECT {items} FROM session_analytics WHERE session_id = 'a'"
    assert _rows(sql, lake) == [(None, None, "search", None)]


def test_a_column_that_glue_does_not_know_is_not_there(tmp_path: Path) -> None:
    lakes.write(
        tmp_path,
        "2025-10-31",
        [{"session_id": "x", "newer": 1}],
        pa.schema([("session_id", pa.string()), ("newer", pa.int32())]),
    )
    with open_lake(tmp_path) as opened:
        assert _rows("SELECT session_id FROM session_analytics", opened) == [("x",)]
        with pytest.raises(UserError, match="Column 'newer' cannot be resolved"):
            run_query("SELECT newer FROM session_analytics", opened)


def test_files_of_different_age_are_read_together(tmp_path: Path) -> None:
    lakes.small(tmp_path)
    lakes.write(
        tmp_path, "2025-11-02", [{"session_id": "old"}], pa.schema([("session_id", pa.string())])
    )
    with open_lake(tmp_path) as opened:
        items = "session_id, tool_calls[1].tool, started_at IS NULL"
        sql = f"SELECT {items} FROM session_analytics WHERE session_id IN ('a', 'old') ORDER BY 1"
        assert _rows(sql, opened) == [("a", "search", False), ("old", None, True)]


def test_a_filter_on_dt_reads_only_its_folders(lake: Lake) -> None:
    translated = to_duckdb(
        "SELECT session_id FROM session_analytics WHERE dt >= '2025-11-01'", lake.tables
    )
    plan = lake.connection.execute(f"EXPLAIN ANALYZE {translated.sql}").fetchall()[0][1]
    assert "Scanning Files: 1/2" in plan
    assert _rows("SELECT dt, session_id FROM session_analytics WHERE dt >= '2025-11-01'", lake) == [
        ("2025-11-01", "c")
    ]


@pytest.mark.parametrize("name", ["lk [x]'q*", "a?b{c,d}", "day=x"])
def test_a_lakes_folder_may_have_any_name(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    with open_lake(lakes.small(folder)) as opened:
        sql = "SELECT session_id FROM session_analytics WHERE dt >= '2025-11-01'"
        assert _rows(sql, opened) == [("c",)]
        plan = opened.connection.execute(
            f"EXPLAIN ANALYZE {to_duckdb(sql, opened.tables).sql}"
        ).fetchall()[0][1]
        assert "Scanning Files: 1/2" in plan


def test_unnest_gives_a_column_for_each_field(lake: Lake) -> None:
    columns = {column.name: column.type for column in lake.tables["session_analytics"]}
    fields = ", ".join(filter(None, columns["tool_calls"].parts[0].fields))
    sql = f"""
        SELECT session_id, call.tool, call.success, n
        FROM session_analytics
        LEFT JOIN UNNEST(tool_calls) WITH ORDINALITY AS call ({fields}, n) ON TRUE
        ORDER BY session_id, n
    """
    assert _rows(sql, lake) == [
        ("a", "search", True, 1),
        ("a", "book", False, 2),
        ("b", None, None, None),
        ("c", None, None, None),
    ]


def test_a_correlated_subquery_over_an_array_works(lake: Lake) -> None:
    sql = """
        SELECT session_id FROM session_analytics AS s
        WHERE EXISTS (SELECT 1 FROM UNNEST(s.integration_needs) AS t (need) WHERE need = 'api')
    """
    assert _rows(sql, lake) == [("a",)]


def test_the_newest_row_of_a_call_can_be_chosen(lake: Lake) -> None:
    sql = """
        WITH ranked AS (
            SELECT *, row_number() OVER (
                PARTITION BY dt, session_id, started_at ORDER BY logged_at DESC, event_id
            ) AS copy
            FROM session_analytics
        )
        SELECT dt, count(*) FROM ranked WHERE copy = 1 GROUP BY dt ORDER BY dt
    """
    assert _rows(sql, lake) == [("2025-10-31", 2), ("2025-11-01", 1)]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "SELECT sesion_id FROM session_analytics",
            "line 1:8: Column 'sesion_id' cannot be resolved: did you mean session_id?",
        ),
        (
            "SELECT x.dt FROM session_analytics AS s",
            "line 1:8: Column 'x.dt' cannot be resolved: did you mean dt?",
        ),
        (
            "SELECT qqqqq FROM session_analytics",
            (f"Column 'qqqqq' cannot be resolved: DESCRIBE lists the {len(glue.columns()) + 1}"),
        ),
        (
            "SELECT 1 FROM session",
            "line 1:15: Table 'session' does not exist: did you mean sessions?",
        ),
        (
            "SELECT 1 FROM other.session_analytics",
            "line 1:15: Table 'other.session_analytics' does not exist",
        ),
        (
            "SELECT 1 FROM voice_analytics_.session_analytics",
            "line 1:15: Table 'voice_analytics_.session_analytics' does not",
        ),
        (
            "SELECT 1 FROM other.voice_analytics.session_analytics",
            "line 1:15: Table 'other.voice_analytics.session_analytics' does",
        ),
        (
            "SELECT lenght(session_id) FROM session_analytics",
            "line 1:8: Function 'lenght' not registered: did you mean length?",
        ),
        (
            "SELECT tool_calls[1].tol FROM session_analytics",
            "line 1:8: the row has no field tol: its fields are tool, called_at",
        ),
        (
            "SELECT 1 FROM session_analytics WHERE started_at >= '2025-10-31'",
            "line 1:50: Cannot apply operator: timestamp >= varchar",
        ),
        (
            "SELECT 1 FROM session_analytics WHERE team_size = '7'",
            "line 1:49: Cannot apply operator: integer = varchar",
        ),
        (
            "SELECT tool FROM session_analytics, UNNEST(tool_calls) AS t (tool)",
            "line 1:37: Column alias list has 1 entries but the relation has ",
        ),
        (
            "SELECT session_id, count(*) FROM session_analytics GROUP BY dt",
            "line 1:8: 'session_id' must be an aggregate expression or appear in GROUP BY",
        ),
        (f"SELECT {' OR '.join(['1 = 2'] * 2000)}", "the query is nested too deeply"),
        (
            "SELECT integration_needs[1] FROM session_analytics WHERE dt = '2025-10-31'",
            "Array subscript must be less than or equal to array length: 1 > 0",
        ),
    ],
)
def test_a_mistake_in_a_query_is_one_line_that_says_what_to_do(
    sql: str, message: str, lake: Lake
) -> None:
    with pytest.raises(UserError) as refused:
        run_query(sql, lake)
    assert message in str(refused.value)
    assert refused.value.hint
    assert "\n" not in str(refused.value)


def test_a_missing_lake_and_an_empty_folder_say_what_fills_one(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no lake")
    for folder, problem in (
        (tmp_path, f"no delivered sessions in {tmp_path}"),
        (tmp_path / "no", f"there is no folder {tmp_path / 'no'}"),
    ):
        with pytest.raises(UserError) as refused, open_lake(folder):
            pass
        assert refused.value.problem == problem
        assert refused.value.hint == f"fill it with: voice-analytics local run FILE --out {folder}"


def test_a_file_is_not_a_lake(tmp_path: Path) -> None:
    file = tmp_path / "agent.log"
    file.write_text("a line")
    with pytest.raises(UserError, match=r"agent\.log is a file: give the folder"), open_lake(file):
        pass


def test_a_lake_of_nothing_answers_with_nothing_and_an_empty_folder_is_not_one(
    tmp_path: Path,
) -> None:
    with pytest.raises(UserError, match="no delivered sessions"), open_lake(tmp_path):
        pass
    (tmp_path / "sessions").mkdir()
    with open_lake(tmp_path) as opened:
        assert _rows("SELECT * FROM sessions", opened) == []


@pytest.mark.parametrize(
    "folder", ["dt=foo", "dt=20251101", "dt=2025-W44-6", "dt=2025-02-30", "dt=2025-11-01x"]
)
def test_a_folder_that_is_not_a_day_is_not_read_as_in_athena(folder: str, tmp_path: Path) -> None:
    lakes.rejected(lakes.small(lakes.failed(tmp_path)), "2025-11-01")
    tables = ("session_analytics", "rejected_events", "delivery_errors")
    with open_lake(tmp_path) as opened:
        assert [len(_rows(f"SELECT dt FROM {name}", opened)) for name in tables] == [3, 1, 2]
    for day in tmp_path.rglob("dt=2025-11-01"):
        day.rename(day.with_name(folder))
    with open_lake(tmp_path) as opened:
        assert [len(_rows(f"SELECT dt FROM {name}", opened)) for name in tables] == [2, 0, 1]
    assert days_of(tmp_path) == (date(2025, 10, 31), date(2025, 10, 31))


@pytest.mark.parametrize(
    ("message", "raised"),
    [("Query interrupted", KeyboardInterrupt), ("something else", RuntimeError)],
)
def test_ctrl_c_ends_a_query_as_it_ends_python(
    message: str, raised: type[BaseException], tmp_path: Path
) -> None:
    """What DuckDB makes of the signal is played: the workers of xdist ignore it."""

    class Pressed:
        def execute(self, _sql: str) -> Any:
            raise RuntimeError(message)

    database = Database({})
    with pytest.raises(raised):
        run_query("SELECT 1", Lake(Pressed(), database, Scratch(tmp_path, Pressed(), database)))


def test_a_lake_of_failed_records_alone_tells_of_them(tmp_path: Path) -> None:
    with open_lake(lakes.failed(tmp_path)) as opened:
        assert _rows("SELECT count(*) FROM session_analytics", opened) == [(0,)]
        assert _rows("SELECT count(*) FROM delivery_errors", opened) == [(2,)]


def test_error_objects_of_both_forms_are_rows_of_one_table(tmp_path: Path) -> None:
    items = (
        "error_type, dt, errorcode, lasterrorcode, attemptsmade, arrivaltimestamp, rawdata, "
        "lambdaarn, sequencenumber"
    )
    items += ", datacatalogtable.databasename"
    with open_lake(lakes.failed(tmp_path)) as opened:
        assert _rows(f"SELECT {items} FROM delivery_errors ORDER BY error_type", opened) == [
            (
                "format-conversion-failed",
                "2025-11-01",
                None,
                "E.Conversion",
                1,
                2,
                "Yg==",
                None,
                "2",
                "voice_analytics",
            ),
            (
                "processing-failed",
                "2025-10-31",
                "E.Processing",
                None,
                4,
                1,
                "YQ==",
                "arn:aws:lambda:x",
                None,
                None,
            ),
        ]
        sql = "SELECT error_type FROM delivery_errors WHERE dt = '2025-11-01'"
        assert _rows(sql, opened) == [("format-conversion-failed",)]


def test_an_error_type_that_the_projection_does_not_know_is_not_there(tmp_path: Path) -> None:
    lakes.failed(tmp_path)
    (tmp_path / "errors" / "processing-failed").rename(tmp_path / "errors" / "unheard-of")
    with open_lake(tmp_path) as opened:
        assert _rows("SELECT error_type FROM delivery_errors", opened) == [
            ("format-conversion-failed",)
        ]


@pytest.mark.parametrize("key", ["lambdaArn", "lambdaARN"])
def test_the_keys_of_an_error_object_are_compared_without_case(key: str, tmp_path: Path) -> None:
    """The documentation has one, real objects the other."""
    failed = tmp_path / "errors" / "processing-failed" / "dt=2025-10-31" / "0"
    failed.parent.mkdir(parents=True)
    failed.write_text(
        json.dumps({key: "arn:aws:lambda:x", "attemptsMade": "4"}) + "\n", encoding="utf-8"
    )
    with open_lake(tmp_path) as opened:
        assert _rows("SELECT lambdaarn, attemptsmade FROM delivery_errors", opened) == [
            ("arn:aws:lambda:x", 4)
        ]


def test_a_table_without_files_is_empty(tmp_path: Path) -> None:
    folder = tmp_path / "rejected" / "dt=2025-10-31"
    with open_lake(lakes.small(tmp_path)) as opened:
        assert _rows("SELECT * FROM rejected_events", opened) == []
        assert _rows("SELECT count(*) FROM session_analytics", opened) == [(3,)]
    folder.mkdir(parents=True)
    reject = {
        "event_id": "e",
        "logged_at": "2025-10-31 05:18:16.953",
        "raw_message": "a\0b\n\u2028",
        "newer": 1,
    }
    (folder / "a.json.gz").write_bytes(gzip.compress(json.dumps(reject).encode() + b"\n"))
    shutil.rmtree(tmp_path / "sessions")
    with open_lake(tmp_path) as opened:
        assert _rows("SELECT * FROM session_analytics", opened) == []
        assert _rows(
            "SELECT event_id, logged_at, raw_message, error_code, dt FROM rejected_events", opened
        ) == [("e", lakes.MORNING, "a\0b\n\u2028", None, "2025-10-31")]


@pytest.mark.parametrize(
    ("name", "model", "keys"),
    [
        ("rejected_events", RejectedEvent, ["dt"]),
        ("delivery_errors", DeliveryError, ["error_type", "dt"]),
    ],
)
def test_the_columns_of_the_other_tables_are_glues(
    name: str, model: type, keys: list[str], lake: Lake
) -> None:
    columns = run_query(f"SELECT * FROM awsdatacatalog.voice_analytics.{name}", lake).columns
    assert [column.name for column in columns] == [
        *(column.name for column in glue.columns(model)),
        *keys,
    ]


def test_a_parameter_has_the_type_of_its_value(lake: Lake) -> None:
    result = run_query(
        "SELECT ?, ?, ?, ?, ?, ?, ?", lake, ("it's", 7, 2**40, 0.5, True, date(2025, 10, 31), None)
    )
    types = ["varchar", "integer", "bigint", "double", "boolean", "date", "unknown"]
    assert [str(column.type) for column in result.columns] == types
    assert result.rows == [("it's", 7, 2**40, 0.5, True, date(2025, 10, 31), None)]


def test_parameters_are_bound_in_the_order_of_their_marks(lake: Lake) -> None:
    sql = """
        WITH calls AS (SELECT session_id, dt FROM session_analytics WHERE dt >= ?)
        -- a comment? does not count, nor does '?'
        SELECT session_id, '?' FROM calls
        WHERE session_id IN (SELECT x FROM (VALUES ?, ?) AS t(x)) AND dt < ? ORDER BY 1
    """
    assert run_query(sql, lake, ("2025-10-31", "a", "c", "2025-11-01")).rows == [("a", "?")]


@pytest.mark.parametrize(
    ("sql", "values", "message"),
    [
        (
            "SELECT ?",
            (),
            (
                "line 1:1: Incorrect number of parameters: expected 1 but found 0: "
                "give a value for each ?"
            ),
        ),
        ("SELECT 1", ("a",), "line 1:1: Incorrect number of parameters: expected 0 but found 1"),
        (
            "SELECT 1 FROM session_analytics WHERE team_size = ?",
            ("7",),
            "line 1:49: Cannot apply operator: integer = varchar",
        ),
        ("SELECT 1 LIMIT ?", (1,), "the local engine does not support a parameter in LIMIT"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(
    sql: str, values: tuple[Value, ...], message: str, lake: Lake
) -> None:
    with pytest.raises(UserError) as refused:
        run_query(sql, lake, values)
    assert message in str(refused.value)


def test_a_number_for_a_parameter_is_not_a_position_in_order_by(lake: Lake) -> None:
    assert run_query("SELECT x FROM (VALUES 1, 2) AS t(x) ORDER BY ?, x DESC", lake, (1,)).rows == [
        (2,),
        (1,),
    ]


def test_a_file_that_is_not_parquet_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "sessions" / "dt=2025-10-31" / "broken.parquet"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"nonsense")
    with pytest.raises(UserError, match=r"broken\.parquet"), open_lake(tmp_path):
        pass


@pytest.mark.parametrize("name", [".a.parquet", "_a.parquet"])
def test_a_hidden_file_is_not_read_as_in_athena(name: str, tmp_path: Path) -> None:
    lake = lakes.small(tmp_path)
    (lake / "sessions/dt=2025-10-31" / name).write_bytes(b"half of a file")
    with open_lake(lake) as opened:
        assert run_query("SELECT count(*) FROM session_analytics", opened).rows == [(3,)]
