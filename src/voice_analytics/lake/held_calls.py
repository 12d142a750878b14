"""The calls of a small lake in memory, for many queries.

To plan the view `sessions` takes longer than to answer a query of its rows. The files of an open
lake are those that were there when it was opened, so nothing is missed.
"""

from pathlib import Path

from athena_duckdb import QueryError, Translation, run
from athena_duckdb.types import quoted
from voice_analytics.catalog.slices import CALLS
from voice_analytics.lake.engine import Lake

_VIEW = quoted(CALLS)
_HELD = quoted("sessions in memory")
_MOST_BYTES = 32 * 1024 * 1024  # of Parquet, some 30,000 calls; in memory they are larger


def hold_calls(lake: Lake, folder: Path) -> None:
    """Hold the rows of `sessions` in memory where the lake's files are small, and can all be read.

    Else the view is read as it is: a file that cannot be read costs its day alone.
    """
    if sum(file.stat().st_size for file in folder.rglob("*.parquet")) > _MOST_BYTES:
        return
    lake.tables[CALLS]  # which makes the view
    try:
        run(lake.connection, Translation(f"CREATE TEMP TABLE {_HELD} AS FROM {_VIEW}", []))
    except QueryError:
        return
    lake.connection.execute(f"CREATE OR REPLACE VIEW {_VIEW} AS FROM {_HELD}")
