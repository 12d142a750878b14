"""Ctrl-C ends every command that takes time, whatever it waits for, with one line."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lake import lakes
from voice_analytics.local.clients import KEY_FILE

pytestmark = pytest.mark.slow  # processes

_COMMAND = str(Path(sys.executable).parent / "voice-analytics")
_STACK = ("--stack", "voice-analytics", "--region", "us-west-1")
_FIFO, _LAKE = "FIFO", "LAKE"
_OF_AWS = [
    ("operate", "doctor", *_STACK),
    ("operate", "replay", "errors", *_STACK),
    ("operate", "backfill", "files", *_STACK, "--source", "."),
    ("operate", "compact", *_STACK),
    ("operate", "cost", "actual", *_STACK),
    ("operate", "forget", "--email", "a@b.example", *_STACK),
    ("operate", "redact", *_STACK),
    ("operate", "tail", *_STACK),
    ("report", "--athena", "--region", "us-west-1", "--out", "report.html"),
    ("insights", "--athena", "--region", "us-west-1"),
]
_OF_A_FILE = [
    ("check", _FIFO),
    ("local", "run", _FIFO, "--out", "lake"),
    ("local", "query", f"@{_FIFO}", "--lake", _LAKE),
    ("local", "forget", "--lake", _LAKE, "--email", "a@b.example"),  # its keys
]
_OF_ITS_OUTPUT = [
    ("local", "generate", "--calls", "10000000"),
    ("local", "demo", "--out", "demo"),
    ("explore", "--lake", _LAKE, "--port", "0"),
]


@pytest.fixture
def silent_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """An endpoint that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(300)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        for name, value in (
            ("AWS_ENDPOINT_URL", address),
            ("AWS_ACCESS_KEY_ID", "anyone"),
            ("AWS_SECRET_ACCESS_KEY", "unchecked"),
        ):
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        yield listening


def interrupted(
    arguments: tuple[str, ...], folder: Path, is_busy: Callable[["subprocess.Popen[str]"], object]
) -> None:
    """Start the command, press Ctrl-C when it is busy, and look at how it ends."""
    with subprocess.Popen(
        [_COMMAND, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as process:
        is_busy(process)
        errors = _ctrl_c(process)
    assert (process.returncode, errors) == (130, "interrupted\n")


def _ctrl_c(process: "subprocess.Popen[str]") -> str:
    """What the process says on standard error when it ends.

    Of a query that is about to start PyAthena first waits for its id, to cancel it; it ends with
    the second Ctrl-C where Athena does not give one.
    """
    for _ in range(100):
        process.send_signal(signal.SIGINT)
        try:
            return process.communicate(timeout=3)[1]
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    pytest.fail("Ctrl-C does not end the command")


@pytest.mark.parametrize("arguments", _OF_AWS, ids=" ".join)
def test_while_aws_does_not_answer(
    arguments: tuple[str, ...], silent_aws: socket.socket, tmp_path: Path
) -> None:
    connections: list[Any] = []
    interrupted(arguments, tmp_path, lambda _: connections.append(silent_aws.accept()))
    for connection, _ in connections:
        connection.close()


@pytest.mark.parametrize("arguments", _OF_A_FILE, ids=" ".join)
def test_while_its_input_does_not_come(arguments: tuple[str, ...], tmp_path: Path) -> None:
    lakes.small(tmp_path / _LAKE)
    os.mkfifo(tmp_path / _FIFO)
    (tmp_path / _LAKE / KEY_FILE).symlink_to(tmp_path / _FIFO)
    # opening it for writing waits until the command has opened it for reading
    interrupted(arguments, tmp_path, lambda _: os.open(tmp_path / _FIFO, os.O_WRONLY))


@pytest.mark.parametrize("arguments", _OF_ITS_OUTPUT, ids=" ".join)
def test_while_it_works(arguments: tuple[str, ...], tmp_path: Path) -> None:
    lakes.small(tmp_path / _LAKE)

    def is_busy(process: "subprocess.Popen[str]") -> None:
        assert process.stdout
        assert process.stdout.readline()

    interrupted(arguments, tmp_path, is_busy)
