"""`voice-analytics explore`: the calls of a lake, or of Athena, in a browser on this machine."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from voice_analytics.cli.options import WholeNumber
from voice_analytics.cli.source import Source
from voice_analytics.explore.pages import Pages, Settings
from voice_analytics.explore.server import ADDRESS, application, listen, serve
from voice_analytics.lake.days import days_of
from voice_analytics.report.conversation import check_call_url
from voice_analytics.report.days import MAX_DAYS, WEEK, Days
from voice_analytics.report.sources import one_at_a_time

_PORT = 8421
_SECONDS = 60  # that a query of a lake may take


def explore(
    *,
    source: Source | None = None,
    port: WholeNumber = _PORT,
    people: Annotated[bool, Parameter(negative="")] = False,
    call_url: str = "",
) -> None:
    """Look at calls in a browser: a list with filters, each call, figures, and a box for SQL.

    The pages are served to this machine alone, at 127.0.0.1, until Ctrl-C. Every view has an
    address of its own. With --athena each page bills what its queries read.

    Example: voice-analytics explore --lake lake

    Parameters
    ----------
    source
        The lake, or Athena.
    port
        Port on 127.0.0.1; 0 takes a free one.
    people
        Show the callers' names and e-mail addresses.
    call_url
        Address of a call elsewhere, in the room or the CRM, with {session_id}, {room}, {room_id} or
        {job_id} in it.

    """
    if call_url:
        check_call_url(call_url)
    source = source or Source()
    lake = source.folder()
    if lake is not None:
        lake_days = Days(*days_of(lake))
        shown = Days.ending_on(lake_days.last, min(lake_days.count, MAX_DAYS))
        settings = Settings(source.described(), shown, lake_days, people, call_url)
    else:
        shown = Days.ending_on(datetime.now(UTC).date(), WEEK)
        settings = Settings(source.described(), shown, None, people, call_url)
    with source.open(_SECONDS) as ask, listen(port) as listening:
        address = f"http://{ADDRESS}:{listening.getsockname()[1]}/"
        Console(soft_wrap=True).print(f"{address} (Ctrl-C ends it)", highlight=False)
        serve(application(Pages(one_at_a_time(ask), settings)), listening)
