"""The prompt in a pseudo-terminal, as a person has it."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.lake import lakes

pytestmark = pytest.mark.slow  # processes and terminals

_COMMAND = Path(sys.executable).parent / "voice-analytics"
_READY = "athena>"
# far more than any machine finishes in the time of a test
_ENDLESS = (
    "SELECT sum(x * y * z % 7) FROM UNNEST(sequence(1, 9999)) AS a (x) "
    "CROSS JOIN UNNEST(sequence(1, 9999)) AS b (y) CROSS JOIN UNNEST(sequence(1, 9999)) AS c (z);"
)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lakes.small(tmp_path_factory.mktemp("lake"))


@pytest.fixture
def terminal(lake: Path, tmp_path: Path) -> Iterator["pexpect.spawn[str]"]:
    environment = os.environ | {
        "VOICE_ANALYTICS_LAKE": str(lake),
        "XDG_STATE_HOME": str(tmp_path),
        "TERM": "xterm",
        "PROMPT_TOOLKIT_NO_CPR": "1",
    }
    child = pexpect.spawn(
        str(_COMMAND),
        ["local", "query"],
        env=environment,
        encoding="utf-8",
        dimensions=(24, 80),
        timeout=120,
    )
    child.expect(_READY)
    yield child
    child.close(force=True)


def test_commands_of_psql_and_sqlite_are_answered(terminal: "pexpect.spawn[str]") -> None:
    for typed, answer in (
        ("\\d\r", "session_analytics"),
        ("\\d lead_scores\r", "Whether the score is over 80"),
        (".tables\r", "lead_scores"),
        ("\\?\r", "list tables and views"),
        (".help\r", "list tables and views"),
        (".\r", r"unknown command \."),
        ("\\nonsense\r", "unknown command"),
        ("\\timing\r", "Timing is on"),
        ("SELECT 42 AS answer;\r", "Time: "),
    ):
        terminal.send(typed)
        terminal.expect(answer)
        terminal.expect(_READY)
    terminal.send("\\q\r")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_control_c_stops_a_query_and_not_the_prompt(terminal: "pexpect.spawn[str]") -> None:
    terminal.send("\\timing\r")
    terminal.expect("Timing is on")
    terminal.send("SELECT 1 AS warm;\r")  # so that the next query is soon in DuckDB
    terminal.expect("Time: ")
    terminal.expect(_READY)
    terminal.send(f"{_ENDLESS}\r")
    for _ in range(40):  # the query may not have begun when Ctrl-C comes
        if terminal.expect(["interrupted", pexpect.TIMEOUT], timeout=3) == 0:
            break
        terminal.sendintr()
    else:
        pytest.fail("Ctrl-C does not stop the query")
    terminal.expect(_READY)
    terminal.send("SELECT 40 + 2 AS answer;\r")
    terminal.expect("42")


def test_a_wide_result_is_paged_by_column(terminal: "pexpect.spawn[str]") -> None:
    terminal.send("SELECT * FROM daily_summary;\r")
    terminal.expect("Enter: more columns")
    shown = str(terminal.before)
    assert "average_seconds" in shown
    assert "tts_ttfb_p95_ms" not in shown
    terminal.send("\r")
    terminal.expect("Enter: more columns")
    terminal.send("q\r")
    terminal.expect(_READY)


def test_the_prompt_ends_with_its_terminal(lake: Path, tmp_path: Path) -> None:
    """Also where the hang-up is ignored, as under nohup."""
    ours, theirs = pty.openpty()
    environment = {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "XDG_STATE_HOME": str(tmp_path)}
    command = ["sh", "-c", 'trap "" HUP; exec "$0" "$@"', str(_COMMAND), "local", "query"]
    with subprocess.Popen(
        [*command, "--lake", str(lake)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env=os.environ | environment,
    ) as process:
        os.close(theirs)
        shown = b""
        while _READY.encode() not in shown:
            shown += os.read(ours, 1000)
        os.close(ours)
        assert process.wait(timeout=300) == 0


def test_tab_completes_a_table(terminal: "pexpect.spawn[str]") -> None:
    terminal.send("SELECT * FROM rejected_ev\t")
    terminal.expect("rejected_events")
    terminal.sendeof()
