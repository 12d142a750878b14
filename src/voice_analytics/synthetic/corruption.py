"""Values that are not as the contract says: each costs itself alone, and the call is kept."""

from random import Random
from typing import Any

# Where in an event, and what stands there instead.
FLAWS: tuple[tuple[tuple[str, ...], Any], ...] = (
    (("discovered_signals", "team_size"), "about twenty"),
    (("discovered_signals", "monthly_volume"), 1e12),
    (("discovered_signals", "integration_needs"), {"crm": True}),
    (("consent_obtained",), "maybe"),
    (("duration_seconds",), float("nan")),
    (("metrics_summary", "avg_latency_ms"), float("nan")),
    (("cost_summary", "deepgram_cost"), float("inf")),
    (("connection", "packet_loss"), float("nan")),
    (("connection", "bandwidth_in"), "12 MB"),
)


def flaw(chance: Random, event: dict[str, Any]) -> None:
    """Puts one wrong value into an event, at a place that the event has."""
    possible = [(path, wrong) for path, wrong in FLAWS if isinstance(_holder(event, path), dict)]
    path, wrong = chance.choice(possible)
    _holder(event, path)[path[-1]] = wrong


def _holder(event: dict[str, Any], path: tuple[str, ...]) -> Any:
    return event.get(path[0]) if path[1:] else event
