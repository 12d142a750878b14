"""A container engine of the test's own.

Begun for it on a unix socket, ended by its pid, and gone without a trace.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

_READY_SECONDS = 20
_BRIDGE = Path("/sys/class/net/docker0")
_SYSTEM_PROGRAMS = "/usr/sbin:/sbin"


class Engine(NamedTuple):
    """An engine that answers at `host` (a value of DOCKER_HOST)."""

    host: str

    def docker(self, *arguments: str | Path, given: bytes = b"") -> str:
        """What a docker command prints, without white space around it."""
        command = subprocess.run(
            ["docker", *arguments],
            input=given,
            env={**os.environ, "DOCKER_HOST": self.host},
            capture_output=True,
            check=False,
        )
        assert command.returncode == 0, command.stderr.decode()
        return command.stdout.decode().strip()


class NoEngineError(Exception):
    """No engine can be begun on this machine; the text says why."""


@contextmanager
def engine() -> Iterator[Engine]:
    """Start an engine that leaves the machine's firewall and routing alone.

    It publishes ports by a process of its own. Raises NoEngineError. The path of its socket must be
    short, and so must that of its folder.
    """
    dockerd = _dockerd()
    with TemporaryDirectory(prefix="engine") as folder, (Path(folder) / "log").open("w+b") as log:
        host = f"unix://{folder}/socket"
        process = subprocess.Popen(
            [
                *(
                    dockerd,
                    "--host",
                    host,
                    "--data-root",
                    f"{folder}/data",
                    "--exec-root",
                    f"{folder}/exec",
                ),
                *("--pidfile", f"{folder}/pid"),
                *("--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"),
            ],
            env={**os.environ, "PATH": f"{os.environ['PATH']}:{_SYSTEM_PROGRAMS}"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(host, process, Path(log.name))
            yield Engine(host)
        finally:
            process.send_signal(signal.SIGTERM)  # it stops its containers first
            process.wait()
            if _BRIDGE.exists():
                subprocess.run(["ip", "link", "delete", _BRIDGE.name], check=True)


def _dockerd() -> str:
    """The program, where it may be used."""
    if os.geteuid() != 0:
        raise NoEngineError("only root can begin a container engine")
    if _BRIDGE.exists():
        raise NoEngineError("another container engine is at work, whose network would be used")
    program = shutil.which("dockerd", path=f"{os.environ['PATH']}:{_SYSTEM_PROGRAMS}")
    if not program or not shutil.which("docker"):
        raise NoEngineError("dockerd and docker are not installed (Debian's package docker.io)")
    return program


def _wait_for(host: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if (
            subprocess.run(
                ["docker", "--host", host, "info"], capture_output=True, check=False
            ).returncode
            == 0
        ):
            return
        time.sleep(0.1)
    raise NoEngineError(f"dockerd does not start: {log.read_text().splitlines()[-1:]}")
