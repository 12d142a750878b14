"""Instructions of the processor for an event: the same in each run, whatever the machine does.

Valgrind's callgrind counts them, in processes of their own: `python -m benchmarks.instructions FILE
NAME ROUNDS` runs a contender on the invocations in a file. What one round more takes is that of the
events; the start and the first round, in which caches are filled, are left out.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import NamedTemporaryFile

from rich.table import Table

from benchmarks.contenders import FLATTEN, PROJECT, TEXTBOOK, UNPACK
from benchmarks.contenders.flatten_only import flatten_only
from benchmarks.contenders.textbook import textbook
from benchmarks.contenders.this_project import this_project
from benchmarks.contenders.unpack_only import unpack_only
from benchmarks.data_sets import DataSet, data_sets
from benchmarks.race import Contender
from benchmarks.report import Cell, table

_ALONE: Mapping[str, Contender] = {
    UNPACK: unpack_only,
    FLATTEN: flatten_only,
    TEXTBOOK: textbook,
}
_NAMES = (*_ALONE, PROJECT)
_COLLECTED = re.compile(r"Collected : (\d+)")
_COMMAND = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")


def instructions(calls: int, events: int) -> tuple[Table, dict[str, float]]:
    """A row a contender, and the ratios; no row where valgrind is not installed."""
    typical = next(iter(data_sets(calls, events)))
    counts = _counts(typical) if shutil.which(_COMMAND[0]) else {}
    rows: list[tuple[Cell, ...]] = [
        (name, count / typical.events / 1000, counts[PROJECT] / count)
        for name, count in counts.items()
    ]
    columns = {"contender": "", "thousands an event": ",.0f", "this project takes": ".2f"}
    note = "Counted by callgrind." if counts else "Not counted: install valgrind."
    ratios = {
        f"instructions_{name.partition(' ')[0]}": counts[PROJECT] / counts[name]
        for name in (FLATTEN, TEXTBOOK)
        if counts
    }
    return table("Instructions, typical week", columns, rows, note), ratios


def _counts(data_set: DataSet) -> dict[str, int]:
    """Instructions for all events of the data set, by contender."""
    with NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([dict(invocation) for invocation in data_set.invocations], file)
        file.flush()
        runs = [(file.name, name, rounds) for name in _NAMES for rounds in (1, 2)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            once_and_twice = list(pool.map(lambda run: _collected(*run), runs))
    return {
        name: twice - once
        for name, once, twice in zip(_NAMES, once_and_twice[::2], once_and_twice[1::2], strict=True)
    }


def _collected(file: str, name: str, rounds: int) -> int:
    command = (*_COMMAND, sys.executable, "-m", "benchmarks.instructions", file, name, str(rounds))
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    run = subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, check=True, text=True, env=environment
    )
    if not (collected := _COLLECTED.search(run.stderr)):
        raise RuntimeError(f"callgrind counted nothing: {run.stderr[-300:]}")
    return int(collected[1])


def _run(file: str, name: str, rounds: int) -> None:
    invocations = json.loads(Path(file).read_text(encoding="utf-8"))
    with this_project() as project:
        contender = _ALONE.get(name, project)
        for _ in range(rounds):
            for invocation in invocations:
                contender(invocation)


if __name__ == "__main__":
    _run(sys.argv[1], sys.argv[2], int(sys.argv[3]))
