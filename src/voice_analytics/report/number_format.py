"""Values of a query's answer as a person reads them."""

from collections.abc import Sequence
from typing import Any, Literal

from voice_analytics.report.words import readable

type Kind = Literal["number", "day", "text"]

# columns of identifiers, weekdays and moments
_WORDED = {
    "outcome",
    "tool",
    "stage",
    "provider",
    "models",
    "agent_version",
    "weekday",
    "reached_at",
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NOTHING = "\N{EN DASH}"
_MOST_PLACES, _MOST_PLACES_OF_DOLLARS = (
    2,
    4,
)  # after the point; a call costs cents, and a minute of it less


def heading(column: str) -> str:
    """A column's name as the head of a table."""
    if column == "dt":
        return "day"
    return (
        column.replace("_", " ")
        .replace(" usd", " (USD)")
        .replace(" ms", " (ms)")
        .replace(" percent", " (%)")
    )


def kind(column: str, values: Sequence[Any]) -> Kind:
    """What stands in a column: the saved queries call days dt and …_on."""
    if column == "weekday":
        return "text"
    if any(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return "number"
    return "day" if column == "dt" or column.endswith("_on") else "text"


def texts(column: str, values: Sequence[Any]) -> list[str]:
    """The values of a column.

    Numbers have as many places after the point as the one that needs most. …_usd is in dollars.
    """
    if column in _WORDED:
        return [_worded(column, value) for value in values]
    usd = column.endswith("_usd")
    most = _MOST_PLACES_OF_DOLLARS if usd else _MOST_PLACES
    places = max(
        [2 if usd else 0, *(_places(value, most) for value in values if isinstance(value, float))]
    )
    return [_text(value, "$" if usd else "", places) for value in values]


def _worded(column: str, value: Any) -> str:
    if column == "weekday":
        return WEEKDAYS[value - 1]
    return str(value)[:16].replace("T", " ") if column == "reached_at" else readable(value)


def dollars(value: float) -> str:
    """An amount in USD."""
    return f"${value:,.2f}"


def percent(part: int, whole: int) -> str:
    """A share with one place after the point, as the saved queries have it: a half goes up."""
    tenths = (2000 * part + whole) // (2 * whole)
    return percentage(tenths / 10)


def percentage(value: float) -> str:
    """One that a saved query has rounded to the place that is shown."""
    return f"{value:.1f} %"


def _places(value: float, most: int) -> int:
    return len(f"{value:.{most}f}".rstrip("0").partition(".")[2])


def _text(value: Any, sign: str, places: int) -> str:
    match value:
        case None:
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{sign}{value:,.{places}f}"
    return str(value)
