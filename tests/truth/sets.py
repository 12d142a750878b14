"""The sets of cases: where each stands, and over which lake it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from athena_duckdb import connect, execute
from tests.truth.cases import Run
from voice_analytics.lake.engine import open_lake, run_query

_HERE = Path(__file__).parent
GOLDEN = _HERE / "golden"  # the lakes with Trino's answers, committed


class CaseSet(NamedTuple):
    """A file of cases, and the lake of GOLDEN that they are asked over; "" for none."""

    name: str
    file: Path
    lake: str


SAVED = tuple(
    CaseSet(f"views and saved queries, {lake} lake", GOLDEN / f"{lake}.ndjson", lake)
    for lake in ("demo", "hostile")
)
ASKED = (
    *(
        CaseSet(name, _HERE / "cases" / f"{name}.ndjson", lake)
        for name, lake in (
            ("analysts", "analysts"),
            ("mistakes", "analysts"),
            ("expressions", "analysts"),
            ("questions", "demo"),
        )
    ),
    CaseSet("Trino's tests", _HERE.parent / "athena_duckdb/trino_tests.ndjson", ""),
)


@contextmanager
def local_engine(lake: str, folder: Path = GOLDEN) -> Iterator[Run]:
    """The local engine over a lake of the folder, or without one."""
    if lake:
        with open_lake(folder / lake) as opened:
            yield partial(run_query, lake=opened)
    else:
        with connect() as connection:
            yield partial(execute, connection)
