"""Who called: the person, what was found out about the lead, the network and the device."""

import math
from typing import Any

from pydantic_core import from_json

from session_analytics.event import Connection, DeviceInfo, DiscoveredSignals, Event
from session_analytics.findings import Findings, json_text
from session_analytics.row import Columns

_SIGNAL_KEYS = frozenset(DiscoveredSignals.__annotations__)
_CONNECTION_KEYS = frozenset(Connection.__annotations__)
_DEVICE_KEYS = frozenset(DeviceInfo.__annotations__)
_METADATA_COLUMNS = ("utm_source", "utm_campaign", "plan_tier", "trial_start_date")


def caller_columns(event: Event) -> Columns:
    """The person and what is known of them. `user_metadata` is free-form: what is wrong in it stays in it."""
    email = event.get("user_email") or ""
    return {
        "participant_id": event.get("participant_id") or None,
        "user_email": email or None,
        "user_email_domain": email.rpartition("@")[2].lower() or None if "@" in email else None,
        "user_name": event.get("user_name") or None,
        **_metadata(event.get("user_metadata")),
    }


def _metadata(metadata: Any) -> Columns:
    """Free-form metadata as JSON text, and the columns read from it; LiveKit's own metadata is often JSON text already."""
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
        if (isinstance(value, (str, int)) and value != "") or (isinstance(value, float) and math.isfinite(value))
    }


def signal_columns(event: Event, findings: Findings) -> Columns:
    """What was found out about the lead; `0` and `""` are the agent's "not mentioned"."""
    signals = event.get("discovered_signals")
    if signals is None:
        return {}
    findings.keep_unknown(signals, _SIGNAL_KEYS, "discovered_signals")
    integrations = texts(signals.get("integration_needs"))
    return {
        "team_size": signals.get("team_size") or None,
        "monthly_volume": signals.get("monthly_volume") or None,
        "integration_needs": integrations and [name.lower() for name in integrations],
        "pain_points": texts(signals.get("pain_points")),
        "urgency": signals.get("urgency") or None,
        "qualification_tier": signals.get("qualification_tier") or None,
        "industry": signals.get("industry") or None,
        "location": signals.get("location") or None,
        "use_case": signals.get("use_case") or None,
        "current_tool": signals.get("current_tool") or None,
        "decision_timeline": signals.get("decision_timeline") or None,
        "budget_authority": signals.get("budget_authority") or None,
        "team_structure": signals.get("team_structure") or None,
    }


def connection_columns(event: Event, findings: Findings) -> Columns:
    """The network and the device."""
    connection = event.get("connection")
    if connection is None:
        return {}
    findings.keep_unknown(connection, _CONNECTION_KEYS, "connection")
    device = connection.get("device_info") or {}
    findings.keep_unknown(device, _DEVICE_KEYS, "connection", "device_info")
    return {
        "bandwidth_in_bytes": connection.get("bandwidth_in"),
        "bandwidth_out_bytes": connection.get("bandwidth_out"),
        "packet_loss_percent": connection.get("packet_loss"),
        "jitter_ms": connection.get("jitter"),
        "device_browser": device.get("browser") or None,
        "device_os": device.get("os") or None,
        "device_location": device.get("location") or None,
    }


def texts(values: list[str | None] | None) -> list[str] | None:
    """A list of texts without its empty ones."""
    return None if values is None else [value for value in values if value]
