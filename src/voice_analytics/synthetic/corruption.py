"""Puts values into events that the contract does not allow: the call is kept without them."""

from random import Random
from typing import Any

# Where in an event, and what stands there instead.
WRONG_VALUES: tuple[tuple[tuple[str, ...], Any], ...] = (
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


def corrupt_one_value(rng: Random, event: dict[str, Any]) -> None:
    """Puts one wrong value into an event, at a place that the event has."""
    possible = [
        (path, wrong) for path, wrong in WRONG_VALUES if isinstance(_holder(event, path), dict)
    ]
    path, wrong = rng.choice(possible)
    _holder(event, path)[path[-1]] = wrong


def _holder(event: dict[str, Any], path: tuple[str, ...]) -> Any:
    return event.get(path[0]) if path[1:] else event
