"""What the privacy policy costs: the typical week under each profile, and without any policy."""

from contextlib import ExitStack

from rich.table import Table

from benchmarks.contenders.this_project import this_project
from benchmarks.data_sets import data_sets
from benchmarks.race import Contender, race
from benchmarks.report import steps, table

NONE, SALES, ANALYTICS = "no policy", "sales", "analytics"


def privacy(calls: int, events: int, rounds: int) -> tuple[Table, dict[str, float]]:
    """A row a profile, and what each takes against no policy."""
    data_set = next(data_sets(calls, events))
    with ExitStack() as stack:
        runners: dict[str, Contender] = {
            NONE: stack.enter_context(this_project(None)),
            SALES: stack.enter_context(this_project(SALES)),
            ANALYTICS: stack.enter_context(this_project(ANALYTICS)),
        }
        times = race(runners, data_set.invocations, steps(range(rounds + 1), "privacy"))
    ratios = {name: times.ratio(name, NONE) for name in runners}
    rows = [
        (
            name,
            times.total(name).median / data_set.events * 1e6,
            ratios[name].median,
            ratios[name].percent,
        )
        for name in runners
    ]
    columns = {"profile": "", "µs an event": ",.1f", "against none": ".2f", "± %": ",.1f"}
    note = f"{data_set.events:,} events of the typical week, {rounds} rounds; processor time."
    figures = {name: ratios[name].median for name in (SALES, ANALYTICS)}
    return table("Privacy", columns, rows, note), figures
