"""The calls of a small lake in memory, for many queries.

To plan the view `sessions` takes longer than to answer a query of its rows. The files of an open
lake are those that were there when it was opened, so nothing is missed.
"""

from datetime import date
from pathlib import Path

from athena_duckdb import QueryError, Result, Translation, run
from athena_duckdb.types import quoted
from voice_analytics.catalog.saved_queries import period
from voice_analytics.catalog.slices import CALLS, Slice, rests_on_calls
from voice_analytics.errors import UserError
from voice_analytics.lake.engine import Lake, run_query, translation_of

_VIEW = quoted(CALLS)
_HELD = quoted("sessions in memory")
_CHOSEN = quoted("sessions chosen")
_MOST_BYTES = 32 * 1024 * 1024  # of Parquet, some 30,000 calls; in memory they are larger
_DAYS = (date(1, 1, 1), date(1, 1, 2))  # stand for a period while a saved query is translated


class HeldCalls:
    """The calls of a lake, all of them or those that were chosen last.

    A saved query over chosen calls is asked unchanged, of `sessions` with their rows alone: what
    `Slice.sql` says for Athena, without a text of its own that would have to be translated.
    """

    def __init__(self, lake: Lake, *, in_memory: bool) -> None:
        self._lake = lake
        self._in_memory = in_memory
        self._chosen = ""

    def run(self, sql: str, calls: Slice | None = None) -> Result:
        """The result of SQL, or of a saved query over these calls; raises as `run_query` does."""
        if not self._in_memory:
            return run_query(calls.sql(sql) if calls else sql, self._lake)
        try:
            if calls is None:
                self._choose(None)
                return run_query(sql, self._lake)
            whole = calls.is_whole or not rests_on_calls(sql)
            self._choose(None if whole else calls)
            return self._run_period(sql, calls.first, calls.last)
        except QueryError as error:
            raise UserError(error.problem, error.hint) from error

    def _run_period(self, sql: str, first: date, last: date) -> Result:
        """The result over these days; the translation is the same for all days."""
        translation = translation_of(period(sql, *_DAYS), self._lake)
        assert isinstance(translation, Translation)
        text = translation.sql
        for stands_in, day in zip(_DAYS, (first, last), strict=True):
            text = text.replace(stands_in.isoformat(), day.isoformat())
        return run(self._lake.connection, Translation(text, translation.columns))

    def _choose(self, calls: Slice | None) -> None:
        """Let `sessions` be the calls that the conditions choose, of all days; None: all calls."""
        chosen = calls.of_all_days() if calls else ""
        if chosen == self._chosen:
            return
        self.show_all()
        if chosen:
            translation = translation_of(chosen, self._lake)
            assert isinstance(translation, Translation)
            names = ", ".join(quoted(column.name) for column in translation.columns)
            create = (
                f"CREATE OR REPLACE TEMP TABLE {_CHOSEN} AS FROM ({translation.sql}) t({names})"
            )
            run(self._lake.connection, Translation(create, []))
            self._show(_CHOSEN)
            self._chosen = chosen

    def show_all(self) -> None:
        """Let `sessions` be all calls, from memory."""
        self._show(_HELD)
        self._chosen = ""

    def _show(self, table: str) -> None:
        self._lake.connection.execute(f"CREATE OR REPLACE VIEW {_VIEW} AS FROM {table}")


def hold_calls(lake: Lake, folder: Path) -> HeldCalls:
    """Hold the rows of `sessions` in memory where the lake's files are small, and can all be read.

    Else the view is read as it is: a file that cannot be read costs its day alone.
    """
    if sum(file.stat().st_size for file in folder.rglob("*.parquet")) > _MOST_BYTES:
        return HeldCalls(lake, in_memory=False)
    lake.tables[CALLS]  # which makes the view
    try:
        run(lake.connection, Translation(f"CREATE TEMP TABLE {_HELD} AS FROM {_VIEW}", []))
    except QueryError:
        return HeldCalls(lake, in_memory=False)
    held = HeldCalls(lake, in_memory=True)
    held.show_all()
    return held
