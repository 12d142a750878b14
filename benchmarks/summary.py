"""The figures that docs/benchmarks.md shows, and the targets beside them."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from benchmarks.machine import Machine
from benchmarks.tables import Column, Table


class Target(NamedTuple):
    """A row of the summary.

    `key` names the figure, `limit` is what it should not exceed, `aim` what is wished for.
    """

    key: str
    what: str
    write: Callable[[float], str]
    limit: float | None = None
    aim: float | None = None

    def wanted(self) -> str:
        said = [] if self.limit is None else [f"≤ {self.write(self.limit)}"]
        if self.aim is not None:
            said.append(f"aim {self.write(self.aim)}")
        return ", ".join(said)

    def judged(self, figure: float | None) -> str:
        if figure is None:
            return "not measured"
        if self.limit is None:
            return ""
        return "met" if figure <= self.limit else "not met"


def _times(value: float) -> str:
    return f"{value:.2f} x"


TARGETS = (
    Target("microseconds", "a call, typical week", lambda value: f"{value:.0f} µs"),
    Target("unpack", "against unpacking alone (the AWS blueprint)", _times, limit=1.8, aim=1.0),
    Target("flatten", "against a generic flatten, nothing checked", _times, limit=0.5),
    Target("textbook", "against Powertools and pydantic as in the textbook", _times, limit=0.35),
    Target("floor", "against the floor: the fastest library for each step", _times, aim=1.5),
    Target(
        "exponent",
        "time = events to the power of, from 100 to 10,000 an invocation",
        lambda value: f"{value:.2f}",
        limit=1.05,
    ),
    Target(
        "cold_start", "cold start against a handler that imports pydantic alone", _times, limit=1.5
    ),
    Target(
        "memory",
        "peak memory, the response at its limit",
        lambda value: f"{value:.0f} MB",
        limit=200,
    ),
    Target("layer", "layer, unzipped", lambda value: f"{value:.1f} MB", limit=25),
    Target(
        "usd",
        "Lambda for a million calls, arm64, unverified prices",
        lambda value: f"{value:.2f} USD",
    ),
    Target(
        "query_share",
        "what a saved query reads of the same days as gzipped JSON, median",
        lambda value: f"{value:.0%}",
    ),
)

type Figures = Mapping[str, float]


def table(figures: Figures) -> Table:
    """All rows, whether measured or not."""
    columns = [Column("what"), Column("measured"), Column("target"), Column("")]
    return Table("Summary", columns, [_row(target, figures.get(target.key)) for target in TARGETS])


def block(figures: Figures, machine: Machine) -> str:
    """The page's table, in Markdown."""
    rows = "".join(
        f"| {' | '.join(_row(target, figures.get(target.key)))} |\n" for target in TARGETS
    )
    where = (
        f"{machine.processor} ({machine.architecture}), {machine.processors} processors, "
        f"Python {machine.python}"
    )
    measured = f"Measured on {machine.date} on: {where}, load {machine.load}.\n"
    return f"| | measured | target | |\n|---|---|---|---|\n{rows}\n{measured}"


def _row(target: Target, figure: float | None) -> tuple[str, str, str, str]:
    return (
        target.what,
        "" if figure is None else target.write(figure),
        target.wanted(),
        target.judged(figure),
    )
