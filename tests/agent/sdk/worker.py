"""A real worker with job processes, without a network.

`python worker.py FOLDER ROOM …` runs a job for each room, some at a time, and writes LiveKit's
production log to stdout and each session's own report to FOLDER/ROOM.json. A room's name says what
happens in it: a scenario, or how a call of the example agent ends (`sales-ok`).
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
from scenarios import SCENARIOS, SalesAgent
from voice_analytics_agent import record

AT_ONCE = 3
KILLED = "sales-killed"  # runs first and alone: the next process sweeps its journal
HANGS = "sales-hangs"  # runs last: it ends when the worker gives its process up
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


server = AgentServer(
    ws_url="ws://127.0.0.1:1",  # nobody is there, and nobody is asked
    api_key="key",
    api_secret="secret" * 6,
    port=0,
    host="127.0.0.1",
    num_idle_processes=0,
    job_memory_warn_mb=0,
    initialize_process_timeout=120.0,  # a machine that does other things as well
    shutdown_process_timeout=5.0,
)


async def write_report(ctx: JobContext) -> None:
    """What the SDK itself says of the session: its report, and every field of the usage.

    Which of the latter `to_dict` leaves out depends on the SDK's version.
    """
    report = ctx.make_session_report().to_dict()
    usage = [row.model_dump() for row in ctx._primary_agent_session.usage.model_usage]
    path = Path(os.environ["REPORTS"]) / f"{ctx.job.room.name}.json"
    path.write_text(json.dumps({"report": report, "usage": usage}, default=str))


@server.rtc_session(on_session_end=write_report)
async def entrypoint(ctx: JobContext) -> None:
    """The call that the room's name says."""
    example, _, ending = ctx.job.room.name.partition("-")
    if example == "sales":
        await sell(ctx, ending)
    else:
        await play(ctx, *SCENARIOS[ctx.job.room.name])
    ctx.shutdown("done")


async def play(ctx: JobContext, make_session: Any, drive: Any) -> None:
    """A scenario."""
    session = make_session()
    call = record(session, ctx)
    await session.start(SalesAgent())
    call.note("a note of the agent")
    await drive(session)
    ctx.tagger.success(reason="asked all")


async def sell(ctx: JobContext, ending: str) -> None:
    """A call of the example agent."""
    session = text_session(Model({}), conn_options=connect_options())
    await handle_call(ctx, session)
    for question in QUESTIONS[: 2 if ending in ("killed", "raises") else None]:
        await session.generate_reply(user_input=question)
    if ending == "killed":
        await asyncio.sleep(1)  # until the journal has it
        os.kill(os.getpid(), signal.SIGKILL)
    if ending == "fails":
        ctx.add_shutdown_callback(fail)
    if ending == "hangs":
        ctx.add_shutdown_callback(hang)
    if ending == "raises":
        raise RuntimeError("a fault in the entry point")


async def fail() -> None:
    """A callback with a fault."""
    raise RuntimeError("a fault in a callback")


async def hang() -> None:
    """A callback that does not return: the worker kills the process when it shuts down itself."""
    await asyncio.sleep(3600)


async def main(rooms: list[str]) -> None:
    """Runs the jobs."""
    running = asyncio.create_task(server.run(devmode=False, unregistered=True))
    started = asyncio.Event()
    server.on("worker_started", started.set)
    waiting = asyncio.create_task(started.wait())
    await asyncio.wait({running, waiting}, timeout=300, return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        running.result()
    for room in sorted(rooms, key=lambda room: (room != KILLED, room == HANGS)):
        await until_jobs(below=AT_ONCE)
        await server.simulate_job(room, fake_job=True)
        if room == KILLED:
            await until_jobs(below=1)
    await until_jobs(below=2 if HANGS in rooms else 1)
    await server.aclose()
    running.cancel()


async def until_jobs(below: int) -> None:
    """Waits until fewer jobs are running."""
    while len(server.active_jobs) >= below:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


if __name__ == "__main__":
    setup_logging(os.environ.get("LEVEL", "INFO"), devmode=False, console=False)
    asyncio.run(main(sys.argv[1:]))
