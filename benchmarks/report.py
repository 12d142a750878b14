"""How the figures are shown: tables on the terminal, and the block of docs/benchmarks.md."""

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from voice_analytics.codegen.blocks import with_block
from voice_analytics.errors import UserError

BLOCK = "benchmarks"
MAKE = "make bench"

type Cell = str | float | None


class Figure(NamedTuple):
    """A row of the summary: `limit` is what it should not exceed, `aim` what is wished for."""

    key: str
    what: str
    unit: str  # a format string
    limit: float | None = None
    aim: float | None = None
    is_optional: bool = False  # needs a program that may not be installed

    def row(self, value: float | None) -> list[str]:
        """Name, value, target, and whether it is met."""
        targets = {"≤ ": self.limit, "aim ": self.aim}
        target_texts = [
            f"{word}{self.unit.format(target)}"
            for word, target in targets.items()
            if target is not None
        ]
        if value is None:
            return [self.what, "not measured", ", ".join(target_texts), ""]
        met = "" if self.limit is None else "met" if value <= self.limit else "not met"
        return [self.what, self.unit.format(value), ", ".join(target_texts), met]


FIGURES = (
    Figure("microseconds", "a call, typical week", "{:.0f} µs"),
    Figure("unpack", "against unpacking alone (the AWS blueprint)", "{:.2f} x", 1.8, 1.0),
    Figure("flatten", "against a generic flatten, nothing checked", "{:.2f} x", 1.0),
    Figure("textbook", "against Powertools and pydantic as in the textbook", "{:.2f} x", 0.85),
    Figure("floor", "against the floor: the fastest library for each step", "{:.2f} x", None, 1.5),
    Figure(
        "instructions_flatten",
        "instructions, against a generic flatten",
        "{:.2f} x",
        0.7,
        is_optional=True,
    ),
    Figure(
        "instructions_textbook",
        "instructions, against Powertools and pydantic",
        "{:.2f} x",
        0.7,
        is_optional=True,
    ),
    Figure("sales", "privacy profile sales, against no policy", "{:.2f} x", 1.05, 1.0),
    Figure("analytics", "privacy profile analytics, against no policy", "{:.2f} x", 1.6),
    Figure("exponent", "time = events to the power of, from 100 to 10,000", "{:.2f}", 1.05),
    Figure("hostile_seconds", "the costliest line of 1 MB", "{:.1f} s", 3),
    Figure("hostile_mib", "memory of the largest such line", "{:.0f} MiB", 250),
    Figure("record_seconds", "the costliest record", "{:.0f} s", 20),
    Figure("record_mib", "memory of the largest record", "{:.0f} MiB", 1_000),
    Figure("cold_start", "cold start against importing pydantic alone", "{:.2f} x", 1.5),
    Figure("layer", "layer, unzipped", "{:.1f} MB", 25),
    Figure("query_share", "a saved query reads of the days as gzipped JSON, median", "{:.0%}"),
    Figure("compacted_query_share", "the same after operate compact", "{:.0%}", 0.06),
    Figure("stream_share", "1,000 calls a second use of what one stream takes", "{:.0%}"),
)


def steps[Item](items: Iterable[Item], what: str, total: int | None = None) -> Iterable[Item]:
    """The items, with a bar on standard error where that is a terminal.

    The bar moves with the steps: no thread draws while something is timed.
    """
    console = Console(stderr=True)
    return track(
        items,
        what,
        total,
        console=console,
        transient=True,
        auto_refresh=False,
        disable=not console.is_terminal,
    )


def table(
    title: str, columns: Mapping[str, str], rows: Iterable[Sequence[Cell]], note: str = ""
) -> Table:
    """Rows under headings, each with the format of its numbers."""
    drawn = Table(title=title, caption=note or None, box=box.SIMPLE_HEAD)
    drawn.title_justify = drawn.caption_justify = "left"
    for heading, numbers in columns.items():
        drawn.add_column(heading, justify="right" if numbers else "left")
    for row in rows:
        cells = zip(row, columns.values(), strict=True)
        drawn.add_row(*(Text(_written(cell, numbers)) for cell, numbers in cells))
    return drawn


def _written(cell: Cell, numbers: str) -> str:
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else format(cell, numbers)


def summary(figures: Mapping[str, float]) -> Table:
    """All figures, whether measured or not, with their targets."""
    rows = [figure.row(figures.get(figure.key)) for figure in FIGURES]
    return table("Summary", dict.fromkeys(("what", "measured", "target", " "), ""), rows, machine())


def machine() -> str:
    """The day (UTC) and what one needs to know of the machine to judge the figures."""
    with Path("/proc/cpuinfo").open(encoding="utf-8") as file:
        models = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return (
        f"Measured on {datetime.now(UTC).date()} on: {models[0] if models else 'unnamed'} "
        f"({platform.machine()}), {os.cpu_count()} processors, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f}."
    )


def write_to_page(page: Path, figures: Mapping[str, float]) -> None:
    """Renew the page's block.

    Raises UserError where some part was not run, or the block is gone.
    """
    needed = [figure.key for figure in FIGURES if not figure.is_optional]
    if missing := [key for key in needed if key not in figures]:
        raise UserError(f"the page's table needs {', '.join(missing)}", "run all parts for it")
    rows = [f"| {' | '.join(figure.row(figures.get(figure.key)))} |\n" for figure in FIGURES]
    block = f"| | measured | target | |\n|---|---|---|---|\n{''.join(rows)}\n{machine()}\n"
    try:
        renewed = with_block(page.read_text(encoding="utf-8"), BLOCK, block, made_by=MAKE)
    except ValueError as error:
        raise UserError(f"{page}: {error}", "restore the block's two comments") from error
    page.write_text(renewed, encoding="utf-8")
