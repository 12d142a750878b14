"""`make bench`, `python -m benchmarks`: how fast, how small and how cheap, side by side in one run.

1. speed: this project and four other ways to answer the same invocations, on six kinds of traffic;
   cost per million calls.
2. growth: time by the number of events in an invocation, and a plot.
3. stored: Parquet against gzipped JSON, and what Athena would read for each saved query.
4. built: cold start, imports, peak memory and size of what `sam build` makes.
"""

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

from benchmarks import parts
from benchmarks.machine import this_machine
from benchmarks.progress import shown_progress
from benchmarks.report import Report
from benchmarks.traffic import ROOT
from voice_analytics.errors import UserError

type Part = Literal["speed", "growth", "stored", "built"]
ALL: tuple[Part, ...] = ("speed", "growth", "stored", "built")
_PIPED = 160  # columns of the tables where standard output is not a terminal

app = App(name="python -m benchmarks", version_flags=[])


@app.default
def bench(
    *chosen: Part,
    quick: Annotated[bool, Parameter(negative="")] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    out: Path | None = None,
    write: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Measure speed, size and cost beside other ways, and print tables with targets.

    All parts take some minutes. What else the machine does meanwhile shows in the figures; least in
    ratios, which is why the contenders take turns. For example:

    - `python -m benchmarks`
    - `python -m benchmarks speed --quick`
    - `python -m benchmarks growth --out plots`
    - `python -m benchmarks --json > figures.json`

    Parameters
    ----------
    chosen
        What to measure: speed, growth, stored (files and queries) or built (what sam build makes).
        All of it without this.
    quick
        Little of everything, to see that it runs: the figures mean nothing.
    as_json
        Print one JSON object, with all digits, in place of the tables.
    out
        Folder for the plot growth.svg.
    write
        Write the summary into docs/benchmarks.md, with the day and the machine.

    """
    if sys.platform != "linux":
        raise UserError(
            "the benchmarks measure memory and cold start as Linux tells them", "run them on Linux"
        )
    effort = parts.QUICK if quick else parts.FULL
    if write and quick:
        raise UserError(
            "--quick measures nothing that belongs on the page",
            "leave out one of --quick and --write",
        )
    report = Report(this_machine())
    wanted = chosen or ALL
    with shown_progress() as steps:
        if "speed" in wanted:
            parts.speed(effort, report, steps)
        if "growth" in wanted:
            parts.growing(effort, report, steps, _plot(out))
        if "stored" in wanted:
            parts.stored(effort, report, steps)
        if "built" in wanted:
            parts.built(effort, report, steps)
    if as_json:
        print(report.as_json())
    else:
        report.print_tables(Console() if sys.stdout.isatty() else Console(width=_PIPED))
    if write:
        report.write_to_page(ROOT / "docs" / "benchmarks.md")


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
