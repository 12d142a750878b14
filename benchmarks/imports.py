"""What the function's imports take, module by module (`python -X importtime`)."""

import re
import subprocess
from statistics import median

from benchmarks.deployed import Deployed
from benchmarks.tables import Column, Table

_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")
_RUNS = 5
_SHOWN = 10


def imports(deployed: Deployed) -> Table:
    """The modules that take longest by themselves, without what they import in turn."""
    runs = [_one_run(deployed) for _ in range(_RUNS)]
    milliseconds = {name: median(run.get(name, 0) for run in runs) / 1000 for name in runs[0]}
    packages: dict[str, float] = {}
    for name, own in milliseconds.items():
        package = name.partition(".")[0]
        packages[package] = packages.get(package, 0) + own
    total = sum(milliseconds.values())
    columns = [Column("module"), Column("ms by itself"), Column("share", ".0%")]
    rows = [(name, own, own / total) for name, own in _largest(milliseconds)]
    by_package = ", ".join(f"{name} {own:.0f}" for name, own in _largest(packages))
    note = (
        f"All {len(milliseconds)} modules: {total:.0f} ms, the interpreter's own among them. By "
        f"package: {by_package}."
    )
    return Table("Import time", columns, rows, note)


def _largest(values: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(values.items(), key=lambda item: -item[1])[:_SHOWN]


def _one_run(deployed: Deployed) -> dict[str, int]:
    """Microseconds by module."""
    module = deployed.function.handler.rpartition(".")[0]
    run = subprocess.run(  # noqa: S603 - our own command
        [*deployed.python, "-X", "importtime", "-c", f"import {module}"],
        env=deployed.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return {name: int(own) for own, name in _LINE.findall(run.stderr)}
