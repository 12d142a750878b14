"""The example on a real worker with job processes, without a network.

`python sales_worker.py FOLDER ROOM …` runs one job for each room, one after the other, and writes
LiveKit's production log to stdout and each session's own report to FOLDER. A room's name says what
happens in it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from fakes import FakeLLM, connect_options, text_session
from livekit.agents import AgentServer, JobContext
from livekit.agents.cli.log import setup_logging
from sales_agent import handle_call

QUESTIONS = (
    "We are a team of twenty five and take two thousand calls a month",
    "What is the price?",
    "Book a meeting, I am ana@example.com",
    "Then book Tuesday",
    "Goodbye",
)
REPLIES = {
    "price": [("unleash_search_knowledge", '{"query": "price", "category": "pricing"}')],
    "Tuesday": [
        (
            "book_sales_meeting",
            '{"customer_email": "ana@example.com", "preferred_day": "Tuesday"}',
        )
    ],
    "Book": [
        ("book_sales_meeting", '{"customer_email": "ana@example.com", "preferred_day": "Monday"}')
    ],
}


class Model(FakeLLM):
    """Answers a tool's output with a text."""

    def chat(self, *, chat_ctx: Any, **options: Any) -> Any:
        kinds = ("message", "function_call_output")
        asked = next(item for item in reversed(chat_ctx.items) if item.type in kinds)
        self.replies = {} if asked.type == "function_call_output" else REPLIES
        return super().chat(chat_ctx=chat_ctx, **options)


server = AgentServer(port=0, host="127.0.0.1", num_idle_processes=0, job_memory_warn_mb=0)


async def write_report(ctx: JobContext) -> None:
    """What the SDK itself says of the session."""
    report = ctx.make_session_report().to_dict()
    path = Path(os.environ["REPORTS"]) / f"{ctx.job.room.name}.json"
    path.write_text(json.dumps(report, default=str))


@server.rtc_session(on_session_end=write_report)
async def entrypoint(ctx: JobContext) -> None:
    """A call whose room says how it ends."""
    session = text_session(Model({}), conn_options=connect_options())
    await handle_call(ctx, session)
    how = ctx.job.room.name.partition("-")[0]
    for question in QUESTIONS[: 2 if how in ("killed", "raises") else None]:
        await session.generate_reply(user_input=question)
    if how == "killed":
        await asyncio.sleep(1)  # until the journal has it
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "fails":
        ctx.add_shutdown_callback(fail)
    if how == "raises":
        raise RuntimeError("a fault in the entry point")
    ctx.shutdown("done")


async def fail() -> None:
    """A callback with a fault."""
    raise RuntimeError("a fault in a callback")


async def main(rooms: list[str]) -> None:
    """Runs the jobs, waiting for each process to end."""
    running = asyncio.create_task(server.run(devmode=False, unregistered=True))
    started = asyncio.Event()
    server.on("worker_started", started.set)
    await asyncio.wait_for(started.wait(), 300)
    for room in rooms:
        await server.simulate_job(room, fake_job=True)
        while server.active_jobs:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await server.aclose()
    running.cancel()


if __name__ == "__main__":
    setup_logging(os.environ.get("LEVEL", "INFO"), devmode=False, console=False)
    asyncio.run(main(sys.argv[1:]))
