"""What a user gets wrong is told in one line on stderr: exit code 2 for the command, 1 for data."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lake import lakes
from voice_analytics.cli.app import app
from voice_analytics.cli.main import main
from voice_analytics.cli.reference import commands


def called(monkeypatch: pytest.MonkeyPatch, *arguments: str, given: str = "") -> int:
    monkeypatch.setattr(sys, "argv", ["voice-analytics", *arguments])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("local", "nope"),
            (
                'Unknown command "nope". Available commands: demo, generate, run, query, views, '
                "queries, leads, forget."
            ),
        ),
        (("local", "run"), "requires an argument. See voice-analytics local run --help."),
        (("local", "query", "SELECT 1", "--lake", ""), "--lake is empty: name a file or directory"),
        (("local", "demo", "--out", ""), "--out is empty"),
        (("local", "generate", "--out", ""), "--out is empty"),
        (("report", "--lake", "", "--out", "x.html"), "--lake is empty"),
        (("local", "generate", "--calls", "1.5"), "1.5 is not a whole number"),
        (("local", "generate", "--calls", "0"), "--calls is 0: give a number from 1"),
        (("local", "query", "--laek", "x"), "unknown option --laek: did you mean --lake?"),
        (("local", "run", "a.log", "--ot", "x"), "unknown option --ot: did you mean --out?"),
        (("report", "--zzz=1"), "unknown option --zzz: see voice-analytics report --help"),
        (("local", "query", "x", "--lake", "x", "--csv", "--json"), "exclude each other"),
    ],
)
def test_a_mistake_in_the_command_is_told_in_one_line(
    arguments: tuple[str, ...],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VOICE_ANALYTICS_LAKE", raising=False)
    assert called(monkeypatch, *arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert captured.err.count("\n") == 1
    assert message in captured.err


@pytest.mark.slow
@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_a_misspelt_option_is_named_before_all_else(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever else is wrong: none of these has what the command requires."""
    _, apps, _ = app.parse_commands(list(command))
    has_options = apps[-1].default_command is not None  # a group of commands has none
    arguments = apps[-1].assemble_argument_collection() if has_options else []
    options = [name for argument in arguments for name in argument.names]
    for option in filter(lambda name: name.startswith("--"), options):
        assert called(monkeypatch, *command, f"{option}x", "value") == 2
        hint = f"error: unknown option {option}x: did you mean --"
        assert capsys.readouterr().err.startswith(hint)
    for unknown in ("--zzzzzzzzz", "-q"):
        assert called(monkeypatch, *command, f"{unknown}=1") == 2
        assert capsys.readouterr().err.startswith(f"error: unknown option {unknown}: ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("local", "run", "a[/b].log", "--out", "x"),
            "a[/b].log cannot be read: No such file or directory",
        ),
        (("local", "run", ".", "--out", "x"), ". is a directory without .gz files"),
        (("local", "run", "-", "--out", "x"), "standard input has no log lines"),
        (("local", "run", "-", "--out", "x", "--filter", "%[/a](%"), "error: "),
        (
            ("local", "run", "-", "--out", "x", "--fault", "rain=1"),
            "unknown fault rain: use one of",
        ),
        (
            ("local", "query", "SELECT", "1", "--lake", "x"),
            "there is no saved query SELECT: see voice-analytics local queries",
        ),
        (("local", "query", "SELECT 1", "--lake", "nowhere"), "voice-analytics local run"),
    ],
)
def test_a_mistake_in_the_data_is_told_in_one_line(
    arguments: tuple[str, ...],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert called(monkeypatch, *arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert captured.err.count("\n") == 1
    assert message in captured.err


@pytest.mark.parametrize(
    "given",
    [
        '{"records": [',
        '{"invocationId": "x", "records": [{"data"',
        "[1, 2]",
        '{"records": {}}',
        "",
        " \n\n",
        '{\n"a": 1\n}',
    ],
)
def test_what_is_neither_a_firehose_event_nor_log_lines_is_refused(
    given: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert called(monkeypatch, "local", "run", "-", "--out", str(tmp_path), given=given) == 1
    assert capsys.readouterr().err.startswith("error: standard input ")


def test_help_lists_the_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(monkeypatch, "local", "--help") == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in ("demo", "generate", "query", "run"))


@pytest.mark.slow
def test_a_reader_that_has_seen_enough_is_not_an_error(tmp_path: Path) -> None:
    lakes.small(tmp_path)
    sql = "SELECT n, 'a word' AS word FROM UNNEST(sequence(1, 9000)) AS t (n)"
    command = [
        sys.executable,
        "-c",
        "from voice_analytics.cli.main import main; main()",
        "local",
        "query",
        sql,
        "--lake",
        str(tmp_path),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait() == 0
