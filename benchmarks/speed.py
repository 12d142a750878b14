"""Speed: the contenders on six kinds of traffic."""

from collections.abc import Iterator

from rich.table import Table

from benchmarks.contenders import FLATTEN, FLOOR, PROJECT, TEXTBOOK, UNPACK, contenders
from benchmarks.contenders.floor import Floor
from benchmarks.data_sets import DataSet, data_sets
from benchmarks.race import Times, race
from benchmarks.report import Cell, steps, table

_COLUMNS = {
    "data set": "",
    "events": ",d",
    "an invocation": ",.1f",
    "a record": ",.1f",
    "kB a line": ",.1f",
    "contender": "",
    "µs an event": ",.1f",
    "± %": ",.1f",
    "this project takes": ".2f",
    "± % of it": ",.1f",
}


def speed(calls: int, events: int, rounds: int) -> tuple[Table, dict[str, float]]:
    """A row a contender and data set, and the figures of the first data set."""
    floor: Floor | None = None
    rows: list[tuple[Cell, ...]] = []
    figures: dict[str, float] = {}
    for data_set in data_sets(calls, events):
        floor = floor or Floor(data_set.invocations[0])
        with contenders(floor) as runners:
            turns = steps(range(rounds + 1), f"speed: {data_set.name}")
            times = race(runners, data_set.invocations, turns)
        rows += _rows(data_set, times)
        figures = figures or _figures(data_set, times)
    libraries = floor.libraries.items() if floor else ()
    note = (
        f"Processor time: medians of {rounds} rounds, ± half the distance of the quartiles. "
        f"Floor: {', '.join(f'{step} {library}' for step, library in libraries)}."
    )
    return table("Speed", _COLUMNS, rows, note), figures


def _rows(data_set: DataSet, times: Times) -> Iterator[tuple[Cell, ...]]:
    shape = (
        data_set.events,
        data_set.events / len(data_set.invocations),
        data_set.events / data_set.records,
        data_set.bytes / data_set.events / 1000,
    )
    for name in (FLOOR, UNPACK, FLATTEN, TEXTBOOK, PROJECT):
        total, ratio = times.total(name), times.ratio(PROJECT, name)
        an_event = total.median / data_set.events * 1e6
        yield data_set.name, *shape, name, an_event, total.percent, ratio.median, ratio.percent


def _figures(data_set: DataSet, times: Times) -> dict[str, float]:
    return {
        "microseconds": times.total(PROJECT).median / data_set.events * 1e6,
        "unpack": times.ratio(PROJECT, UNPACK).median,
        "flatten": times.ratio(PROJECT, FLATTEN).median,
        "textbook": times.ratio(PROJECT, TEXTBOOK).median,
        "floor": times.ratio(PROJECT, FLOOR).median,
    }
