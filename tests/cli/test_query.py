"""`voice-analytics local query` prints answers as a table, as JSON and as Athena's CSV."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.lake import lakes
from voice_analytics.catalog import columns as glue
from voice_analytics.cli.main import main
from voice_analytics.cli.query import query
from voice_analytics.cli.tables import show
from voice_analytics.errors import UserError
from voice_analytics.lake.engine import open_lake, run_query

_SQL = """
SELECT session_id, started_at, duration_seconds, team_size, consent_obtained, integration_needs
FROM session_analytics WHERE dt = '2025-10-31' ORDER BY session_id
"""


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return lakes.small(tmp_path)


def test_json_is_a_list_of_objects_with_times_as_text(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query(_SQL, lake=lake, as_json=True)
    first, second = json.loads(capsys.readouterr().out)
    assert first == {
        "session_id": "a",
        "started_at": "2025-10-31 05:18:16.953",
        "duration_seconds": 60.5,
        "team_size": 7,
        "consent_obtained": True,
        "integration_needs": ["salesforce", "api"],
    }
    assert second["team_size"] is None


def test_json_holds_nested_values_zones_and_decimals(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sql = """
        SELECT tool_calls[1] AS call, started_at AT TIME ZONE 'Asia/Tokyo' AS there,
               1.0 / 3 AS third, started_at - TIMESTAMP '2025-10-31 00:00:00' AS since,
               date(started_at) AS day, map(ARRAY[1], ARRAY['x']) AS m
        FROM session_analytics WHERE session_id = 'a'
    """
    query(sql, lake=lake, as_json=True)
    [row] = json.loads(capsys.readouterr().out)
    assert row["call"]["called_at"] == "2025-10-31 05:18:16.953"
    assert row["call"]["error"] is None
    assert row["there"] == "2025-10-31 14:18:16.953 Asia/Tokyo"
    assert row["third"] == "0.3"
    assert row["since"] == "0 05:18:16.953"
    assert row["day"] == "2025-10-31"
    assert row["m"] == {"1": "x"}


def test_json_holds_as_text_what_its_numbers_cannot(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sql = """
        SELECT DECIMAL '12345678901234567890.10' AS long, DECIMAL '0.00000001' AS small,
               1e0 / 0 AS most, -1e0 / 0 AS least,
               ARRAY[0e0 / 0, 1.5e0] AS doubles
    """
    query(sql, lake=lake, as_json=True)
    assert json.loads(capsys.readouterr().out) == [
        {
            "long": "12345678901234567890.10",
            "small": "0.00000001",
            "most": "Infinity",
            "least": "-Infinity",
            "doubles": ["NaN", 1.5],
        }
    ]


def test_json_of_nothing_is_an_empty_list(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query("SELECT 1 AS one WHERE false", lake=lake, as_json=True)
    assert json.loads(capsys.readouterr().out) == []


def test_json_refuses_two_columns_of_one_name(lake: Path) -> None:
    with pytest.raises(UserError, match="two columns are called dt"):
        query("SELECT dt, dt FROM session_analytics", lake=lake, as_json=True)


def test_csv_is_as_athena_writes_it(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query(_SQL, lake=lake, as_csv=True)
    assert capsys.readouterr().out.splitlines() == [
        '"session_id","started_at","duration_seconds","team_size","consent_obtained","integration_needs"',
        '"a","2025-10-31 05:18:16.953","60.5","7","true","[salesforce, api]"',
        '"b","2025-10-31 23:18:16.953",,,,"[]"',
    ]


def test_csv_holds_a_null_that_is_alone_and_quotes(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query(
        'SELECT team_size AS "a""b" FROM session_analytics ORDER BY team_size',
        lake=lake,
        as_csv=True,
    )
    query("SELECT 'say \"hi\"', NULL, ''", lake=lake, as_csv=True)
    assert (
        capsys.readouterr().out == '"a""b"\n"2"\n"7"\n\n"_col0","_col1","_col2"\n"say ""hi""",,""\n'
    )


def _shown(sql: str, lake: Path, width: int) -> str:
    """What a terminal of this width shows."""
    screen = StringIO()
    with open_lake(lake) as opened:
        show(
            run_query(sql, opened),
            Console(file=screen, width=width, force_terminal=True, color_system=None),
        )
    return screen.getvalue()


def test_a_row_too_wide_for_the_terminal_has_a_line_a_column(lake: Path) -> None:
    shown = _shown("SELECT * FROM session_analytics WHERE session_id = 'a'", lake, 80).splitlines()
    assert shown[0] == "row 1"
    assert {line.partition("|")[0].strip() for line in shown[1:]} == {
        "",
        *(column.name for column in glue.columns()),
        "dt",
    }
    values = {line.partition(" | ")[0].strip(): line.partition(" | ")[2] for line in shown[1:]}
    assert values["started_at"] == "2025-10-31 05:18:16.953"
    assert values["team_size"] == "7"
    assert max(map(len, shown)) <= 80


def test_a_long_value_is_folded_beside_its_columns_name(lake: Path) -> None:
    shown = _shown(
        "SELECT 1 AS one, array_join(transform(sequence(1, 30), x -> '[x]'), '') AS boxes", lake, 40
    )
    assert shown.splitlines() == [
        "row 1",
        "one   | 1",
        *_folded("boxes", "[x]" * 30, 32),
    ]


def _folded(name: str, text: str, width: int) -> list[str]:
    parts = [text[index : index + width] for index in range(0, len(text), width)]
    return [
        f"{name if index == 0 else '':<{len(name)}} | {part}" for index, part in enumerate(parts)
    ]


def test_an_answer_that_fits_is_a_table_and_one_column_always_is(lake: Path) -> None:
    assert _shown("SELECT 1 AS one, 2 AS two", lake, 40).startswith("┏")
    assert _shown(
        "SELECT array_join(transform(sequence(1, 90), x -> 'x'), '') AS long", lake, 40
    ).startswith("┏")


def test_a_pipe_gets_a_line_a_column_where_a_table_would_have_lines_that_nobody_reads(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query(
        "SELECT 1 AS one, array_join(transform(sequence(1, 90), x -> 'word'), '-') AS long",
        lake=lake,
    )
    assert capsys.readouterr().out.splitlines() == [
        "row 1",
        "one  | 1",
        f"long | {'-'.join(['word'] * 90)}",
    ]


def test_what_looks_like_markup_is_shown_as_it_is(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query("SELECT '[red]x[/b]' AS \"a[/b]\", '[x]' AS \"[red]\"", lake=lake)
    table = capsys.readouterr().out
    assert all(text in table.splitlines()[1] for text in ("a[/b]", "[red]"))
    assert all(text in table.splitlines()[3] for text in ("[red]x[/b]", "[x]"))
    assert "a[/b]" in _shown("SELECT 'y' AS \"a[/b]\", '[/x]' AS z", lake, 10)


def test_a_piped_table_loses_nothing_and_messages_go_to_stderr(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query(
        "SELECT array_join(transform(sequence(1, 90), x -> 'word'), '-') AS long, '[red]' AS "
        "markup",
        lake=lake,
    )
    shown = capsys.readouterr()
    assert "-".join(["word"] * 90) in shown.out
    assert "[red]" in shown.out
    assert shown.err == "1 row\n"


def test_the_query_may_stand_in_a_file_or_come_from_standard_input(
    lake: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "question.sql"
    file.write_text(
        "-- how many?\nSELECT count(*) AS calls FROM session_analytics;\n", encoding="utf-8"
    )
    query(f"@{file}", lake=lake, as_csv=True)
    monkeypatch.setattr("sys.stdin", StringIO("SELECT count(*) AS calls FROM session_analytics"))
    query("-", lake=lake, as_csv=True)
    assert capsys.readouterr().out == '"calls"\n"3"\n' * 2


def test_the_command_line_takes_a_hyphen_for_standard_input(
    lake: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("SELECT count(*) AS calls FROM session_analytics"))
    monkeypatch.setattr(
        "sys.argv", ["voice-analytics", "local", "query", "-", "--lake", str(lake), "--csv"]
    )
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert capsys.readouterr().out == '"calls"\n"3"\n'


def test_a_file_that_cannot_be_read_is_named(lake: Path, tmp_path: Path) -> None:
    binary = tmp_path / "binary.sql"
    binary.write_bytes(b"\xff\xfe")
    for file, why in (
        (tmp_path / "none.sql", "No such file or directory"),
        (binary, "it is not UTF-8 text"),
    ):
        with pytest.raises(UserError) as refused:
            query(f"@{file}", lake=lake)
        assert (
            str(refused.value)
            == f"{file} cannot be read ({why}): give a file with one query after the @"
        )


def test_json_and_csv_exclude_each_other(lake: Path) -> None:
    with pytest.raises(UserError, match="exclude each other"):
        query("SELECT 1", lake=lake, as_json=True, as_csv=True)
