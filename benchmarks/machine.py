"""The machine that was measured on."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple


class Machine(NamedTuple):
    """What one needs to know to judge the figures.

    The load is that of the last minute when the run began.
    """

    date: str
    processor: str
    architecture: str
    processors: int
    python: str
    load: float


def this_machine() -> Machine:
    """The machine and the day (UTC) of this run."""
    return Machine(
        date=datetime.now(UTC).date().isoformat(),
        processor=_processor(),
        architecture=platform.machine(),
        processors=os.cpu_count() or 1,
        python=platform.python_version(),
        load=round(os.getloadavg()[0], 1),
    )


def _processor() -> str:
    """As Linux names it; virtual machines on arm64 name none."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
