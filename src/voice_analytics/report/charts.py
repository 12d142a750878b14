"""The kinds of charts, in Vega-Lite.

A chart is as wide as its container, and None where there is nothing to draw.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, NamedTuple

import altair as alt

from voice_analytics.report.days import Days
from voice_analytics.report.sources import Record
from voice_analytics.report.theme import BLUE, CARD, GRID, PERCENTILES, SOFT, VERMILION

type Chart = (
    alt.LayerChart | alt.FacetChart | None
)  # layer() may return facets; ours returns layers

_DAY_HEIGHT = 200  # pixels of a plot over days
_BAR, _ROW = 9, 40  # pixels: a bar, and the row in which its label stands above it
_STAGE_ROW = 64  # pixels: a label, and points with room around them
_BELOW = 9  # pixels: a label stands that much above the middle of its row, and what it names below
_HIGHER = 8  # pixels that a label stands above that over points, clear of the target's bar
_GAP = 10  # pixels that are kept free between a label and the value on its right
_DIGIT = 7.5  # pixels of a letter or digit there, at most
_WIDEST_COLUMN = 72  # pixels, of few days
_COLUMN = alt.ExprRef(f"min(0.9 * bandwidth('x'), {_WIDEST_COLUMN})")
_LEGEND = 3  # names side by side: so many of ours fit on a phone
_DAY_LABELS = 10  # so many fit side by side on a phone
# one above the other
_LABEL_OF_A_DAY = "[utcFormat(toDate(datum.value), '{}'), utcFormat(toDate(datum.value), '{}')]"
_MANY_DAYS = 31  # over which the points of a line are small


class Bar(NamedTuple):
    """A row of `ranking`: `text` stands on its right, `parts` are lengths by kind."""

    label: str
    text: str
    parts: Mapping[str, float]


class Kind(NamedTuple):
    """A part of `stacked_columns`: its name in the legend, and its colour."""

    name: str
    colour: str


class Stage(NamedTuple):
    """A row of `latencies`, in milliseconds."""

    label: str
    text: str
    target: float
    percentiles: Mapping[str, float]


def ranking(bars: Sequence[Bar], colours: Mapping[str, str]) -> Chart:
    """Bars in the order given, with their labels above them.

    A long label takes no room from the bar, which matters on a phone.
    """
    longest = max((sum(bar.parts.values()) for bar in bars), default=0)
    if not longest:
        return None
    rows = [
        {"row": number, "label": bar.label, "text": bar.text} for number, bar in enumerate(bars)
    ]
    parts = [
        {
            "row": number,
            "label": bar.label,
            "kind": kind,
            "amount": amount,
            "order": list(colours).index(kind),
        }
        for number, bar in enumerate(bars)
        for kind, amount in bar.parts.items()
    ]
    y = alt.Y("row:O", axis=None, scale=alt.Scale(domain=list(range(len(bars)))))
    x = alt.X("amount:Q", axis=None, scale=alt.Scale(domain=[0, longest], nice=False))
    track = alt.Chart(alt.InlineData(values=rows)).mark_bar(
        height=_BAR, yOffset=_BELOW, color=GRID, cornerRadius=2
    )
    drawn = alt.Chart(alt.InlineData(values=parts)).mark_bar(
        height=_BAR, yOffset=_BELOW, cornerRadius=2
    )
    legend = alt.Legend() if len(colours) > 1 else None
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=legend
    )
    tooltip = [
        alt.Tooltip("label:N", title="what"),
        alt.Tooltip("kind:N", title="kind"),
        alt.Tooltip("amount:Q", format=",.4~f"),
    ]
    return alt.layer(
        track.encode(y=y, x=alt.value(0), x2=alt.value("width")),
        drawn.encode(y=y, x=x, color=colour, order="order:Q", tooltip=tooltip),
        *_labels(rows, y),
    ).properties(width="container", height=_ROW * len(bars))


def columns(records: Sequence[Record], days: Days, value: str, title: str, form: str) -> Chart:
    """A column a day."""
    rows = [{"day": record["dt"], "value": record[value]} for record in records if record[value]]
    if not rows:
        return None
    tooltip = [_day_tooltip(), alt.Tooltip("value:Q", title=title, format=form)]
    return _over_days(
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(color=BLUE, width=_COLUMN, cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=_day_axis(days),
            y=alt.Y("value:Q", title=title, axis=_counted(form)),
            tooltip=tooltip,
        )
    )


def stacked_columns(
    records: Sequence[Record], days: Days, kinds: Mapping[str, Kind], title: str, form: str
) -> Chart:
    """A column a day, stacked from several columns of the result."""
    rows = [
        {"day": record["dt"], "kind": kind.name, "value": record[column], "order": number}
        for record in records
        for number, (column, kind) in enumerate(kinds.items())
        if record[column]
    ]
    if not rows:
        return None
    names, colours = zip(*kinds.values(), strict=True)
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=names, range=colours), legend=alt.Legend(columns=_LEGEND)
    )
    tooltip = [
        _day_tooltip(),
        alt.Tooltip("kind:N", title="kind"),
        alt.Tooltip("value:Q", title=title, format=form),
    ]
    y = alt.Y("value:Q", title=title, axis=_counted(form), stack=True)
    return _over_days(
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(width=_COLUMN)
        .encode(x=_day_axis(days), y=y, color=colour, order="order:Q", tooltip=tooltip)
    )


def percentile_lines(
    records: Sequence[Record], days: Days, percentiles: Sequence[str], target: float
) -> Chart:
    """A line over the days for each percentile, and a rule at the target, in milliseconds.

    The percentile p50 is the column p50_ms.
    """
    rows = [
        {"day": record["dt"], "percentile": name, "ms": record[f"{name}_ms"]}
        for record in records
        for name in percentiles
    ]
    if not rows:
        return None
    tooltip = [_day_tooltip(), alt.Tooltip("percentile:N"), alt.Tooltip("ms:Q", format=",.0f")]
    y = alt.Y(
        "ms:Q", title="milliseconds", axis=alt.Axis(format=",.0f"), scale=alt.Scale(zero=True)
    )
    point = alt.OverlayMarkDef(size=12 if days.count > _MANY_DAYS else 45, filled=True)
    line = alt.Chart(alt.InlineData(values=rows)).mark_line(
        point=point, strokeWidth=2, strokeJoin="round"
    )
    rule = alt.Chart(alt.InlineData(values=[{"ms": target, "text": f"target {target:,.0f} ms"}]))
    return _over_days(
        line.encode(x=_day_axis(days), y=y, color=_percentile(percentiles), tooltip=tooltip),
        rule.mark_rule(color=VERMILION, strokeDash=[5, 4], strokeWidth=1.5).encode(y="ms:Q"),
        *(
            rule.mark_text(align="right", baseline="bottom", dy=-3, fontSize=12, **paint).encode(
                y="ms:Q", x=alt.value("width"), text="text:N"
            )
            for paint in (
                {"stroke": CARD, "strokeWidth": 5, "strokeJoin": "round"},
                {"color": VERMILION},
            )  # clear of the lines
        ),
    )


def latencies(stages: Sequence[Stage]) -> Chart:
    """The percentiles of each stage as points on one axis, with a tick at its target.

    In milliseconds.
    """
    if not stages:
        return None
    points = [
        {"row": number, "label": stage.label, "percentile": name, "ms": ms}
        for number, stage in enumerate(stages)
        for name, ms in stage.percentiles.items()
    ]
    rows = [
        {
            "row": number,
            "label": stage.label,
            "text": stage.text,
            "target": stage.target,
            "from": min(stage.percentiles.values()),
            "to": max(stage.percentiles.values()),
        }
        for number, stage in enumerate(stages)
    ]
    y = alt.Y("row:O", axis=None, scale=alt.Scale(domain=list(range(len(stages)))))
    x = alt.X(
        "ms:Q",
        title="milliseconds",
        axis=alt.Axis(format=",.0f", tickCount=6),
        scale=alt.Scale(zero=True),
    )
    base = alt.Chart(alt.InlineData(values=rows))
    tooltip = [
        alt.Tooltip("label:N", title="stage"),
        alt.Tooltip("percentile:N"),
        alt.Tooltip("ms:Q", format=",.0f"),
    ]
    return alt.layer(
        base.mark_rule(
            color=PERCENTILES["p50"], strokeWidth=3, opacity=0.5, yOffset=_BELOW, y2Offset=_BELOW
        ).encode(y=y, x="from:Q", x2="to:Q"),
        base.mark_tick(color=VERMILION, opacity=1, thickness=3, height=24, yOffset=_BELOW).encode(
            y=y,
            x="target:Q",
            tooltip=[
                alt.Tooltip("label:N", title="stage"),
                alt.Tooltip("target:Q", title="target (ms)"),
            ],
        ),
        alt.Chart(alt.InlineData(values=points))
        .mark_circle(size=110, opacity=1, yOffset=_BELOW)
        .encode(y=y, x=x, color=_percentile(list(stages[0].percentiles)), tooltip=tooltip),
        *_labels(rows, y, _BELOW + _HIGHER),
    ).properties(width="container", height=_STAGE_ROW * len(stages))


def _percentile(names: Sequence[str]) -> alt.Color:
    scale = alt.Scale(domain=list(names), range=[PERCENTILES[name] for name in names])
    return alt.Color("percentile:N", scale=scale, legend=alt.Legend(symbolType="circle"))


def _labels(
    rows: Sequence[Mapping[str, Any]], y: alt.Y, above: int = _BELOW
) -> tuple[alt.Chart, alt.Chart]:
    base = alt.Chart(alt.InlineData(values=rows))
    taken = _GAP + _DIGIT * max(len(row["text"]) for row in rows)
    left = base.mark_text(align="left", yOffset=-above, limit=alt.ExprRef(f"width - {taken}"))
    right = base.mark_text(align="right", yOffset=-above, color=SOFT)
    return (
        left.encode(
            y=y, x=alt.value(0), text="label:N", tooltip=[alt.Tooltip("label:N", title="what")]
        ),
        right.encode(y=y, x=alt.value("width"), text="text:N"),
    )


def _over_days(*layers: alt.Chart) -> Chart:
    return alt.layer(*layers).properties(width="container", height=_DAY_HEIGHT)


def _day_axis(days: Days) -> alt.X:
    step = ceil(days.count / _DAY_LABELS)
    words = ("%a", "%-d") if step == 1 else ("%-d", "%b")
    axis = alt.Axis(
        labelExpr=_LABEL_OF_A_DAY.format(*words),
        labelAngle=0,
        labelOverlap=False,
        values=days.dates()[::step],
        ticks=False,
    )
    return alt.X("day:O", title=None, axis=axis, scale=alt.Scale(domain=days.dates()))


def _counted(form: str) -> alt.Axis:
    """An axis whose ticks are whole where its labels are: small counts do not repeat a label."""
    return alt.Axis(format=form, tickMinStep=1) if form == ",.0f" else alt.Axis(format=form)


def _day_tooltip() -> alt.Tooltip:
    return alt.Tooltip("day:N", title="day")
