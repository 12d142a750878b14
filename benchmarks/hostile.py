"""What the costliest lines cost: processor time and memory of one line of 1 MB by itself.

Each runs in a process of its own: `python -m benchmarks.hostile NAME BYTES` prints its figures. A
line twice as long may cost twice as much.
"""

import json
import resource
import subprocess
import sys
import time
from typing import NamedTuple

from rich.table import Table

from benchmarks.report import Cell, table
from tests.fuzz.hostile import COSTLY, MEGABYTE
from tests.rows import FIRST_DAY, LOGGED_AT, log_batch

MAX_SECONDS, MAX_MIB = 3, 250  # of a line: the function has 120 s and 1,769 MB
_SHOWN = 8
_MIB = 1024  # KiB


class Cost(NamedTuple):
    """Of one line: seconds of a processor, MiB beyond those of the process at its start."""

    seconds: float
    mib: float


def measured(name: str, size: int) -> Cost:
    """The cost of a line of this kind, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.hostile", name, str(size)]
    printed = subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603
    return Cost(*json.loads(printed))


def hostile(size: int = MEGABYTE) -> tuple[Table, dict[str, float]]:
    """The costliest kinds, and the largest figures of all."""
    whole = {name: measured(name, size) for name in COSTLY}
    worst = sorted(whole, key=lambda name: whole[name], reverse=True)[:_SHOWN]
    rows: list[tuple[Cell, ...]] = []
    for name in worst:
        half = measured(name, size // 2)
        growth = whole[name].seconds / half.seconds if half.seconds else None
        rows.append((name, *whole[name], growth))
    columns = {"line": "", "seconds": ".2f", "MiB": ".0f", "against half of it": ".1f"}
    note = f"Each by itself. Targets: {MAX_SECONDS} s, {MAX_MIB} MiB, twice."
    shown = table(f"Costliest lines of {size:,} bytes", columns, rows, note)
    return shown, {
        "hostile_seconds": max(cost.seconds for cost in whole.values()),
        "hostile_mib": max(cost.mib for cost in whole.values()),
    }


def _cost(name: str, size: int) -> Cost:
    from session_analytics.batch import Rules, read_record  # noqa: PLC0415 - not in the parent
    from session_analytics.cloudwatch import encode  # noqa: PLC0415
    from session_analytics.rejects import rejected_objects  # noqa: PLC0415
    from session_analytics.response import result_of  # noqa: PLC0415

    data = encode(log_batch(COSTLY[name](size)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    record = read_record(data, round(LOGGED_AT.timestamp() * 1000), Rules(FIRST_DAY))
    rejected_objects([result_of("r", record)], "v")
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Cost(seconds, (peak - before) / _MIB)


if __name__ == "__main__":
    print(json.dumps(_cost(sys.argv[1], int(sys.argv[2]))))
