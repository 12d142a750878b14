"""What the job and its room say of the call, at its beginning and at its end."""

from __future__ import annotations

import sys
from dataclasses import fields, is_dataclass
from typing import Any

from voice_analytics_agent.facts import without_nulls
from voice_analytics_agent.serialise import plain


def current_job() -> Any:
    """The context of the job that this code runs in; None outside of a job."""
    try:
        return sys.modules["livekit.agents"].get_job_context(required=False)
    except Exception:
        return None


def job_fields(ctx: Any) -> dict[str, Any]:
    """What a job says of the call before it starts: ids, room, the agent's dispatch name."""
    job = getattr(ctx, "job", None)
    room = getattr(job, "room", None)
    attributes = {
        "job_id": getattr(job, "id", None),
        "room": getattr(room, "name", None),
        "room_id": getattr(room, "sid", None),
        "agent_name": getattr(job, "agent_name", None),
    }
    return {key: value for key, value in attributes.items() if isinstance(value, str) and value}


def participants(ctx: Any) -> list[Any]:
    """Who is in the room now. Those who were there before the job came never emit an event."""
    remote = getattr(getattr(ctx, "room", None), "remote_participants", None)
    return list(remote.values()) if isinstance(remote, dict) else []


def end_fields(session: Any, ctx: Any) -> dict[str, Any]:
    """What is known only at the end: tags, outcome, evaluations, options, recording, SDK."""
    tagger = getattr(ctx, "tagger", None)
    recorder = getattr(session, "_recorder_io", None)
    path = getattr(recorder, "output_path", None)
    return without_nulls(
        {
            "sdk_version": sdk_version(),
            "options": _options(getattr(session, "options", None)),
            "recording_path": None if path is None else str(path),
            **_tagged(tagger),
        }
    )


def sdk_version() -> str | None:
    """The version of the SDK that is loaded."""
    version = getattr(sys.modules.get("livekit.agents"), "__version__", None)
    return version if isinstance(version, str) else None


def _tagged(tagger: Any) -> dict[str, Any]:
    if tagger is None:
        return {}
    tags = sorted(str(tag) for tag in getattr(tagger, "tags", ()))
    answered = [tag.partition(":")[2] for tag in tags if tag.startswith("lk.amd:")]
    evaluations = [
        without_nulls({key: each.get(key) for key in ("name", "verdict", "reasoning")})
        for each in getattr(tagger, "evaluations", ())
        if isinstance(each, dict)
    ]
    return {
        "tags": tags,
        "outcome": getattr(tagger, "outcome", None),
        "outcome_reason": getattr(tagger, "outcome_reason", None),
        "answered_by": answered[-1] if answered else None,
        "evaluations": plain(evaluations),
    }


def _options(options: Any) -> dict[str, Any]:
    """The session's options that are settings (numbers, texts, flags); models and hooks are not."""
    if not is_dataclass(options):
        return {}
    values = {field.name: getattr(options, field.name, None) for field in fields(options)}
    return _settings(values)


def _settings(values: dict[Any, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            if inner := _settings(value):
                settings[str(name)] = inner
        elif isinstance(value, (bool, int, float, str)):
            settings[str(name)] = plain(value)
    return settings
