"""Hostile lines through the local chain, and every view and saved query over what arrives.

    python -m tests.fuzz.chain MINUTES [SEED]

Each seed is another mixture. A finding is an exception: an event that is lost or invented, a fault
of the function's code, a query that one row costs.
"""

import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.hostile import small_lines
from tests.property.mixtures import Line, firehose_event, parcel
from tests.rows import LOGGED_AT, outcome
from voice_analytics.catalog.saved_queries import period, queries, views
from voice_analytics.lake.engine import open_lake, run_query
from voice_analytics.local.chain import run_chain
from voice_analytics.local.function.runtime import load
from voice_analytics.project_files import ROOT
from voice_analytics.template.reader import read_template

_RECORDS = 5  # of twenty lines


def check_chain(seed: int | str) -> None:
    """Send the lines of a seed through the chain, and ask everything. Raises at a finding."""
    records = [small_lines(f"{seed} {number}") for number in range(_RECORDS)]
    alone = [outcome(*lines) for lines in records]
    rows = sum(len(lines) for each in alone for lines in each.lines.values())
    application = read_template(ROOT / "template.yaml")
    assert application.stream.function
    with TemporaryDirectory() as folder:
        given, lake = Path(folder, "event.json"), Path(folder, "lake")
        sent = [parcel(number, list(map(_line, lines))) for number, lines in enumerate(records)]
        given.write_text(firehose_event([each.data for each in sent]), encoding="utf-8")
        summary = run_chain([str(given)], lake, application, load(application.stream.function))
        assert (summary.rows_delivered, summary.events_failed) == (rows, 0)
        assert summary.rejected_by_code == Counter(
            reject.code for each in alone for reject in each.rejects
        )
        assert "fault" not in summary.rejected_by_code
        _ask_everything(lake, rows)


def _line(text: str) -> Line:
    return Line("foreign", text)


def _ask_everything(lake: Path, rows: int) -> None:
    day = LOGGED_AT.date()
    with open_lake(lake) as opened:
        ((found,),) = run_query("SELECT count(*) FROM session_analytics", opened).rows
        assert found == rows
        for view in views():
            run_query(f"SELECT * FROM {view}", opened)
        for query in queries().values():
            sql = period(query.sql, day, day)
            values = [1 if each.type == "bigint" else "hostile" for each in query.parameters]
            run_query(sql, opened, values)


def main(minutes: float, seed: int = 0) -> None:
    """Check one seed after the other until the time is over."""
    until = time.monotonic() + minutes * 60
    while time.monotonic() < until:
        print(f"seed {seed}", flush=True)
        check_chain(seed)
        seed += 1


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
