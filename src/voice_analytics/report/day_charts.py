"""The kinds of charts over days, in Vega-Lite: each day of the period has its place."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, Literal, NamedTuple

import altair as alt

from voice_analytics.report.charts import RIGHT, Chart, Plot, count_axis, percentile_colours
from voice_analytics.report.days import Days, weekday
from voice_analytics.report.sources import Record
from voice_analytics.report.theme import BLUE, CARD, PALE, SOFT, VERMILION

_DAY_HEIGHT = 200  # pixels of a plot over days
_WIDEST_COLUMN = 72  # pixels, of few days
_LEGEND = 3  # names side by side: so many of ours fit on a phone
_DAY_LABELS = 10  # so many fit side by side on a phone
# one above the other
_LABEL_OF_A_DAY = "[utcFormat(toDate(datum.value), '{}'), utcFormat(toDate(datum.value), '{}')]"
_MANY_DAYS = 31  # over which the points of a line are small
_LONGEST_NAME = 110  # pixels of a version beside its rule


class Frame(NamedTuple):
    """The days of a chart, the records of the period before, and the first days of versions."""

    days: Days
    before: Sequence[Record] = ()
    first_days: Mapping[str, str] = {}


class Kind(NamedTuple):
    """A part of `stacked_columns`: its name in the legend, and its colour."""

    name: str
    colour: str


def columns(
    records: Sequence[Record], frame: Frame, value: str, title: str, form: str
) -> Plot | None:
    """A column a day; a pale one behind it is that of the same day of the period before."""
    rows = [{"day": record["dt"], "value": record[value]} for record in records if record[value]]
    if not rows:
        return None
    earlier = _moved(frame, value)
    most = max(row["value"] for row in [*rows, *earlier])
    y = alt.Y("value:Q", title=title, axis=count_axis(form, most))
    x = _day_axis(frame.days)
    tooltip = [_day_tooltip(), alt.Tooltip("value:Q", title=title, format=form)]
    layers = []
    if earlier:
        base = alt.Chart(alt.InlineData(values=earlier))
        behind = base.mark_bar(color=PALE, width=_as_wide_as(0.95))
        layers.append(behind.encode(x=x, y=y, tooltip=[alt.Tooltip("before:N"), *tooltip[1:]]))
    drawn = alt.Chart(alt.InlineData(values=rows)).mark_bar(
        color=BLUE,
        width=_as_wide_as(0.6 if earlier else 0.9),
        cornerRadiusTopLeft=2,
        cornerRadiusTopRight=2,
    )
    layers.append(drawn.encode(x=x, y=y, tooltip=tooltip))
    return Plot(_over_days([*layers, *_rules(frame)]), _extremes(rows, title))


def stacked_columns(
    records: Sequence[Record], frame: Frame, kinds: Mapping[str, Kind], title: str, form: str
) -> Plot | None:
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
    most = max(sum(row["value"] for row in rows if row["day"] == day["day"]) for day in rows)
    y = alt.Y("value:Q", title=title, axis=count_axis(form, most), stack=True)
    drawn = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(width=_as_wide_as(0.9))
        .encode(
            x=_day_axis(frame.days), y=y, color=colour, order=alt.Order("order:Q"), tooltip=tooltip
        )
    )
    sums = {name: sum(row["value"] for row in rows if row["kind"] == name) for name in names}
    spoken = "; ".join(f"{name}: {number:,g}" for name, number in sums.items() if number)
    return Plot(_over_days([drawn, *_rules(frame)]), spoken)


def percentile_lines(
    records: Sequence[Record], frame: Frame, percentiles: Sequence[str], target: float
) -> Plot | None:
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
    slowest = max(target, *(row["ms"] for row in rows))
    y = alt.Y(
        "ms:Q", title="milliseconds", axis=count_axis(",.0f", slowest), scale=alt.Scale(zero=True)
    )
    point = alt.OverlayMarkDef(size=12 if frame.days.count > _MANY_DAYS else 45, filled=True)
    line = alt.Chart(alt.InlineData(values=rows)).mark_line(
        point=point, strokeWidth=2, strokeJoin="round"
    )
    rule = alt.Chart(alt.InlineData(values=[{"ms": target, "text": f"target {target:,.0f} ms"}]))
    colour = percentile_colours(percentiles)
    layers = [
        line.encode(x=_day_axis(frame.days), y=y, color=colour, tooltip=tooltip),
        rule.mark_rule(color=VERMILION, strokeDash=[5, 4], strokeWidth=1.5).encode(y=alt.Y("ms:Q")),
        *(
            rule.mark_text(align="right", baseline="bottom", dy=-3, fontSize=12, **paint).encode(
                y=alt.Y("ms:Q"), x=RIGHT, text=alt.Text("text:N")
            )
            for paint in (
                {"stroke": CARD, "strokeWidth": 5, "strokeJoin": "round"},
                {"color": VERMILION},
            )  # clear of the lines
        ),
        *_rules(frame),
    ]
    worst = percentiles[-1]
    slow = max(records, key=lambda record: record[f"{worst}_ms"])
    result = f"{worst} highest on {weekday(slow['dt'])}, {slow[f'{worst}_ms']:,.0f} ms"
    return Plot(_over_days(layers), f"{result}; the target is {target:,.0f} ms")


def _moved(frame: Frame, value: str) -> list[dict[str, Any]]:
    """The values of the period before, at the days that they are compared with."""
    places = dict(zip(frame.days.before().dates(), frame.days.dates(), strict=True))
    return [
        {"day": places[record["dt"]], "before": record["dt"], "value": record[value]}
        for record in frame.before
        if record[value] and record["dt"] in places
    ]


def _extremes(rows: Sequence[Mapping[str, Any]], title: str) -> str:
    most, least = (pick(rows, key=lambda row: row["value"]) for pick in (max, min))
    return (
        f"most {title} on {weekday(most['day'])}, {most['value']:,g}; "
        f"least on {weekday(least['day'])}, {least['value']:,g}"
    )


def _rules(frame: Frame) -> list[alt.Chart]:
    """A rule with a name on each day on which a version of the agent was first called."""
    names: dict[str, list[str]] = {}
    for version, day in frame.first_days.items():
        if day in frame.days.dates():
            names.setdefault(day, []).append(version)
    rows = [{"day": day, "versions": ", ".join(versions)} for day, versions in names.items()]
    if not rows:
        return []
    middle = frame.days.dates()[frame.days.count // 2]
    layers = [
        alt.Chart(alt.InlineData(values=rows))
        .mark_rule(color=SOFT, strokeDash=[2, 3])
        .encode(x=alt.X("day:O"), tooltip=[alt.Tooltip("versions:N", title="first called")])
    ]
    sides: tuple[tuple[bool, Literal["left", "right"]], ...] = ((True, "left"), (False, "right"))
    for early, align in sides:
        part = [row for row in rows if (row["day"] <= middle) == early]
        text = alt.Chart(alt.InlineData(values=part)).mark_text(
            align=align, dx=4 if early else -4, color=SOFT, fontSize=11, limit=_LONGEST_NAME
        )
        layers += (
            [text.encode(x=alt.X("day:O"), y=alt.value(-6), text=alt.Text("versions:N"))]
            if part
            else []
        )
    return layers


def _as_wide_as(share: float) -> Any:
    """A share of a day's place, within reason."""
    return alt.ExprRef(f"min({share} * bandwidth('x'), {share * _WIDEST_COLUMN})")


def _over_days(layers: Sequence[alt.Chart]) -> Chart:
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


def _day_tooltip() -> alt.Tooltip:
    return alt.Tooltip("day:N", title="day")
