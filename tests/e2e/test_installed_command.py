"""The command of `uv tool install` needs no checkout: its package has what it reads."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.template.cloudformation import TEMPLATE

type Command = Callable[..., str]


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Runs the installed command in a folder that holds nothing of the project."""
    folder = tmp_path_factory.mktemp("installed")
    programs = folder / "bin"
    locked = ("--constraints", TEMPLATE.with_name("requirements.lock"))
    environment = {
        **os.environ,  # how this machine reaches the index
        "UV_TOOL_DIR": str(folder / "tools"),
        "UV_TOOL_BIN_DIR": str(programs),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    uv = Path(sys.executable).with_name("uv")
    subprocess.run(
        [uv, "tool", "install", "--quiet", "--python", sys.executable, *locked, TEMPLATE.parent],
        env=environment,
        check=True,
        timeout=300,
    )
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()

    def run(*arguments: str, stdin: str = "") -> str:
        ran = subprocess.run(
            [programs / "voice-analytics", *arguments],
            cwd=elsewhere,
            env={"PATH": "/usr/bin:/bin", "HOME": str(elsewhere)},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    return run


def test_a_log_becomes_rows_answers_and_a_report(command: Command) -> None:
    log = command("local", "generate", "--calls", "20", "--days", "2")
    command("local", "run", "-", "--out", "lake", stdin=log)
    counted = command(
        "local", "query", "SELECT count(*) AS calls FROM sessions", "--lake", "lake", "--csv"
    )
    assert counted.splitlines()[-1].strip('"') == "20"
    assert "cost" in command("local", "query", "cost_by_day", "--lake", "lake", "--csv")
    command("report", "--lake", "lake", "--out", "report.html")


def test_it_lists_the_saved_queries(command: Command) -> None:
    assert "qualified_leads" in command("local", "queries")
