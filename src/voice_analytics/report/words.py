"""Identifiers of agents and of LiveKit in words that people read."""

from voice_analytics.report.sources import Record

NOT_SAID = "not said"  # the saved queries' word for a name that no agent gave

_WORDS = {
    "unleash_search_knowledge": "search of the knowledge base",
    "book_sales_meeting": "booking of a meeting",
    "meeting_booked": "meeting booked",
    "booking_unconfirmed": "meeting promised, but not booked by the tool",
    "abandoned": "caller left before the end",
    "resolved": "resolved",
    "completed": "ended as planned",
    "caller_hung_up": "caller hung up",
    "error": "closed by an error",
    "voicemail": "voicemail",
    NOT_SAID: "not named by the agent",
    "CR_USER_INITIATED": "ended by the agent",
    "CR_PARTICIPANT_DISCONNECTED": "caller hung up",
    "CR_ERROR": "closed by an error",
    "CR_TASK_COMPLETED": "task completed",
    "CR_JOB_SHUTDOWN": "agent was shut down",
    "user_hangup": "caller hung up",
    "agent_ended_call": "ended by the agent",
}


def readable(name: str | None) -> str:
    """The words for an identifier; one that is not known loses its underscores."""
    return _WORDS.get(name or "", (name or "").replace("_", " "))


def needs(record: Record) -> str:
    """Why somebody is worth a call, in a sentence."""
    team, volume = record["team_size"], record["monthly_volume"]
    parts = [
        f"team of {team:,}" if team else "",
        f"{volume:,} documents a month" if volume else "",
        f"wants {record['integrations']}" if record["integrations"] else "",
        readable(record["timeline"]),
        readable(record["authority"]),
    ]
    return ", ".join(filter(None, parts))
