"""`voice-analytics report`: run the saved queries, and write the page."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, NamedTuple

from cyclopts import Parameter
from rich.console import Console
from rich.progress import Progress

from voice_analytics.catalog.slices import UTC as UTC_NAME
from voice_analytics.catalog.slices import Slice
from voice_analytics.cli.options import NamedPath, WholeNumber
from voice_analytics.cli.source import Source
from voice_analytics.errors import UsageError, UserError
from voice_analytics.lake.days import days_of
from voice_analytics.printable import printable
from voice_analytics.report.answers import collect
from voice_analytics.report.conversation import Places, check_call_url
from voice_analytics.report.days import DEFAULT_MAX_DAYS, MAX_DAYS, WEEK, Days
from voice_analytics.report.figures import Reader, queries_of, sections_for
from voice_analytics.report.filters import check_timezone, conditions, described, parse_where
from voice_analytics.report.lists import lists_for
from voice_analytics.report.page import About, page
from voice_analytics.report.sources import Ask

_TITLE = "Voice calls"


def report(  # noqa: PLR0913 - the options of the command line
    *,
    out: NamedPath,
    source: Source | None = None,
    days: WholeNumber | None = None,
    title: str = _TITLE,
    people: Annotated[bool, Parameter(negative="")] = False,
    reader: Annotated[Reader | None, Parameter(name="--for")] = None,
    where: Annotated[list[str] | None, Parameter(negative="")] = None,
    timezone: str = UTC_NAME,
    call_url: str = "",
) -> None:
    """Write the answers of the saved queries as one HTML page that can be sent by e-mail.

    It is made from a lake on this machine, or from Athena, which bills what the queries read. The
    page shows whom to call back and their calls, with initials in place of names, and with names,
    addresses and phone numbers hidden in what was said; --people shows them.

    Example: voice-analytics report --lake lake --out report.html

    Parameters
    ----------
    out
        The file to write; one that is there is written anew.
    source
        The lake, or Athena.
    days
        How many days, the last of them today (UTC), or for a lake its newest one. Where it is not
        given: 7, or for a lake all that it holds, at most 92.
    title
        Title of the page.
    people
        Show the callers' names and e-mail addresses.
    reader
        Who reads it, which decides what it shows first and what it leaves out.
    where
        Only these calls, such as agent_name=guide; the empty value is for calls that do not say.
        Several of one column: any of them; of several columns: all of them.
    timezone
        Time zone in which days begin and times are told, such as Europe/Berlin.
    call_url
        Address of a call elsewhere, in the room or the CRM, with {session_id}, {room}, {room_id} or
        {job_id} in it.

    """
    filters = parse_where(where or [])
    places = Places(call_url and check_call_url(call_url), check_timezone(timezone))
    asked = ReportOptions(title, people, reader, filters, places)
    source = source or Source()
    lake = source.folder()
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise UsageError(f"--days is {days}", f"give a number from 1 to {MAX_DAYS}")
    if lake is not None:
        write_report(lake, out, days=days, asked=asked)
        return
    with source.open() as ask:
        chosen = Days.ending_on(datetime.now(UTC).date(), days or WEEK)
        _write(out, ask, chosen, None, source.described(), asked)


class ReportOptions(NamedTuple):
    """What a report is asked to show, of which calls, and how."""

    title: str = _TITLE
    people: bool = False
    reader: Reader | None = None
    where: Mapping[str, list[str]] = MappingProxyType({})
    places: Places = Places()


_PLAIN = ReportOptions()


def write_report(
    lake: Path, out: Path, *, days: int | None = None, asked: ReportOptions = _PLAIN
) -> Path:
    """Write the report of a lake on this machine to `out`, and return that.

    Raises UserError for a folder that is not a lake, and for a file that cannot be written.
    """
    source = Source(lake=lake)
    with source.open() as ask:
        span = Days(*days_of(lake))
        if days is None and span.count > DEFAULT_MAX_DAYS:
            _say(
                f"The lake goes back to {span.first}; the report shows its last {DEFAULT_MAX_DAYS} "
                f"days (--days 1 to {MAX_DAYS})."
            )
        chosen = Days.ending_on(span.last, days or min(span.count, DEFAULT_MAX_DAYS))
        _write(out, ask, chosen, span, source.described(), asked)
    return out


def _write(  # noqa: PLR0913, PLR0917 - what a page says of itself
    out: Path, ask: Ask, days: Days, lake_days: Days | None, source: str, asked: ReportOptions
) -> None:
    # checked before the queries, which take time and may cost
    if out.is_dir() or not out.parent.is_dir():
        raise _unwritable(out, "is a directory" if out.is_dir() else "its folder is not there")
    about = About(
        asked.title,
        days,
        source,
        datetime.now(UTC),
        described(asked.where),
        asked.people,
        asked.reader,
        asked.places,
    )
    calls = Slice(days.first, days.last, conditions(asked.where), asked.places.timezone)
    names = (*queries_of(sections_for(asked.reader)), *lists_for(asked.reader))
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        answers = collect(
            ask,
            calls,
            names,
            lake_days,
            track=lambda each: progress.track(each, description="asking"),
        )
    text = page(answers, about)
    try:
        # a title may hold surrogates
        size = out.write_bytes(text.encode("utf-8", "replace"))
    except OSError as error:
        raise _unwritable(out, str(error.strerror)) from error
    print(f"{printable(str(out))}: {size / 1e6:.1f} MB, {days}")


def _unwritable(out: Path, why: str) -> UserError:
    return UserError(
        f"cannot write {out} ({why})",
        "give a file in a folder that exists and that you may write to",
    )


def _say(text: str) -> None:
    Console(stderr=True, soft_wrap=True).print(text, highlight=False)
