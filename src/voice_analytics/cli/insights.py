"""`voice-analytics insights`: themes of what callers ask, object to and wish for."""

from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import orjson
from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from voice_analytics.cli.options import WholeNumber
from voice_analytics.cli.source import Source
from voice_analytics.cli.tables import result_console
from voice_analytics.errors import UsageError, UserError
from voice_analytics.lake.days import days_of
from voice_analytics.printable import printable
from voice_analytics.report.days import DEFAULT_MAX_DAYS, MAX_DAYS, WEEK, Days
from voice_analytics.report.privacy import Privacy
from voice_analytics.report.sources import Ask, Record

if TYPE_CHECKING:
    from voice_analytics.insights.themes import NameTheme, Theme


def insights(  # noqa: PLR0913 - the options of the command line
    *,
    source: Source | None = None,
    days: WholeNumber | None = None,
    fewest_calls: WholeNumber = 2,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    people: Annotated[bool, Parameter(negative="")] = False,
    name: str | None = None,
) -> None:
    """List themes of what callers ask without an answer, object to, and wish for.

    The themes are found on this machine, in the callers' words; nothing is sent anywhere. Examples
    have addresses and phone numbers hidden; --people shows them. It needs the extra `insights`.

    Example: voice-analytics insights --lake lake

    Parameters
    ----------
    source
        The lake, or Athena.
    days
        How many days, the last of them today (UTC), or for a lake its newest one. Where it is not
        given: 7, or for a lake all that it holds, at most 92.
    fewest_calls
        How many calls a theme must come up in.
    as_json
        Print a JSON array with one object a theme.
    people
        Show addresses and phone numbers in the examples.
    name
        A function of your own that names a theme, such as package.module:function. It is given the
        theme's examples and returns a text.

    """
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise UsageError(f"--days is {days}", f"give a number from 1 to {MAX_DAYS}")
    source = source or Source()
    lake = source.folder()
    name_theme = None if name is None else _function(name)
    if lake is not None:
        held = Days(*days_of(lake))
        period = Days.ending_on(held.last, days or min(held.count, DEFAULT_MAX_DAYS))
    else:
        period = Days.ending_on(datetime.now(UTC).date(), days or WEEK)
    with source.open() as ask:
        themes = _themes(ask, period, fewest_calls, Privacy(people), name_theme)
    if as_json:
        _print_json(themes)
    else:
        _print_table(themes, period)


def _themes(
    ask: Ask, period: Days, fewest_calls: int, privacy: Privacy, name: "NameTheme | None"
) -> "list[Theme]":
    try:
        from voice_analytics.insights.themes import find_themes  # noqa: PLC0415
    except ImportError as error:
        raise UserError(
            f"insights need {error.name}, which is not installed",
            "install the extra: uv tool install 'voice-analytics[insights] @ git+REPOSITORY'",
        ) from error
    from voice_analytics.insights.remarks import remarks  # noqa: PLC0415
    from voice_analytics.insights.source import turns  # noqa: PLC0415

    def hide(turn: Record) -> Record:
        return {**turn, "content": turn["content"] and privacy.mask(turn["content"], {})}

    caller_remarks = remarks(hide(turn) for turn in turns(ask, period))
    return find_themes(caller_remarks, fewest_calls=fewest_calls, name=name)


def _function(name: str) -> "NameTheme":
    module, _, attribute = name.partition(":")
    try:
        function = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise UserError(
            f"--name {name} is not a function", "give package.module:function, as Python finds it"
        ) from error
    if not callable(function):
        raise UserError(f"--name {name} is not a function", "give a function of a list of texts")
    named: NameTheme = function
    return named


def _print_json(themes: "list[Theme]") -> None:
    lines = [orjson.dumps(theme._asdict()).decode() for theme in themes]
    print("[" + ",".join(f"\n  {line}" for line in lines) + "\n]")


def _print_table(themes: "list[Theme]", period: Days) -> None:
    console = result_console()
    if not themes:
        console.print(f"No themes in {period}: try more --days, or --fewest-calls 1")
        return
    table = Table(box=None, pad_edge=False, title=str(period), title_justify="left")
    for heading in ("kind", "theme", "calls", "example"):
        table.add_column(heading, justify="right" if heading == "calls" else "left")
    for theme in themes:
        example = theme.examples[0]
        table.add_row(
            theme.kind, Text(printable(theme.name)), str(theme.calls), Text(printable(example))
        )
    console.print(table)
