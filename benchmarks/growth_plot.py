"""The growth as a picture.

An SVG that reads in light and in dark surroundings, as pages have both.
"""

from pathlib import Path

import altair as alt

from benchmarks.contenders import PROJECT, UNPACK
from benchmarks.growth import FITTED_FROM, Growth

_COLOURS = {PROJECT: "var(--project)", UNPACK: "var(--other)"}
_DECADES = [1, 10, 100, 1_000, 10_000]  # events; a line at each is enough
# SVG in an <img> follows the reader's colour scheme by its own style alone.
_STYLE = """<style>
svg { --ink: #1f2328; --soft: #59636e; --grid: #d1d9e0; --project: #0a58ca; --other: #b3541e; }
@media (prefers-color-scheme: dark) {
  svg { --ink: #f0f6fc; --soft: #9198a1; --grid: #3d444d; --project: #6ea8fe; --other: #f0a070; }
}
</style>"""


def draw(growth: Growth, path: Path) -> None:
    """Write the plot."""
    rows = [
        {"contender": name, "events": size, "milliseconds": seconds * 1000}
        for name, by_size in growth.seconds.items()
        for size, seconds in by_size.items()
    ]
    largest = max(max(by_size) for by_size in growth.seconds.values())
    ends = [
        {
            **row,
            "label": f"{row['contender']}\nexponent {growth.exponent(str(row['contender'])):.2f}",
        }
        for row in rows
        if row["events"] == largest
    ]
    x = alt.X(
        "events:Q",
        scale=alt.Scale(type="log"),
        title="events an invocation",
        axis=alt.Axis(format=",d", values=_DECADES),
    )
    y = alt.Y(
        "milliseconds:Q",
        scale=alt.Scale(type="log"),
        title="milliseconds",
        axis=alt.Axis(format="~g", tickCount=5),
    )
    colour = alt.Color(
        "contender:N", scale=alt.Scale(domain=[*_COLOURS], range=[*_COLOURS.values()]), legend=None
    )
    lines = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(strokeWidth=2, point={"size": 45, "filled": True})
        .encode(x, y, colour)
    )
    names = (
        alt.Chart(alt.InlineData(values=ends))
        .mark_text(align="left", dx=10, fontSize=13, lineBreak="\n")
        .encode(x, y, colour, text="label:N")
    )
    title = alt.TitleParams(
        "Time grows in step with the events",
        subtitle=f"short calls; exponents fitted from {FITTED_FROM} events on; processor time",
        anchor="start",
    )
    chart = (lines + names).properties(width=460, height=300, title=title).configure(**_config())
    chart.save(str(path), format="svg")
    svg = path.read_text(encoding="utf-8")
    head = svg.index(">", svg.index("<svg")) + 1
    path.write_text(svg[:head] + _STYLE + svg[head:], encoding="utf-8")


def _config() -> dict[str, object]:
    soft = {
        "labelColor": "var(--soft)",
        "titleColor": "var(--soft)",
        "labelFontSize": 12,
        "titleFontSize": 12,
    }
    lines = {"gridColor": "var(--grid)", "domainColor": "var(--grid)", "tickColor": "var(--grid)"}
    return {
        "background": "transparent",
        "padding": {
            "left": 5,
            "top": 5,
            "bottom": 5,
            "right": 30,
        },  # another font than the one measured may be wider
        "font": "system-ui, sans-serif",
        "axis": {**soft, **lines, "titleFontWeight": "normal"},
        "title": {
            "color": "var(--ink)",
            "subtitleColor": "var(--soft)",
            "fontSize": 15,
            "subtitleFontSize": 12,
            "offset": 12,
        },
        "view": {"stroke": None},
    }
