"""A sales agent that answers from a knowledge base and books meetings, recorded in three lines.

    pip install voice-analytics-agent livekit-agents
    export LIVEKIT_URL=… LIVEKIT_API_KEY=… LIVEKIT_API_SECRET=…
    python sales_agent.py start

Speech, language and voice models come from LiveKit Inference, so no further keys are needed.
"""

from __future__ import annotations

from typing import Any

from livekit.agents import (
    Agent,
    AgentServer,
    AgentSession,
    JobContext,
    ToolError,
    cli,
    function_tool,
)

# At the top of the module, so that the worker's own process has it too: that one writes the log.
from voice_analytics_agent import Call, record, redact_personal_data

INSTRUCTIONS = """You sell voice agents on the telephone. Ask how large the team is, how many calls
it takes a month, which systems it uses and when it wants to decide. Answer questions about the
product from the knowledge base. Offer a meeting with a person to who is interested."""
KNOWLEDGE = {
    "pricing": "The team plan is 480 dollars a month for eight people.",
    "integrations": "Salesforce, HubSpot and Slack are connected out of the box.",
}
FREE_DAYS = {"tuesday": "10:00", "thursday": "14:30"}


class SalesAgent(Agent):
    """Qualifies a lead. `call` takes what the agent knows better than anybody else."""

    def __init__(self, call: Call) -> None:
        super().__init__(instructions=INSTRUCTIONS)
        self._call = call

    @function_tool
    async def unleash_search_knowledge(self, query: str, category: str) -> dict[str, Any]:
        """Search the knowledge base. `category` is pricing or integrations."""
        found = [KNOWLEDGE[category]] if category in KNOWLEDGE else []
        self._call.set(conversation_state="HELPING")
        return {"results_found": bool(found), "total_results": len(found), "results": found}

    @function_tool
    async def book_sales_meeting(self, customer_email: str, preferred_day: str) -> str:
        """Book a meeting with a person on a day of the week."""
        self._call.set(conversation_state="BOOKING", user_email=customer_email)
        time = FREE_DAYS.get(preferred_day.lower())
        if time is None:
            raise ToolError(f"{preferred_day} is taken. Offer Tuesday or Thursday.")
        self._call.set(outcome="meeting booked")
        self._call.note(f"meeting on {preferred_day} at {time}")
        return f"Booked for {preferred_day} at {time}."


async def handle_call(ctx: JobContext, session: AgentSession, **start_options: Any) -> Call:
    """Starts the session, recorded."""
    call = record(
        session,
        ctx,
        redact=redact_personal_data,
        agent_name="sales-agent",
        agent_version="1",
    )
    await session.start(agent=SalesAgent(call), **start_options)
    return call


server = AgentServer()


@server.rtc_session()
async def entrypoint(ctx: JobContext) -> None:
    """One call."""
    session = AgentSession(
        stt="deepgram/nova-3", llm="openai/gpt-4.1-mini", tts="elevenlabs/eleven_flash_v2_5"
    )
    await handle_call(ctx, session, room=ctx.room)
    await session.generate_reply(instructions="Greet the caller and ask what brings them here.")


if __name__ == "__main__":
    cli.run_app(server)
