"""`voice-analytics explore`: the calls of a lake, or of Athena, in a browser on this machine."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from voice_analytics.cli.options import LAKE_VARIABLE, NamedPath, WholeNumber, lake_or_default
from voice_analytics.errors import UsageError
from voice_analytics.explore.pages import Pages, Settings
from voice_analytics.explore.server import ADDRESS, application, listen, serve
from voice_analytics.lake.days import days_of
from voice_analytics.report.conversation import check_call_url
from voice_analytics.report.days import MAX_DAYS, WEEK, Days
from voice_analytics.report.sources import Ask, lake_source, one_at_a_time

_PORT = 8421
_SECONDS = 60  # that a query of a lake may take; Athena has limits of its own
_WORKGROUP = "voice-analytics"  # of a stack with Stage=prod; the others append -<stage>


def explore(  # noqa: PLR0913 - the options of the command line
    *,
    lake: NamedPath | None = None,
    athena: Annotated[bool, Parameter(negative="")] = False,
    workgroup: str | None = None,
    database: str | None = None,
    region: str | None = None,
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
    lake
        Directory that voice-analytics local run has written. Default: VOICE_ANALYTICS_LAKE.
    athena
        Ask Athena, with the AWS credentials of the environment.
    workgroup
        The stack's workgroup; voice-analytics where it is not given.
    database
        The stack's database; the workgroup's name with _ for - where it is not given.
    region
        The stack's region; that of the AWS configuration where it is not given.
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
    lake = lake_or_default(lake, athena=athena)
    if (lake is None) == (not athena):
        raise UsageError(
            "give one of --lake and --athena",
            f"--lake DIRECTORY (or {LAKE_VARIABLE}), or --athena for a deployed stack",
        )
    workgroup = workgroup or _WORKGROUP
    if lake is not None:
        held = Days(*days_of(lake))
        shown = Days.ending_on(held.last, min(held.count, MAX_DAYS))
        source = f"local lake: {lake.resolve().name}"
        settings = Settings(source, shown, held, people, call_url)
        opened: AbstractContextManager[Ask] = lake_source(lake, _SECONDS)
    else:
        shown = Days.ending_on(datetime.now(UTC).date(), WEEK)
        settings = Settings(f"Athena, workgroup {workgroup}", shown, None, people, call_url)
        opened = _athena(workgroup, database or workgroup.replace("-", "_"), region)
    with opened as ask, listen(port) as listening:
        address = f"http://{ADDRESS}:{listening.getsockname()[1]}/"
        Console(soft_wrap=True).print(f"{address} (Ctrl-C ends it)", highlight=False)
        serve(application(Pages(one_at_a_time(ask), settings)), listening)


def _athena(workgroup: str, database: str, region: str | None) -> AbstractContextManager[Ask]:
    # botocore is loaded only where it is needed
    from voice_analytics.report.athena_source import open_athena  # noqa: PLC0415

    return open_athena(workgroup, database, region)
