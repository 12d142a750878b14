"""Cold start: from the start of the process to its first answer.

Under Lambda's Runtime Interface Emulator three functions take turns: one that imports nothing, one
that imports pydantic alone, and this project's. Layer, runtime client and event are the same. As in
Lambda no compiled Python is kept: what there is is what `make build` has put beside the sources.
"""

import compileall
import os
import py_compile
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from rich.table import Table

from benchmarks.deployed import Deployed
from benchmarks.race import Spread, spread
from benchmarks.report import steps
from benchmarks.report import table as drawn
from tests.e2e.emulator import EMULATOR, INVOCATIONS, installed
from tests.e2e.loopback import free_ports

NOTHING, PYDANTIC, PROJECT = "imports nothing", "imports pydantic alone", "this project"
_ANSWER = "def lambda_handler(event, context):\n    return {}\n"
_PAUSE_SECONDS = 0.001
_PATIENCE_SECONDS = 30


def cold_start(deployed: Deployed, event: bytes, rounds: int) -> dict[str, Spread]:
    """Seconds by function."""
    functions = {
        NOTHING: _function(deployed.scratch / "nothing", _ANSWER),
        PYDANTIC: _function(deployed.scratch / "pydantic_alone", f"import pydantic\n\n{_ANSWER}"),
        PROJECT: deployed.built.function,
    }
    _add_pydantic(functions[PYDANTIC])
    times: dict[str, list[float]] = {name: [] for name in functions}
    for number in steps(range(rounds + 1), "cold start"):
        for name, code in functions.items():
            seconds = _start(deployed, code, event)
            if number:  # in the first, files are read from the disk
                times[name].append(seconds)
    return {name: spread(seconds) for name, seconds in times.items()}


def against_pydantic(spreads: Mapping[str, Spread]) -> float:
    """How many times as long this project takes as a handler that imports pydantic alone."""
    return spreads[PROJECT].median / spreads[PYDANTIC].median


def table(spreads: Mapping[str, Spread]) -> Table:
    """A row a function."""
    columns = {"a function that": "", "ms": ",.0f", "± %": ",.1f", "x pydantic alone": ".2f"}
    rows = [
        (name, seconds.median * 1000, seconds.percent, seconds.median / spreads[PYDANTIC].median)
        for name, seconds in spreads.items()
    ]
    note = (
        "From the start of the process to its first answer, by the clock; median and half the "
        "distance of the quartiles."
    )
    return drawn("Cold start", columns, rows, note)


def _function(folder: Path, code: str) -> Path:
    folder.mkdir()
    (folder / "app.py").write_text(code, encoding="utf-8")
    return folder


def _add_pydantic(folder: Path) -> None:
    """What the layer, which has pydantic's core alone, lacks of it: compiled as the layer is."""
    for package in installed("pydantic", "annotated-types", "typing-inspection"):
        shutil.copytree(
            package, folder / package.name, ignore=shutil.ignore_patterns("__pycache__")
        )
    compileall.compile_dir(
        folder, quiet=1, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
    )


def _start(deployed: Deployed, code: Path, event: bytes) -> float:
    port, api = free_ports(2)
    addresses = (
        "--runtime-interface-emulator-address",
        f"127.0.0.1:{port}",
        "--runtime-api-address",
        f"127.0.0.1:{api}",
    )
    command = (
        EMULATOR,
        *addresses,
        *deployed.python,
        "-m",
        "awslambdaric",
        deployed.function.handler,
    )
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=code,
        env=deployed.environment(code),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _first_answer(INVOCATIONS.format(port), event)
        return time.perf_counter() - began
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # the emulator, and the runtime that it started
        process.wait()


def _first_answer(url: str, event: bytes) -> None:
    """Ask until the emulator listens. Raises TimeoutError where it never does."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, event) as answer:  # noqa: S310 - our own address
                if b"errorType" in (body := answer.read()):
                    raise RuntimeError(body.decode())
                return
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            time.sleep(_PAUSE_SECONDS)
    raise TimeoutError("the emulator does not listen")
