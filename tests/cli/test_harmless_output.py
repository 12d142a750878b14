"""Whatever stands in the data, a name or a query: no terminal obeys it, and no text is turned."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from tests.rows import LOGGED_AT, event
from voice_analytics.cli.main import main
from voice_analytics.cli.prompt import converse, session
from voice_analytics.lake.engine import open_lake
from voice_analytics.printable import printable

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("harmless output")]

HOSTILE = "\x1b[31m\x1b]0;title\x07\x9b2K\u202e\u2066\u2028\x7fz"
CALL = event(
    session_id=HOSTILE,
    timestamp="2026-03-05T12:00:00Z",
    agent_name=HOSTILE,
    outcome=HOSTILE,
    team_size=HOSTILE,
    transcript=[{"role": HOSTILE, "content": HOSTILE}],
    tool_calls=[{"tool": HOSTILE, "error": HOSTILE, "success": False}],
    **{f"x {HOSTILE}": HOSTILE},
)

type Run = Callable[..., str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("harmless")
    lines = [json.dumps(CALL, ensure_ascii=False), json.dumps(CALL)[:300]]
    for name in ("agent.log", f"{HOSTILE}.log"):
        folder.joinpath(name).write_text("\n".join(lines), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["", "local", "run", "agent.log", "--out", "lake"])
        with pytest.raises(SystemExit):
            main()
    return folder


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(folder)

    def printed(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["voice-analytics", *arguments])
        with pytest.raises(SystemExit):
            main()
        return "".join(capsys.readouterr())

    return printed


def query(sql: str) -> tuple[str, ...]:
    return "local", "query", sql, "--lake", "lake"


@pytest.mark.parametrize(
    "arguments",
    [
        ("local", "run", f"{HOSTILE}.log", "--out", "other"),
        ("local", "check", f"{HOSTILE}.log"),
        query("SELECT * FROM session_analytics"),
        query("SELECT * FROM rejected_events"),
        query("tool_success"),
        query("violations_by_field"),
        query(f'SELECT 1 AS "{HOSTILE}"'),
        query(f"SELECT {HOSTILE} FROM sessions"),
        query(f"SELECT '{HOSTILE}"),
        query("SELECT CAST(agent_name AS integer) FROM sessions"),
        query("SELECT json_parse(outcome) FROM sessions"),
        query("SELECT date_parse(outcome, '%Y') FROM sessions"),
        ("local", "query", "daily_volume", "--lake", HOSTILE),
        (*query("SELECT 1"), "--parquet", f"{HOSTILE}.parquet"),
        ("report", "--lake", "lake", "--out", f"{HOSTILE}.html"),
        ("report", "--lake", "lake", "--out", f"{HOSTILE}/r.html"),
        ("report", "--lake", "lake", "--where", f"agent_name={HOSTILE}", "--out", "r.html"),
        (HOSTILE,),
    ],
    ids=lambda arguments: printable(" ".join(arguments)[:60]),
)
def test_a_command_prints_pictures(arguments: tuple[str, ...], run: Run) -> None:
    printed = run(*arguments)
    assert printed
    assert printed == printable(printed, lines=True)


def test_the_hostile_text_is_there(run: Run) -> None:
    assert printable(HOSTILE) in run(*query("SELECT agent_name FROM sessions"))


def test_the_report_shows_pictures(run: Run, folder: Path) -> None:
    run("report", "--lake", "lake", "--out", "r.html")
    page = folder.joinpath("r.html").read_text(encoding="utf-8")
    assert page == printable(page, lines=True)
    assert LOGGED_AT.date().isoformat() in page


def test_the_prompt_prints_pictures(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    day = LOGGED_AT.date()
    with (
        open_lake(folder / "lake") as lake,
        create_pipe_input() as keyboard,
        create_app_session(input=keyboard, output=DummyOutput()),
    ):
        keyboard.send_text("SELECT agent_name, outcome FROM sessions;\r")
        keyboard.send_text("SELECT CAST(agent_name AS integer) FROM sessions;\rexit\r")
        converse(session(lake), lake, (day, day))
    printed = "".join(capsys.readouterr())
    assert printable(HOSTILE) in printed
    assert printed == printable(printed, lines=True)
