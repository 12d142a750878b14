"""Four calls of the demo that are worth a look, as the recorder would log them.

A hot lead whom nobody has called back, a tool that takes long, a session that an error closes, and
a hand-over to another agent. Nobody here exists; the addresses lie under example.com (RFC 2606).
"""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from session_analytics.logline import EVENT_TYPE

type Json = dict[str, Any]
type Turns = list[tuple[str, str, float]]  # speaker, words, and the wait before an answer

_VERSION = "2.5.0"  # of the agent: newer than that of the other invented calls
_SECONDS_A_TURN = 8


def featured_lines(day: date) -> list[str]:
    """The log lines of the four, on the afternoon of a day."""
    return [
        json.dumps(call) for call in (_hot_lead(day), _slow_tool(day), _error(day), _handed(day))
    ]


def _hot_lead(day: date) -> Json:
    turns: Turns = [
        ("assistant", "Hi Nora, what brings you here today?", 0.9),
        (
            "user",
            "We are forty people at Quarry Health and send two thousand contracts a month.",
            0,
        ),
        ("assistant", "That is a lot of paper. Which systems do they have to reach?", 1.1),
        ("user", "Salesforce. And I sign for the budget myself, so it should start this week.", 0),
        ("assistant", "Then a colleague from sales will call you back today.", 1.2),
        ("user", "Good, I wait for the call. Bye.", 0),
        ("assistant", "Thank you, Nora. Good-bye!", 0.8),
    ]
    call = _call("hot-lead", day, 21, "Nora Lindqvist", "quarry-health", turns)
    return call | {
        "conversation_state": "CLOSING",
        "discovered_signals": {
            "team_size": 40,
            "monthly_volume": 2000,
            "integration_needs": ["Salesforce"],
            "urgency": "this_week",
            "budget_authority": "decision_maker",
            "industry": "Healthcare",
            "qualification_tier": "sales_ready",
            "pain_points": ["contracts are typed twice"],
        },
        "signal_evidence": {
            "team_size": "We are forty people",
            "monthly_volume": "two thousand contracts a month",
            "urgency": "it should start this week",
            "budget_authority": "I sign for the budget myself",
        },
        "conversation_notes": ["promised: a call from sales today"],
        "close_reason": "CR_PARTICIPANT_DISCONNECTED",
    }


def _slow_tool(day: date) -> Json:
    turns: Turns = [
        ("assistant", "Hello, how can I help?", 0.8),
        ("user", "Does bulk sending work with two signers?", 0),
        ("assistant", "Sorry for the wait. Yes: each document gets both, in their order.", 11.4),
        ("user", "I nearly hung up. Thanks.", 0),
        ("assistant", "You are welcome. Good-bye!", 0.9),
    ]
    search = {
        "tool": "unleash_search_knowledge",
        "timestamp": _after(day, 20, 2 * _SECONDS_A_TURN),
        "query": "bulk send with two signers",
        "category": "bulk_send",
        "duration_ms": 9800.0,
        "results_found": True,
        "total_results": 2,
        "success": True,
    }
    call = _call("slow-tool", day, 20, "Piet Aalto", "slate-logistics", turns)
    return call | {"outcome": "resolved", "conversation_state": "CLOSING", "tool_calls": [search]}


def _error(day: date) -> Json:
    turns: Turns = [
        ("assistant", "Hello, how can I help?", 0.9),
        ("user", "I was charged twice this month, can you look at my invoice?", 0),
    ]
    call = _call("abrupt-end", day, 19, "Imani Brandt", "pebble-studio", turns)
    return call | {
        "conversation_state": "HELPING",
        "close_reason": "CR_ERROR",
        "errors": {"llm": 3, "stt": 0, "tts": 0, "realtime": 0, "interruption": 0},
        "last_error": "the language model answered 503 three times",
    }


def _handed(day: date) -> Json:
    turns: Turns = [
        ("assistant", "Hello, how can I help?", 0.8),
        ("user", "What would the enterprise plan cost for us, with a contract?", 0),
        ("assistant", "I hand you over to our pricing agent.", 1.0),
        ("assistant", "Hi, pricing here. For ninety seats there is a discount by volume.", 1.3),
        ("user", "Send it to me in writing, please.", 0),
        ("assistant", "It is on its way. Good-bye!", 0.9),
    ]
    call = _call("hand-over", day, 18, "Tomas Reyes", "granite-builders", turns)
    for turn in call["transcript"][3:]:
        turn["agent"] = "pricing" if turn["role"] == "assistant" else None
    return call | {
        "outcome": "transferred",
        "conversation_state": "CLOSING",
        "agent_handoffs": [
            {"to_agent": "guide"},
            {
                "from_agent": "guide",
                "to_agent": "pricing",
                "handed_off_at": _after(day, 18, 3 * _SECONDS_A_TURN),
            },
        ],
        "discovered_signals": {"team_size": 90, "qualification_tier": "sales_ready"},
    }


def _call(  # noqa: PLR0913, PLR0917 - what tells the calls apart
    name: str, day: date, hour: int, caller: str, company: str, turns: Turns
) -> Json:
    length = _SECONDS_A_TURN * (len(turns) + 1)
    first_name = caller.partition(" ")[0].lower()
    return {
        "_event_type": EVENT_TYPE,
        "_timestamp": _start(day, hour).timestamp() + length,
        "session_id": f"demo-{name}",
        "room": f"trial-{name}",
        "agent_name": "trial-assistant",
        "agent_version": _VERSION,
        "sdk_version": "1.8.9",
        "start_time": _after(day, hour, 0),
        "end_time": _after(day, hour, length),
        "duration_seconds": length,
        "user_name": caller,
        "user_email": f"{first_name}@{company}.example.com",
        "consent_obtained": True,
        "transcript": [
            _turn(speaker, words, wait, _start(day, hour).timestamp() + place * _SECONDS_A_TURN)
            for place, (speaker, words, wait) in enumerate(turns)
        ],
        "cost_summary": {"openai_cost": 0.0132, "deepgram_cost": 0.0041, "cartesia_cost": 0.0208},
    }


def _turn(speaker: str, words: str, wait: float, said_at: float) -> Json:
    turn: Json = {"role": speaker, "content": words, "created_at": said_at}
    if speaker == "user":
        return turn | {"end_of_turn_delay": 0.4, "transcription_delay": 0.2}
    return turn | {
        "e2e_latency": wait,
        "llm_node_ttft": round(wait - 0.6, 3),
        "tts_node_ttfb": 0.2,
        "llm_metadata": {"model_name": "gpt-4.1-mini", "model_provider": "openai"},
    }


def _start(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 10, tzinfo=UTC)


def _after(day: date, hour: int, seconds: int) -> str:
    return (_start(day, hour) + timedelta(seconds=seconds)).isoformat()
