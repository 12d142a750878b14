"""The command `voice-analytics local generate`."""

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from session_analytics.schema import values

from voice_analytics.cli.options import NamedPath, WholeNumber
from voice_analytics.errors import UsageError, UserError
from voice_analytics.synthetic import generate

LONG_RUN_CALLS = 20_000  # some ten seconds
MOST_DAYS = 3_650  # ten years
EARLIEST, LATEST = values.EARLIEST.date(), values.LATEST.date()


def generate_command(
    *,
    calls: WholeNumber = 1000,
    days: WholeNumber = 7,
    seed: WholeNumber = 1,
    end: date | None = None,
    out: NamedPath | None = None,
) -> None:
    """Write the log of an invented voice agent: finished calls in all shapes, and other lines.

    The same seed and end give the same lines.

    Example: voice-analytics local generate --calls 1000 --days 7 --out calls.log

    Parameters
    ----------
    calls
        Number of calls.
    days
        Days (UTC) over which the calls are spread, most of them in US office hours.
    seed
        Seed of the random numbers.
    end
        The last day, YYYY-MM-DD. Default: yesterday, the last complete day (UTC).
    out
        File to write instead of standard output.

    """
    last = end or datetime.now(UTC).date() - timedelta(days=1)
    _check(calls, days, last)
    lines = generate(calls, days, seed, last)
    if calls >= LONG_RUN_CALLS and sys.stderr.isatty():
        lines = _with_progress(lines)
    if out is None:
        sys.stdout.writelines(f"{line}\n" for line in lines)
    else:
        _write(out, lines)


def _check(calls: int, days: int, end: date) -> None:
    if calls < 1:
        raise UsageError(f"--calls is {calls}", "give a number from 1")
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(f"--days is {days}", f"give a number from 1 to {MOST_DAYS}")
    if not EARLIEST <= end <= LATEST or (end - EARLIEST).days < days - 1:
        raise UsageError(
            f"{days} days that end on {end} leave the years that a table can hold",
            "choose an --end between 1970 and 2262",
        )


def _write(out: Path, lines: Iterable[str]) -> None:
    try:
        with out.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        raise UserError(
            f"cannot write {out} ({error.strerror})",
            "give a file in a folder that exists and that you may write to",
        ) from error


def _with_progress(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines and show their count on standard error."""
    columns = (SpinnerColumn(), TextColumn("{task.completed:,} lines"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(lines, total=None)
