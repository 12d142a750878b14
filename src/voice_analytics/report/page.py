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

from voice_analytics.catalog.tables import DAY
from voice_analytics.report.calls import CALLS, LISTS, TIMELINE, listings
from voice_analytics.report.days import Days
from voice_analytics.report.figures import MOST_BARS, SECTIONS, Figure
from voice_analytics.report.figures import QUERIES as FIGURE_QUERIES
from voice_analytics.report.headlines import headlines
from voice_analytics.report.number_format import Kind, heading, kind, texts
from voice_analytics.report.privacy import Privacy
from voice_analytics.report.sources import Record
from voice_analytics.report.theme import AUTOSIZE, CONFIG

_FOLDER = Path(__file__).parent / "page"
_MOST_ROWS = 31  # of a table of numbers: a month of days
_VEGA_LITE = alt.SCHEMA_VERSION.removeprefix("v").rpartition(".")[0]  # as vl_convert calls it: 6.4

QUERIES = (*FIGURE_QUERIES, *LISTS, CALLS, TIMELINE)


class Answer(NamedTuple):
    """The records of a saved query, and the SQL that returned them."""

    sql: str
    records: Sequence[Record]


class _Column(NamedTuple):
    heading: str
    kind: Kind
    texts: list[str]


def page(  # noqa: PLR0913 - what a page says of itself
    answers: Mapping[str, Answer],
    days: Days,
    title: str,
    source: str,
    made_at: datetime,
    *,
    people: bool = False,
) -> str:
    """The HTML of the page; `source` says where the records come from."""
    records = {name: answer.records for name, answer in answers.items()}
    lists, conversations = listings(records, Privacy(people))
    bundle, draw = _bundle(), _read("draw.js")
    sections = [
        {
            "title": name,
            "figures": [_figure(figure, answers[figure.query], days) for figure in figures],
        }
        for name, figures in SECTIONS.items()
    ]
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("page.html.jinja").render(
        title=title,
        days=str(days),
        source=source,
        made_at=f"{made_at:%Y-%m-%d %H:%M} UTC",
        headlines=headlines(records),
        sections=sections,
        lists=lists,
        conversations=conversations,
        people=people,
        css=_read("page.css"),
        bundle=bundle,
        draw=draw,
        script_hashes=" ".join(map(_hash, (bundle, draw))),
    )


@cache
def _bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script."""
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=_VEGA_LITE)


def _figure(figure: Figure, answer: Answer, days: Days) -> dict[str, Any]:
    """A figure as the template reads it."""
    by_day = figure.columns[0] == DAY
    most = answer.records[-_MOST_ROWS:] if by_day else answer.records[:_MOST_ROWS]
    columns = [_column(name, [one[name] for one in most]) for name in figure.columns]
    return {
        "query": figure.query,
        "title": figure.title,
        "look_for": figure.look_for,
        "empty": figure.empty,
        "wide": figure.wide,
        "spec": _spec(figure, answer.records, days),
        "sql": answer.sql.strip(),
        "columns": columns,
        "rows": list(zip(*(column.texts for column in columns), strict=True)),
        "rows_note": _part("last" if by_day else "first", len(most), len(answer.records)),
        "bars_note": _part("first", MOST_BARS, len(answer.records)) if figure.by_rank else "",
    }


def _part(which: str, shown: int, of: int) -> str:
    return f"The {which} {shown} of {of}." if of > shown else ""


def _column(name: str, values: Sequence[Any]) -> _Column:
    return _Column(heading(name), kind(name, values), texts(name, values))


def _spec(figure: Figure, records: Sequence[Record], days: Days) -> dict[str, Any] | None:
    chart = figure.chart(records, days)
    if chart is None:
        return None
    return chart.properties(description=figure.title).to_dict() | {
        "autosize": AUTOSIZE,
        "config": CONFIG,
    }


def _hash(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
