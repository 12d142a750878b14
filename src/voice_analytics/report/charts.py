"""The kinds of charts that do not run over days, in Vega-Lite.

A plot is as wide as its container, and None where there is nothing to draw.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt

from voice_analytics.report.number_format import WEEKDAYS
from voice_analytics.report.theme import BLUE, CARD, GRID, PERCENTILES, SOFT, VERMILION

type Chart = alt.LayerChart | alt.FacetChart  # layer() may return facets; ours returns layers

_BAR, _ROW = 9, 40  # pixels: a bar, and the row in which its label stands above it
_STAGE_ROW = 64  # pixels: a label, and points with room around them
_BELOW = 9  # pixels: a label stands that much above the middle of its row, and what it names below
_HIGHER = 8  # pixels that a label stands above that over points, clear of the target's bar
_GAP = 10  # pixels that are kept free between a label and the value on its right
_DIGIT = 7.5  # pixels of a letter or digit there, at most
_SPOKEN = 3  # bars that the sentence of a ranking names
_HISTOGRAM_HEIGHT, _HOUR_ROW = 200, 26  # pixels
_FAINTEST = 0.12  # opacity of a cell with a single call among many
_HOURS = 24
_DAYS = tuple(name[:3] for name in WEEKDAYS)
# places in a plot; as classes, for altair takes long to make them of alt.value()
LEFT = alt.XValue(0)  # type: ignore[no-untyped-call]
RIGHT = alt.XValue("width")  # type: ignore[no-untyped-call]
_WHOLE_WIDTH = alt.X2Value("width")  # type: ignore[no-untyped-call]


class Plot(NamedTuple):
    """A chart, and what it shows in a sentence for those who do not see it."""

    chart: Chart
    result: str


class Bar(NamedTuple):
    """A row of `ranking`: `text` stands on its right, `parts` are lengths by kind."""

    label: str
    text: str
    parts: Mapping[str, float]


class Stage(NamedTuple):
    """A row of `latencies`, in milliseconds."""

    label: str
    text: str
    target: float
    percentiles: Mapping[str, float]


class Bin(NamedTuple):
    """A column of `histogram`, from `start` on and as wide as its `width`."""

    start: float
    number: int


def ranking(bars: Sequence[Bar], colours: Mapping[str, str]) -> Plot | None:
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
    chart = alt.layer(
        track.encode(y=y, x=LEFT, x2=_WHOLE_WIDTH),
        drawn.encode(y=y, x=x, color=colour, order=alt.Order("order:Q"), tooltip=tooltip),
        *_labels(rows, y),
    ).properties(width="container", height=_ROW * len(bars))
    return Plot(chart, "; ".join(f"{bar.label}: {bar.text}" for bar in bars[:_SPOKEN]))


def latencies(stages: Sequence[Stage]) -> Plot | None:
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
        axis=alt.Axis(format=",.0f", tickCount=6, tickMinStep=1),
        scale=alt.Scale(zero=True),
    )
    base = alt.Chart(alt.InlineData(values=rows))
    tooltip = [
        alt.Tooltip("label:N", title="stage"),
        alt.Tooltip("percentile:N"),
        alt.Tooltip("ms:Q", format=",.0f"),
    ]
    chart = alt.layer(
        base.mark_rule(
            color=PERCENTILES["p50"], strokeWidth=3, opacity=0.5, yOffset=_BELOW, y2Offset=_BELOW
        ).encode(y=y, x=alt.X("from:Q"), x2=alt.X2("to:Q")),
        base.mark_tick(color=VERMILION, opacity=1, thickness=3, height=24, yOffset=_BELOW).encode(
            y=y,
            x=alt.X("target:Q"),
            tooltip=[
                alt.Tooltip("label:N", title="stage"),
                alt.Tooltip("target:Q", title="target (ms)"),
            ],
        ),
        alt.Chart(alt.InlineData(values=points))
        .mark_circle(size=110, opacity=1, yOffset=_BELOW)
        .encode(y=y, x=x, color=percentile_colours(list(stages[0].percentiles)), tooltip=tooltip),
        *_labels(rows, y, _BELOW + _HIGHER),
    ).properties(width="container", height=_STAGE_ROW * len(stages))
    spoken = [
        f"{stage.label}: {stage.percentiles['p50']:,.0f} ms at the median, "
        f"{stage.percentiles['p95']:,.0f} at p95, {stage.text}"
        for stage in stages
    ]
    return Plot(chart, "; ".join(spoken))


def histogram(
    bins: Sequence[Bin], width: float, title: str, counted: str, target: float | None = None
) -> Plot | None:
    """Columns over a number, with a rule at its target."""
    if not bins:
        return None
    rows = [{"from": bin_.start, "to": bin_.start + width, "count": bin_.number} for bin_ in bins]
    most = max(bins, key=lambda bin_: bin_.number)
    columns = alt.Chart(alt.InlineData(values=rows)).mark_bar(color=BLUE, stroke=CARD)
    tooltip = [
        alt.Tooltip("from:Q", title=f"{title} from"),
        alt.Tooltip("to:Q", title="to less than"),
        alt.Tooltip("count:Q", title=counted, format=",.0f"),
    ]
    layers = [
        columns.encode(
            x=alt.X("from:Q", bin="binned", title=title, axis=alt.Axis(tickCount=6, grid=False)),
            x2=alt.X2("to:Q"),
            y=alt.Y("count:Q", title=counted, axis=count_axis(",.0f", most.number)),
            tooltip=tooltip,
        )
    ]
    if target is not None:
        rule = alt.Chart(alt.InlineData(values=[{"target": target}]))
        layers.append(
            rule.mark_rule(color=VERMILION, strokeDash=[5, 4], strokeWidth=2).encode(
                x=alt.X("target:Q")
            )
        )
    result = (
        f"most {counted}, {most.number:,}, from {most.start:,g} to {most.start + width:,g} {title}"
    )
    return Plot(alt.layer(*layers).properties(width="container", height=_HISTOGRAM_HEIGHT), result)


def week(calls: Mapping[tuple[int, int], int]) -> Plot | None:
    """A cell for each hour of a week, the darker the more calls.

    `calls` are by weekday, of which Monday is 1, and hour.
    """
    if not calls:
        return None
    rows = [
        {"day": name, "hour": hour, "calls": calls.get((day, hour), 0)}
        for day, name in enumerate(_DAYS, start=1)
        for hour in range(_HOURS)
    ]
    (day, hour), most = max(calls.items(), key=lambda item: item[1])
    y = alt.Y("day:O", title=None, scale=alt.Scale(domain=list(_DAYS)), axis=_PLAIN_AXIS)
    x = alt.X("hour:O", title="hour", axis=alt.Axis(values=[0, 6, 12, 18, 23], **_PLAIN))
    base = alt.Chart(alt.InlineData(values=rows))
    opacity = alt.Opacity(
        "calls:Q",
        scale=alt.Scale(domain=[0, 1, most], range=[0, _FAINTEST, 1], zero=True),
        legend=None,
    )
    tooltip = [alt.Tooltip("day:N"), alt.Tooltip("hour:O"), alt.Tooltip("calls:Q", format=",.0f")]
    chart = alt.layer(
        base.mark_rect(color=GRID, stroke=CARD).encode(x=x, y=y),
        base.mark_rect(color=BLUE, stroke=CARD).encode(x=x, y=y, opacity=opacity, tooltip=tooltip),
    ).properties(width="container", height=_HOUR_ROW * len(_DAYS))
    return Plot(chart, f"most calls, {most:,}, on {WEEKDAYS[day - 1]} from {hour}:00 to {hour}:59")


_PLAIN: dict[str, Any] = {"labelAngle": 0, "ticks": False, "domain": False}
_PLAIN_AXIS = alt.Axis(**_PLAIN)


def count_axis(form: str, most: float) -> alt.Axis:
    """An axis up to `most` on which no label is written twice: whole labels have whole ticks."""
    if form != _WHOLE:
        return alt.Axis(format=form)
    steps = (factor * 10**power for power in range(12) for factor in (1, 2, 5))
    step = next(step for step in steps if step * _TICKS >= most)
    return alt.Axis(format=form, values=list(range(0, int(most) + step, step)))


_WHOLE, _TICKS = ",.0f", 5


def percentile_colours(names: Sequence[str]) -> alt.Color:
    """The colours of percentiles, with their legend."""
    scale = alt.Scale(domain=list(names), range=[PERCENTILES[name] for name in names])
    return alt.Color("percentile:N", scale=scale, legend=alt.Legend(symbolType="circle"))


def _labels(
    rows: Sequence[Mapping[str, Any]], y: alt.Y, above: int = _BELOW
) -> tuple[alt.Chart, alt.Chart]:
    base = alt.Chart(alt.InlineData(values=rows))
    text_width = _GAP + _DIGIT * max(len(row["text"]) for row in rows)
    left = base.mark_text(align="left", yOffset=-above, limit=alt.ExprRef(f"width - {text_width}"))
    right = base.mark_text(align="right", yOffset=-above, color=SOFT)
    return (
        left.encode(
            y=y,
            x=LEFT,
            text=alt.Text("label:N"),
            tooltip=[alt.Tooltip("label:N", title="what")],
        ),
        right.encode(y=y, x=RIGHT, text=alt.Text("text:N")),
    )
