"""Who was in the room, how each left it, and what a telephone call's attributes say."""

from __future__ import annotations

import json
from typing import Any

from voice_analytics_agent.facts import Facts, of_kind, without_nulls
from voice_analytics_agent.serialise import iso_time

_KINDS = ("participant_joined", "participant_seen", "participant_left")
_NOT_CALLERS = frozenset({"agent", "egress", "ingress"})


def participants(facts: Facts) -> list[dict[str, Any]]:
    """The participants in the order in which they were seen; attributes are the last known."""
    people: dict[str, dict[str, Any]] = {}
    for fact in of_kind(facts, *_KINDS):
        identity = fact.data.get("identity", "")
        person = people.setdefault(identity, {})
        attributes = {**person.get("attributes", {}), **fact.data.get("attributes", {})}
        person.update(fact.data)
        if attributes:
            person["attributes"] = attributes
        if fact.kind == "participant_joined":
            person.setdefault("joined_at", fact.at)
            person.pop("left_at", None)
            person.pop("disconnect_reason", None)
        elif fact.kind == "participant_left":
            person["left_at"] = fact.at
    return list(people.values())


def participant_fields(facts: Facts) -> dict[str, Any]:
    """The event's fields about participants; the first who is not an agent is the caller."""
    everybody = participants(facts)
    callers = [each for each in everybody if each.get("kind") not in _NOT_CALLERS]
    caller = callers[0] if callers else {}
    shown = [
        without_nulls(
            {
                "identity": each.get("identity"),
                "kind": each.get("kind"),
                "joined_at": _iso(each.get("joined_at")),
                "left_at": _iso(each.get("left_at")),
                "disconnect_reason": each.get("disconnect_reason"),
                "attributes": each.get("attributes"),
            }
        )
        for each in everybody
    ]
    return without_nulls(
        {
            "participants": shown,
            "participant_id": caller.get("identity"),
            "user_name": caller.get("name"),
            "user_metadata": _metadata(caller.get("metadata")),
            "disconnect_reason": caller.get("disconnect_reason"),
            **_telephone(caller.get("attributes") or {}),
        }
    )


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else iso_time(seconds)


def _metadata(text: str | None) -> Any:
    """LiveKit's metadata of a participant: usually a JSON object, else a text."""
    try:
        value = json.loads(text or "null")
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, dict) else text


def _telephone(attributes: dict[str, Any]) -> dict[str, Any]:
    """A SIP call's numbers. `sip.phoneNumber` is the other side's, `sip.trunkPhoneNumber` ours.

    A call that came in has the dispatch rule that took it. Source: LiveKit's documentation, "SIP
    participant".
    """
    if not any(name.startswith("sip.") for name in attributes):
        return {}
    inbound = bool(attributes.get("sip.ruleID"))
    theirs = attributes.get("sip.phoneNumber")
    ours = attributes.get("sip.trunkPhoneNumber")
    return {
        "call_direction": "inbound" if inbound else "outbound",
        "caller_number": theirs if inbound else ours,
        "dialed_number": ours if inbound else theirs,
        "sip_call_id": attributes.get("sip.callID"),
    }
