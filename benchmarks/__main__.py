"""`make bench`, `python -m benchmarks`: how fast and how small, side by side in one run.

1. speed: this project and four other ways to answer the same invocations, on six kinds of traffic.
2. instructions: the same by instructions of the processor, for the first kind of traffic.
3. privacy: the profiles of the privacy policy, and no policy.
4. growth: time by the number of events in an invocation, and a plot.
5. hostile: the costliest lines of 1 MB, each by itself, and records full of costly lines.
6. stored: Parquet against gzipped JSON, and what Athena would read for each saved query.
7. built: cold start and size of what `sam build` makes.
8. scale: an hour of simulated time at 1 to 1,000 calls a second, by the template's buffers.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal, NamedTuple

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console
from rich.table import Table
from session_analytics.cloudwatch import MAX_DECOMPRESSED_BYTES

from benchmarks import (
    cold_start,
    growth,
    growth_plot,
    hostile,
    instructions,
    parquet,
    privacy,
    query_bytes,
    report,
    scale,
    sizes,
)
from benchmarks.contenders import PROJECT, contenders
from benchmarks.contenders.floor import Floor
from benchmarks.deployed import deployed
from benchmarks.lake import fill_lake
from benchmarks.speed import speed
from benchmarks.traffic import ROOT
from tests.fuzz.hostile import MEGABYTE
from voice_analytics.errors import UserError

type Part = Literal[
    "speed", "instructions", "privacy", "growth", "hostile", "stored", "built", "scale"
]
ALL: tuple[Part, ...] = (
    *("speed", "instructions", "privacy", "growth"),
    *("hostile", "stored", "built", "scale"),
)
_PIPED = 160  # columns of the tables where standard output is not a terminal

type Figures = dict[str, float]

app = App(name="python -m benchmarks", version_flags=[])


class Effort(NamedTuple):
    """How much is measured.

    `calls` make up a week, `events` are about those of a data set that are timed in each round,
    the instructions of `counted_events` are counted, `seconds` are simulated at each rate.
    """

    calls: int
    events: int
    counted_events: int
    rounds: int
    starts: int
    sizes: tuple[int, ...]
    line_bytes: int
    record_bytes: int
    seconds: int


FULL = Effort(
    calls=10_000,
    events=1_000,
    counted_events=100,
    rounds=9,
    starts=11,
    sizes=growth.SIZES,
    line_bytes=MEGABYTE,
    record_bytes=MAX_DECOMPRESSED_BYTES,
    seconds=scale.HOUR,
)
QUICK = Effort(
    calls=400,
    events=60,
    counted_events=5,
    rounds=2,
    starts=2,
    sizes=growth.SIZES[:7],
    line_bytes=20_000,
    record_bytes=200_000,
    seconds=10,
)


@app.default
def bench(
    *chosen: Part,
    quick: Annotated[bool, Parameter(negative="")] = False,
    out: Path | None = None,
    write: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Measure speed and size beside other ways, and print tables with targets.

    All parts take some minutes. What else the machine does meanwhile shows in the figures; least in
    ratios, which is why the contenders take turns. For example:

    - `python -m benchmarks`
    - `python -m benchmarks speed --quick`
    - `python -m benchmarks growth --out plots`

    Parameters
    ----------
    chosen
        What to measure: speed, instructions (with valgrind), privacy (the policy's profiles),
        growth, hostile (the costliest lines and records), stored (files and queries), built (what
        sam build makes) or scale (an hour at each rate, simulated). All of it without this.
    quick
        Little of everything, to see that it runs: the figures mean nothing.
    out
        Folder for the plot growth.svg.
    write
        Write the summary into docs/benchmarks.md, with the day and the machine.

    """
    if sys.platform != "linux":
        raise UserError("the benchmarks measure the cold start on Linux", "run them there")
    if write and quick:
        raise UserError("--quick measures nothing for the page", "leave out --quick or --write")
    console = Console() if sys.stdout.isatty() else Console(width=_PIPED)
    figures: Figures = {}
    for table in measure(chosen or ALL, QUICK if quick else FULL, _plot(out), figures):
        console.print(table)
    console.print(report.summary(figures))
    if write:
        report.write_to_page(ROOT / "docs" / "benchmarks.md", figures)


def measure(
    parts: tuple[Part, ...], effort: Effort, plot: Path | None, figures: Figures
) -> Iterator[Table]:
    """The tables of the parts; adds to the figures of the summary."""
    if "speed" in parts:
        table, of_speed = speed(effort.calls, effort.events, effort.rounds)
        figures |= of_speed
        yield table
    if "instructions" in parts:
        table, ratios = instructions.instructions(effort.calls, effort.counted_events)
        figures |= ratios
        yield table
    if "privacy" in parts:
        table, of_profiles = privacy.privacy(effort.calls, effort.events, effort.rounds)
        figures |= of_profiles
        yield table
    if "growth" in parts:
        with contenders(Floor(growth.short_calls(1))) as runners:
            result = growth.growth(runners, effort.rounds, effort.sizes)
        figures["exponent"] = result.exponent(PROJECT)
        if plot:
            growth_plot.draw(result, plot)
        yield result.table()
    if "hostile" in parts:
        table, of_lines = hostile.hostile(effort.line_bytes)
        figures |= of_lines
        yield table
        table, of_records = hostile.records(effort.record_bytes)
        figures |= of_records
        yield table
    if "stored" in parts:
        yield from _stored(effort, figures)
    if "built" in parts:
        yield from _built(effort, figures)
    if "scale" in parts:
        hours = [scale.simulate(rate, effort.seconds, effort.calls) for rate in scale.RATES]
        figures["stream_share"] = max(hours[-1].shares.values())
        yield scale.scale(hours, effort.calls)


def _stored(effort: Effort, figures: Figures) -> Iterator[Table]:
    """The files in the bucket, and what queries read of them."""
    with TemporaryDirectory() as folder:
        lake = fill_lake(effort.calls, Path(folder))
        as_delivered, daily = parquet.delivered(lake), parquet.one_a_day(lake)
        compacted = parquet.compacted(lake)
        yield parquet.layouts(lake, as_delivered, daily, compacted)
        yield parquet.largest_columns(daily)
        measurements = query_bytes.query_bytes(lake, as_delivered, daily, compacted)
    delivered, afterwards = query_bytes.median_shares(measurements)
    figures |= {"query_share": delivered, "compacted_query_share": afterwards}
    yield query_bytes.table(measurements)


def _built(effort: Effort, figures: Figures) -> Iterator[Table]:
    """Start and size of what `sam build` makes."""
    with deployed() as function:
        event = json.dumps(growth.short_calls(1)).encode()
        starts = cold_start.cold_start(function, event, effort.starts)
        figures["cold_start"] = cold_start.against_pydantic(starts)
        figures["layer"] = sizes.unzipped(function.built.layer)
        yield cold_start.table(starts)
        yield sizes.sizes(function)


def _plot(folder: Path | None) -> Path | None:
    if folder is None:
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{folder} cannot be made ({error.strerror})", "give another folder with --out"
        ) from error
    return folder / "growth.svg"


if __name__ == "__main__":
    try:
        app(exit_on_error=False, print_error=False)
    except (UserError, CycloptsError) as error:
        sys.exit(f"error: {' '.join(str(error).split())}")
