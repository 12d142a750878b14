"""What the costliest lines and records cost: processor time and memory.

Each runs in a process of its own: `python -m benchmarks.hostile NAME BYTES LINES` prints its
figures. A line twice as long may cost twice as much; a record, full of lines, what its budget says.
"""

import json
import resource
import subprocess
import sys
import time
from typing import NamedTuple

from rich.table import Table
from session_analytics.batch import MAX_LINE_CHARACTERS
from session_analytics.cloudwatch import MAX_DECOMPRESSED_BYTES

from benchmarks.report import Cell, table
from tests.fuzz.hostile import COSTLY, MEGABYTE
from tests.rows import FIRST_DAY, LOGGED_AT, log_batch

MAX_SECONDS, MAX_MIB = 3, 250  # of a line: the function has 120 s and 1,769 MB
MAX_RECORD_SECONDS, MAX_RECORD_MIB = 20, 1_000
# Lines that cost the most time a byte, or the most memory, and the size at which they do.
_IN_RECORDS = {
    "NaN, nested": 1_000,
    "surrogates, nested": 1_000,
    "numbers for turns": 4_000,
    "repr with an Enum": 100_000,
    "types run together": MAX_LINE_CHARACTERS,
    "tool calls": MEGABYTE,
    "one text": MEGABYTE,
}
_SHOWN = 8
_MIB = 1024  # KiB


class Cost(NamedTuple):
    """Seconds of a processor, and MiB beyond those of the process at its start."""

    seconds: float
    mib: float


def measured(name: str, size: int, lines: int = 1) -> Cost:
    """The cost of a record with so many lines of this kind, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.hostile", name, str(size), str(lines)]
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


def records(size: int = MAX_DECOMPRESSED_BYTES) -> tuple[Table, dict[str, float]]:
    """Records that decompress to nearly so many bytes, and the largest figures of all."""
    rows: list[tuple[Cell, ...]] = []
    costs: list[Cost] = []
    for name, of_line in _IN_RECORDS.items():
        lines = max(1, size * 3 // 4 // of_line)  # a quarter for the envelope and for escapes
        costs.append(measured(name, of_line, lines))
        rows.append((name, lines, *costs[-1]))
    columns = {"line": "", "lines": ",", "seconds": ".1f", "MiB": ".0f"}
    note = f"Targets: {MAX_RECORD_SECONDS} s, {MAX_RECORD_MIB:,} MiB."
    shown = table(f"Records of some {size:,} bytes of costly lines", columns, rows, note)
    return shown, {
        "record_seconds": max(cost.seconds for cost in costs),
        "record_mib": max(cost.mib for cost in costs),
    }


def _cost(name: str, size: int, lines: int) -> Cost:
    from session_analytics.batch import Rules, read_record  # noqa: PLC0415 - not in the parent
    from session_analytics.cloudwatch import encode  # noqa: PLC0415
    from session_analytics.rejects import rejected_objects  # noqa: PLC0415
    from session_analytics.response import result_of  # noqa: PLC0415

    data = encode(log_batch(*[COSTLY[name](size)] * lines))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    record = read_record(data, round(LOGGED_AT.timestamp() * 1000), Rules(FIRST_DAY))
    rejected_objects([result_of("r", record)], "v")
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Cost(seconds, (peak - before) / _MIB)


if __name__ == "__main__":
    print(json.dumps(_cost(sys.argv[1], *map(int, sys.argv[2:]))))
