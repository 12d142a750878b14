"""LiveKit's own report as the event, as livekit-agents 1.8.9 makes it.

The event is `{"_event_type": …, **report.to_dict()}`.
Keys and their order are those of real reports (tests/fixtures/livekit/reports).
"""

import json
from datetime import timedelta
from typing import Any

from session_analytics.logline import EVENT_TYPE

from voice_analytics.synthetic.call import Call, ToolUse, Turn
from voice_analytics.synthetic.event import AGENT_NAME, epoch_seconds, findings, visitor_fields
from voice_analytics.synthetic.metering import LLM, STT, Metering, cost_summary, model_usage

SDK_VERSION = "1.8.9"
OPTIONS = {
    "allow_interruptions": True,
    "discard_audio_if_uninterruptible": True,
    "min_interruption_duration": 0.5,
    "min_interruption_words": 0,
    "min_endpointing_delay": 0.5,
    "max_endpointing_delay": 3.0,
    "max_tool_steps": 3,
    "user_away_timeout": 15.0,
    "min_consecutive_speech_delay": 0.0,
    "preemptive_generation": {
        "enabled": True,
        "preemptive_tts": False,
        "max_speech_duration": 10.0,
        "max_retries": 3,
    },
    "recording_options": {
        "audio": False,
        "traces": False,
        "logs": False,
        "transcript": False,
        "redaction": False,
    },
}

type Json = dict[str, Any]


def session_report(call: Call, used: Metering) -> Json:
    """The report alone, or with the agent's findings and costs beside it.

    `include_events=False`, so that a line stays short.
    """
    llm_errors = int(call.rng.random() < 0.03)
    report: Json = {
        "_event_type": EVENT_TYPE,
        **call.job,
        "audio_recording_path": None,
        "audio_recording_started_at": None,
        "options": OPTIONS,
        "chat_history": {"items": _items(call, used)},
        "timestamp": epoch_seconds(call.now),
        "usage": model_usage(used),
        "sdk_version": SDK_VERSION,
        "agent_name": AGENT_NAME,
        "tags": ["trial"],
        "duration_ms": (call.now - call.started_at) // timedelta(milliseconds=1),
        "user_turns": sum(turn.role == "user" for turn in call.turns),
        "errors": {"llm": llm_errors, "stt": 0, "tts": 0, "realtime": 0, "interruption": 0},
        "close_reason": _close_reason(call, llm_errors),
    }
    if call.rng.random() < 0.6:
        own = {
            "outcome": call.outcome,
            "conversation_state": call.state,
            "cost_summary": cost_summary(used),
        }
        report |= own | visitor_fields(call) | findings(call, ("self_serve", "sales_ready"))
    return report


def _close_reason(call: Call, llm_errors: int) -> str:
    if call.outcome == "abandoned":
        return "CR_ERROR" if llm_errors else "CR_PARTICIPANT_DISCONNECTED"
    return "CR_USER_INITIATED"


def _items(call: Call, used: Metering) -> list[Json]:
    """The chat history in order of time: who took over, what was said, what was looked up."""
    started = {
        "type": "agent_handoff",
        "new_agent_id": "trial_assistant",
        "created_at": epoch_seconds(call.started_at),
    }
    messages = [_message(turn, used) for turn in call.turns]
    uses = [
        item
        for use in call.tools
        for item in _tool_items(f"call_{call.rng.getrandbits(48):012x}", use)
    ]
    ordered = sorted([started, *messages, *uses], key=lambda item: item["created_at"])
    return [{"id": f"item_{call.rng.getrandbits(48):012x}", **item} for item in ordered]


def _message(turn: Turn, used: Metering) -> Json:
    stopped = turn.said_at + timedelta(seconds=turn.seconds)
    metrics: Json = {
        "started_speaking_at": epoch_seconds(turn.said_at),
        "stopped_speaking_at": epoch_seconds(stopped),
        **turn.latencies,
    }
    if turn.role == "user":
        metrics["stt_metadata"] = {"model_name": STT[1], "model_provider": STT[0]}
    else:
        metrics["llm_metadata"] = {"model_name": LLM[1], "model_provider": LLM[0]}
        metrics["tts_metadata"] = {"model_name": used.voice[1], "model_provider": used.voice[0]}
    message: Json = {
        "type": "message",
        "role": turn.role,
        "content": [turn.text],
        "interrupted": turn.interrupted,
    }
    if turn.confidence is not None:
        message["transcript_confidence"] = turn.confidence
    return message | {"extra": {}, "metrics": metrics, "created_at": epoch_seconds(turn.said_at)}


def _tool_items(call_id: str, use: ToolUse) -> tuple[Json, Json]:
    asked = {
        "type": "function_call",
        "call_id": call_id,
        "arguments": json.dumps(use.arguments),
        "name": use.tool,
        "created_at": epoch_seconds(use.called_at),
        "extra": {},
    }
    answered = {
        "type": "function_call_output",
        "name": use.tool,
        "call_id": call_id,
        "output": use.error or json.dumps(use.result),
        "is_error": use.error is not None,
        "created_at": epoch_seconds(use.called_at + timedelta(seconds=use.seconds)),
        "reply_required": True,
    }
    return asked, answered
