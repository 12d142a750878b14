"""Who called: the person, what was found out about the lead, the network and the device."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from session_analytics.flatten.columns import Columns, mapping
from session_analytics.schema.contract import KEYS
from session_analytics.schema.json_text import json_text

if TYPE_CHECKING:
    from session_analytics.flatten.extras import Extras
    from session_analytics.schema.event import Event

_LISTS = frozenset({"integration_needs", "pain_points"})
_SIGNALS = mapping(
    "DiscoveredSignals", [key for key in KEYS["DiscoveredSignals"] if key not in _LISTS]
)
_CONNECTION = mapping(
    "Connection",
    bandwidth_in_bytes="bandwidth_in",
    bandwidth_out_bytes="bandwidth_out",
    packet_loss_percent="packet_loss",
    jitter_ms="jitter",
)
_DEVICE = mapping(
    "DeviceInfo", device_browser="browser", device_os="os", device_location="location"
)
_DOMAIN = re.compile(r"[\w.-]+")
_METADATA_COLUMNS = ("utm_source", "utm_campaign", "plan_tier", "trial_start_date")


def caller_columns(event: Event) -> Columns:
    """What is known of the person beyond their columns.

    `user_metadata` is free-form: what is wrong in it stays in it.
    """
    return {
        "user_email_domain": _domain(event.get("user_email") or ""),
        **_metadata(event.get("user_metadata")),
    }


def _domain(email: str) -> str | None:
    """What stands behind the last @, also of `Ann <ann@example.com>`."""
    _, separator, behind = email.rpartition("@")
    domain = _DOMAIN.match(behind)
    return domain[0].strip(".").lower() or None if separator and domain else None


def _metadata(metadata: Any) -> Columns:
    """Free-form metadata as JSON text, and the columns read from it.

    LiveKit's own metadata is often JSON text already.
    """
    if metadata is None or metadata == "":
        return {}
    if not isinstance(metadata, str):
        return {"user_metadata": json_text(metadata), **_known_metadata(metadata)}
    try:
        parsed = from_json(metadata, allow_inf_nan=False)
    except ValueError:
        return {"user_metadata": json_text(metadata)}
    return {"user_metadata": metadata, **_known_metadata(parsed)}


def _known_metadata(metadata: Any) -> Columns:
    if not isinstance(metadata, dict):
        return {}
    known = {name: metadata.get(name) for name in _METADATA_COLUMNS}
    return {
        name: value if isinstance(value, str) else json_text(value)
        for name, value in known.items()
        if (isinstance(value, (str, int)) and value != "")
        or (isinstance(value, float) and math.isfinite(value))
    }


def signal_columns(event: Event, extras: Extras) -> Columns:
    """What was found out about the lead; `0` and `""` are the agent's "not mentioned"."""
    signals = event.get("discovered_signals")
    if signals is None:
        return {}
    columns = extras.map_columns(signals, _SIGNALS, "discovered_signals")
    integrations = texts(signals.get("integration_needs"))
    return {
        **{name: value for name, value in columns.items() if value},
        "integration_needs": integrations and [name.lower() for name in integrations],
        "pain_points": texts(signals.get("pain_points")),
    }


def connection_columns(event: Event, extras: Extras) -> Columns:
    """The network and the device."""
    connection = event.get("connection")
    if connection is None:
        return {}
    columns = extras.map_columns(connection, _CONNECTION, "connection")
    device = connection.get("device_info") or {}
    return columns | extras.map_columns(device, _DEVICE, "connection", "device_info")


def texts(values: list[str | None] | None) -> list[str] | None:
    """A list of texts without its empty ones."""
    return None if values is None else [value for value in values if value]
