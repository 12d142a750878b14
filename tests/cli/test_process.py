"""The command as a process: its exit code, and what is on each of its streams."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lake import lakes

pytestmark = pytest.mark.slow  # processes and terminals

_COMMAND = str(Path(sys.executable).parent / "voice-analytics")


def _ran(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [_COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
    )


def test_the_version_is_one_line() -> None:
    done = _ran("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, "0.1.0\n", "")


def test_a_query_reads_the_lake_of_the_environment(tmp_path: Path) -> None:
    lakes.small(tmp_path)
    done = _ran("local", "query", "SELECT 42 AS a", "--csv", VOICE_ANALYTICS_LAKE=str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, '"a"\n"42"\n', "")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("local", "query", "SELECT 1", "--laek", "x"), 2, "unknown option --laek: did you mean"),
        (("local", "run"), 2, "requires an argument"),
        (("local", "query", "SELECT nope", "--lake", "."), 1, "no delivered sessions in ."),
        (("local", "run", "none.log", "--out", "lake"), 1, "none.log cannot be read"),
        (("report", "--out", "x.html"), 2, "nothing says where the calls are"),
        (("check", "none.log"), 1, "none.log cannot be read"),
        (("local", "leads", "--lake", ".", "--since", "soon"), 2, "Write it as 2026-11-21"),
        (("local", "forget", "--lake", ".", "--email", "a@b.example"), 1, ". is not a lake"),
    ],
)
def test_an_error_is_one_line_on_stderr(
    arguments: tuple[str, ...],
    code: int,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VOICE_ANALYTICS_LAKE", raising=False)
    done = _ran(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert message in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full: it is Linux's")
def test_a_full_disk_is_one_line_on_stderr() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [_COMMAND, "local", "queries"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "error: no space is left on the disk: free some, or write elsewhere\n"


def test_the_output_is_probed_before_the_input_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = _ran("local", "run", "none.log", "--out", str(tmp_path / "file"))
    assert done.returncode == 1
    assert "file cannot be written" in done.stderr


def test_a_run_names_unknown_keys_and_what_to_do_about_rejects(tmp_path: Path) -> None:
    log = tmp_path / "agent.log"
    head = '{"_event_type":"session_analytics","_timestamp":"2026-03-05T12:00:00Z",'
    log.write_text(f'{head}"session_id":"a","cost":{{"x_tokens":1}}}}\n{head}"x":1}}\n')
    done = _ran("local", "run", str(log), "--out", str(tmp_path / "lake"), "--strict")
    assert done.returncode == 0
    assert "cost is not a field: did you mean cost_summary? (in 1 event)" in done.stderr
    assert "rejected with missing_session_id: 1: send session_id" in done.stderr
    log.write_text(f'{head}"x":1}}\n')
    done = _ran("local", "run", str(log), "--out", str(tmp_path / "lake"), "--strict")
    assert done.returncode == 1


def test_control_c_is_one_line(tmp_path: Path) -> None:
    with subprocess.Popen(
        [_COMMAND, "local", "run", "-", "--out", str(tmp_path / "lake")],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr
        while not (tmp_path / "lake").exists():  # it waits for its input then
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stderr.read() == "interrupted\n"
