"""The parts of a run: each measures one subject and adds what it found to the report."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks import cold_start, cost, growth_plot, memory, parquet, query_bytes, sizes
from benchmarks.contenders import FLATTEN, FLOOR, PROJECT, TEXTBOOK, UNPACK, contenders
from benchmarks.contenders.floor import Floor
from benchmarks.data_sets import DataSet, data_sets
from benchmarks.deployed import deployed
from benchmarks.growth import SIZES, growth, short_calls
from benchmarks.imports import imports
from benchmarks.lake import fill_lake
from benchmarks.progress import Steps
from benchmarks.race import Times, race
from benchmarks.report import Report
from benchmarks.tables import Column, Table
from benchmarks.traffic import transform_function, week
from voice_analytics.catalog.saved_queries import queries


class Effort(NamedTuple):
    """How much is measured.

    `calls` make up a week, `events` are about those of a data set that are timed in each round.
    """

    calls: int
    events: int
    rounds: int
    starts: int
    sizes: tuple[int, ...]


FULL = Effort(calls=10_000, events=1_000, rounds=9, starts=11, sizes=SIZES)
QUICK = Effort(calls=400, events=60, rounds=2, starts=2, sizes=SIZES[:7])
_DATA_SETS = 6


def speed(effort: Effort, report: Report, steps: Steps) -> None:
    """The contenders on all data sets, and what a million calls cost."""
    step = steps.begin("speed", _DATA_SETS * (effort.rounds + 1))
    floor: Floor | None = None
    rows: list[tuple[str | float, ...]] = []
    for data_set in data_sets(effort.calls, effort.events):
        first = floor is None
        floor = floor or Floor(data_set.invocations[0])
        with contenders(floor) as runners:
            times = race(runners, data_set.invocations, effort.rounds, step)
        rows += _speed_rows(data_set, times)
        if first:
            _note_typical(data_set, times, report)
    libraries = ", ".join(
        f"{step} {library}" for step, library in (floor.libraries if floor else {}).items()
    )
    columns = [
        Column("data set"),
        Column("events", ",d"),
        Column("an invocation"),
        Column("a record"),
        Column("kB a line"),
        Column("contender"),
        Column("µs an event"),
        Column("± %"),
        Column("this project takes", ".2f"),
        Column("± % of it"),
    ]
    note = (
        f"Processor time: medians of {effort.rounds} rounds, ± half the distance of the "
        f"quartiles. Floor: {libraries}."
    )
    report.tables.insert(0, Table("Speed", columns, rows, note))


def growing(effort: Effort, report: Report, steps: Steps, plot: Path | None) -> None:
    """Time by the number of events, with a plot where a path is given."""
    step = steps.begin("growth", len(effort.sizes))
    with contenders(Floor(short_calls(1))) as runners:
        found = growth(runners, effort.rounds, step, effort.sizes)
    report.tables.append(found.table())
    report.figures["exponent"] = found.exponent(PROJECT)
    if plot:
        growth_plot.draw(found, plot)


def stored(effort: Effort, report: Report, steps: Steps) -> None:
    """The files in the bucket, and what queries read of them."""
    with TemporaryDirectory() as folder:
        lake = fill_lake(
            effort.calls, Path(folder), steps.begin("filling a lake", len(week(effort.calls)))
        )
        step = steps.begin("queries", len(queries()) + 1)
        as_delivered, daily = parquet.delivered(lake), parquet.one_a_day(lake)
        report.tables += [
            parquet.layouts(lake, as_delivered, daily),
            parquet.largest_columns(daily),
        ]
        step()
        found = query_bytes.query_bytes(lake, as_delivered, daily, step)
    report.tables.append(query_bytes.table(found))
    report.figures["query_share"] = query_bytes.median_share(found)


def built(effort: Effort, report: Report, steps: Steps) -> None:
    """What `sam build` makes: its start, its imports, its memory, its size."""
    step = steps.begin("the built function", 3 * (effort.starts + 1) + 3)
    with deployed() as function:
        step()
        starts = cold_start.cold_start(
            function, json.dumps(short_calls(1)).encode(), effort.starts, step
        )
        imported = imports(function)
        step()
        used = memory.memory(function, effort.calls)
        step()
        report.tables += [cold_start.table(starts), imported, used, sizes.sizes(function)]
        report.figures["layer"] = sizes.unzipped(function.built.layer)
    report.figures["cold_start"] = (
        starts[cold_start.PROJECT].median / starts[cold_start.PYDANTIC].median
    )
    report.figures["memory"] = memory.peak(used)


def _speed_rows(data_set: DataSet, times: Times) -> list[tuple[str | float, ...]]:
    shape = (
        data_set.events,
        data_set.events / len(data_set.invocations),
        data_set.events / data_set.records,
        data_set.bytes / data_set.events / 1000,
    )
    rows: list[tuple[str | float, ...]] = []
    for name in (FLOOR, UNPACK, FLATTEN, TEXTBOOK, PROJECT):
        total, ratio = times.total(name), times.ratio(PROJECT, name)
        rows.append(
            (
                data_set.name,
                *shape,
                name,
                total.median / data_set.events * 1e6,
                total.percent,
                ratio.median,
                ratio.percent,
            )
        )
    return rows


def _note_typical(data_set: DataSet, times: Times, report: Report) -> None:
    seconds = times.by_invocation(PROJECT)
    configured_mb = transform_function().memory_mb
    report.tables.append(cost.table(seconds, data_set, configured_mb))
    report.figures |= {
        "microseconds": times.total(PROJECT).median / data_set.events * 1e6,
        "unpack": times.ratio(PROJECT, UNPACK).median,
        "flatten": times.ratio(PROJECT, FLATTEN).median,
        "textbook": times.ratio(PROJECT, TEXTBOOK).median,
        "floor": times.ratio(PROJECT, FLOOR).median,
        "usd": cost.usd_a_million_calls(seconds, data_set, configured_mb),
    }
