"""The page: one HTML file that holds its charts, their data and the program that draws them.

Its Content-Security-Policy forbids the network and all scripts but two, which it names by their
hashes: markup in a caller's words would not run even if the escaping failed.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import altair as alt
import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from voice_analytics.catalog.saved_queries import queries
from voice_analytics.catalog.slices import rests_on_calls
from voice_analytics.catalog.tables import DAY
from voice_analytics.printable import printable
from voice_analytics.report.answers import Answer, Answers
from voice_analytics.report.conversation import (
    CALLS,
    TIMELINE,
    Conversation,
    Key,
    Places,
    conversation,
    key_of,
)
from voice_analytics.report.day_charts import Frame
from voice_analytics.report.days import Days
from voice_analytics.report.figures import Figure, Reader, sections_for
from voice_analytics.report.headlines import headlines
from voice_analytics.report.lists import Link, Listing, listing, lists_for
from voice_analytics.report.number_format import Kind, heading, kind, texts
from voice_analytics.report.plots import MOST_BARS
from voice_analytics.report.privacy import Privacy
from voice_analytics.report.sources import Record
from voice_analytics.report.theme import AUTOSIZE, CONFIG
from voice_analytics.spreadsheet import spreadsheet

FOLDER = Path(__file__).parent / "page"
_MOST_ROWS = 31  # of a table of numbers: a month of days
_VEGA_LITE = alt.SCHEMA_VERSION.removeprefix("v").rpartition(".")[0]  # as vl_convert calls it: 6.4


class About(NamedTuple):
    """What a page says of itself: where its records come from, and of which part of the calls."""

    title: str
    days: Days
    source: str
    made_at: datetime
    part: str = ""
    people: bool = False
    reader: Reader | None = None
    places: Places = Places()


class _Column(NamedTuple):
    heading: str
    kind: Kind
    texts: list[str]


def page(answers: Answers, about: About) -> str:
    """The HTML of the page."""
    records, privacy = answers.records, Privacy(about.people)
    called = {key_of(record): record for record in records[CALLS]}
    anchors = {key: f"call-{number}" for number, key in enumerate(called, start=1)}
    listings = lists(answers, about, lambda key: f"#{anchors[key]}" if key in anchors else "")
    bundle, draw = plot_script(), read("draw.js")
    return (
        environment(FOLDER)
        .get_template("page.html.jinja")
        .render(
            about=about,
            made_at=f"{about.made_at:%Y-%m-%d %H:%M} UTC",
            no_comparison=answers.no_comparison,
            before=str(about.days.before()) if answers.before else "",
            headlines=headlines(records, answers.before, about.days),
            sections=sections(answers, about),
            lists=listings,
            conversations=_conversations(records, called, anchors, privacy, about.places),
            css=read("page.css"),
            bundle=bundle,
            draw=draw,
            script_hashes=" ".join(map(_hash, (bundle, draw))),
        )
    )


def environment(*folders: Path) -> Environment:
    """Jinja, which escapes what is not marked as safe, and shows pictures for control characters.

    The value of a form's field is marked with `| e`: it comes back as it is.
    """
    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: value if isinstance(value, Markup) else _shown(value),
    )


def read(name: str) -> str:
    """A file of the page's folder."""
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def plot_script() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script."""
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=_VEGA_LITE)


def lists(answers: Answers, about: About, link: Link) -> list[Listing]:
    """The lists of calls that the reader is shown."""
    called = {key_of(record): record for record in answers.records[CALLS]}
    privacy = Privacy(about.people)
    return [
        listing(name, answers.now[name].records, called, link, privacy)
        for name in lists_for(about.reader)
    ]


def sections(answers: Answers, about: About) -> list[dict[str, Any]]:
    """The sections with their figures, as the template reads them."""
    return [
        {
            "title": name,
            "anchor": name.lower().replace(",", "").replace(" ", "-"),
            "figures": [_figure(figure, answers, about) for figure in figures],
        }
        for name, figures in sections_for(about.reader).items()
    ]


def _conversations(
    records: Mapping[str, Sequence[Record]],
    called: Mapping[Key, Record],
    anchors: Mapping[Key, str],
    privacy: Privacy,
    places: Places,
) -> list[Conversation]:
    steps: dict[Key, list[Record]] = {key: [] for key in called}
    for record in records[TIMELINE]:
        steps.setdefault(key_of(record), []).append(record)
    return [
        conversation(call, steps[key], anchors[key], privacy, places)
        for key, call in called.items()
    ]


def _figure(figure: Figure, answers: Answers, about: About) -> dict[str, Any]:
    """A figure as the template reads it."""
    answer, saved = answers.now[figure.query], queries()[figure.query]
    by_day = figure.columns[0] == DAY
    most = answer.records[-_MOST_ROWS:] if by_day else answer.records[:_MOST_ROWS]
    columns = [_column(name, [record[name] for record in most]) for name in figure.columns]
    frame = Frame(about.days, answers.before.get(figure.query, ()), answers.first_days)
    plot = figure.plot(answer.records, frame)
    notes = [
        _part("first", MOST_BARS, len(answer.records)) if figure.by_rank else "",
        figure.note(answer.records),
        f"Pale: {about.days.before()}." if frame.before and by_day and plot else "",
        "Of all calls: a rejected line names no agent."
        if about.part and not rests_on_calls(saved.sql)
        else "",
    ]
    return {
        "query": figure.query,
        "anchor": figure.anchor,
        "title": figure.title,
        "look_for": figure.look_for,
        "notes": " ".join(filter(None, notes)),
        "empty": figure.empty,
        "wide": figure.wide,
        "result": plot.result if plot else "",
        "spec": plot and _spec(figure, plot.chart),
        "sql": answer.sql.strip(),
        "columns": columns,
        "rows": list(zip(*(column.texts for column in columns), strict=True)),
        "rows_note": _part("last" if by_day else "first", len(most), len(answer.records)),
        "csv": _data_url(csv(figure, answer)) if answer.records else "",
    }


def csv(figure: Figure, answer: Answer) -> str:
    """The figure's numbers, all of them, for a spreadsheet."""
    rows = [[record[name] for name in figure.columns] for record in answer.records]
    return spreadsheet(figure.columns, rows)


def _data_url(text: str) -> str:
    encoded = b64encode(text.encode("utf-8", "replace")).decode()
    return f"data:text/csv;charset=utf-8;base64,{encoded}"


def _part(which: str, shown: int, of: int) -> str:
    return f"The {which} {shown} of {of}." if of > shown else ""


def _column(name: str, values: Sequence[Any]) -> _Column:
    return _Column(heading(name), kind(name, values), texts(name, values))


def _spec(figure: Figure, chart: Any) -> dict[str, Any]:
    made: dict[str, Any] = _shown(chart.to_dict(validate=False))  # the tests draw each
    return made | {"description": figure.title, "autosize": AUTOSIZE, "config": CONFIG}


def _shown(value: Any) -> Any:
    """The value with pictures for what would hide or turn other text."""
    match value:
        case str():
            return printable(value, lines=True)
        case list():
            return [_shown(each) for each in value]
        case dict():
            return {_shown(key): _shown(each) for key, each in value.items()}
    return value


def _hash(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
