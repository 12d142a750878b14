"""Servers that the tests start: on ports of 127.0.0.1 that are free."""

import socket
import subprocess
import time
from pathlib import Path


def free_ports(count: int) -> list[int]:
    """So many different ports on which nobody listens."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path, seconds: float) -> None:
    """Wait until the process listens.

    AssertionError, with what it logged, where it ends before, or does not in time.
    """
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{process.args!r} does not listen: {log.read_text()}")
