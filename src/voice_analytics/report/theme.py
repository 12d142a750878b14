"""How all plots look.

Colours are the page's CSS variables, so that dark mode and print change them without drawing anew.
"""

from typing import Any

BLUE, VERMILION, GREEN, PURPLE, GREY, PALE = (
    f"var(--{name})" for name in ("blue", "vermilion", "green", "purple", "grey", "pale")
)
PERCENTILES = {name: f"var(--{name})" for name in ("p50", "p90", "p95", "p99")}
INK, SOFT, LINE, GRID, CARD = (f"var(--{name})" for name in ("ink", "soft", "line", "grid", "card"))

AUTOSIZE = {"type": "fit-x", "contains": "padding"}  # as wide as its place; as high as its rows
CONFIG: dict[str, Any] = {
    "background": None,
    "font": "system-ui, sans-serif",
    "padding": 2,
    "view": {"stroke": None},
    "axis": {
        "domainColor": LINE,
        "gridColor": GRID,
        "labelColor": SOFT,
        "labelFontSize": 12,
        "labelPadding": 6,
        "tickColor": LINE,
        "titleColor": SOFT,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "axisY": {"domain": False, "ticks": False, "tickCount": 5},
    "legend": {
        "labelColor": SOFT,
        "labelFontSize": 12,
        "labelLimit": 220,
        "orient": "top",
        "symbolType": "square",
        "title": None,
    },
    "text": {"color": INK, "fontSize": 13},
}
