"""Real sessions of all kinds, each recorded and reported by the SDK itself.

`python scenarios.py FOLDER [NAME …]` writes FOLDER/NAME.json: the recorder's line and the SDK's
own report. Runs in the environment of an SDK version, with the recorder on PYTHONPATH.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fakes import (
    FakeLLM,
    connect_options,
    job_context,
    shut_down,
    speak,
    text_session,
    voice_session,
)
from livekit.agents import Agent, APIConnectionError, RunContext, ToolError, function_tool, llm
from voice_analytics_agent import record

ODD_TEXT = 'Tab\tline\nquote" back\\slash \u0000\u0007 \u2028 caf\u00e9 \U0001f600 \ud83d lone'


class SalesAgent(Agent):
    """Has tools that end in every way."""

    def __init__(self) -> None:
        super().__init__(instructions="You sell voice agents.")

    @function_tool
    async def search(self, query: str) -> dict[str, Any]:
        """Search the knowledge base."""
        return {"query": query, "results_found": True, "total_results": 2}

    @function_tool
    async def book(self, day: str) -> None:
        """Book a meeting."""
        raise ToolError(f"no calendar on {day}")

    @function_tool
    async def crash(self) -> None:
        """Fail without a word for the model."""
        raise ValueError("a fault in the tool")

    @function_tool
    async def slow(self) -> str:
        """Take a while."""
        await asyncio.sleep(0.3)
        return "done at last"

    @function_tool
    async def nothing(self) -> None:
        """Return nothing."""

    @function_tool
    async def transfer(self, context: RunContext) -> Any:
        """Hand over."""
        return SupportAgent(), "I will put you through."


class SupportAgent(Agent):
    """Takes over."""

    def __init__(self) -> None:
        super().__init__(instructions="You support.")

    @function_tool
    async def ticket(self) -> str:
        """Open a ticket."""
        return "ticket 7"


REPLIES = {
    "price": [("search", '{"query": "price"}')],
    "everything": "There is a plan for every team. " * 8,
    "book": [("book", '{"day": "Tuesday"}')],
    "crash": [("crash", "{}")],
    "slow": [("slow", "{}")],
    "nothing": [("nothing", "{}")],
    "both": [("search", '{"query": "a"}'), ("slow", "{}")],
    "unknown": [("no_such_tool", "{}")],
    "wrong": [("search", '{"question": 7}')],
    "cut": [("search", '{"query": ')],
    "transfer": [("transfer", "{}")],
    "ticket": [("ticket", "{}")],
    "fail": APIConnectionError("the model is gone", retryable=False),
}
Drive = Callable[[Any], Awaitable[None]]


async def ask(session: Any, *questions: Any) -> None:
    """Text turns, one after the other."""
    for question in questions:
        await session.generate_reply(user_input=question)


class Model(FakeLLM):
    """Answers a tool's output with a text, a question from the table."""

    def __init__(self) -> None:
        super().__init__({})

    def chat(self, *, chat_ctx: Any, **options: Any) -> Any:
        kinds = ("message", "function_call_output")
        asked = next((i for i in reversed(chat_ctx.items) if i.type in kinds), None)
        answers = asked is not None and asked.type == "function_call_output"
        self.replies = {"": "I see."} if answers else {**REPLIES, "": "Good."}
        return super().chat(chat_ctx=chat_ctx, **options)


async def empty(_: Any) -> None:
    """Nobody says anything."""


async def text(session: Any) -> None:
    """Two questions."""
    await ask(session, "Good morning", "Thanks")


async def tools(session: Any) -> None:
    """Tools that end in every way."""
    await ask(session, "price", "book", "crash", "slow", "nothing", "both", "unknown", "wrong")
    await ask(session, "cut")


async def handover(session: Any) -> None:
    """Another agent takes over."""
    await ask(session, "price", "transfer")
    await asyncio.sleep(0.2)  # until the other agent has the floor
    await ask(session, "ticket", "Bye")


async def odd_text(session: Any) -> None:
    """Control characters, an emoji, a lone surrogate."""
    await ask(session, ODD_TEXT.replace("\ud83d", ""), "日本語で話せますか")


async def image(session: Any) -> None:
    """A message that is more than text, made beforehand."""
    content = ["What is this?", llm.ImageContent(image="https://example.com/image.png")]
    message = llm.ChatMessage(role="user", content=content)
    await ask(session, message)


async def llm_error(session: Any) -> None:
    """The model fails once."""
    await ask(session, "fail")
    await ask(session, "Good morning")


async def many_turns(session: Any) -> None:
    """Forty questions."""
    await ask(session, *[f"Question {number}" for number in range(40)])


async def voice(session: Any) -> None:
    """The caller interrupts, then a slow tool runs."""
    await speak(session, "Tell me everything about it please", until="speaking")
    await speak(session, "slow")
    await speak(session, "Bye")


async def voice_errors(session: Any) -> None:
    """The voice fails, once."""
    await speak(session, "Good morning")
    await speak(session, "Good evening")


async def closed_by_error(session: Any) -> None:
    """The model fails, and the session gives up."""
    closed = asyncio.Event()

    def on_close(_: object) -> None:
        closed.set()

    session.on("close", on_close)
    session.vad.speech.put_nowait(0.6)
    await asyncio.sleep(0.65)
    session.stt.speech.put_nowait(("fail", 0.6))
    await asyncio.wait_for(closed.wait(), 30)


SCENARIOS: dict[str, tuple[Drive, dict[str, Any] | None]] = {
    "empty": (empty, None),
    "text": (text, None),
    "tools": (tools, None),
    "handover": (handover, None),
    "odd_text": (odd_text, None),
    "image": (image, None),
    "llm_error": (llm_error, None),
    "many_turns": (many_turns, None),
    "voice": (voice, {}),
    "voice_errors": (voice_errors, {"tts_failures": 1}),
    "stt_errors": (voice_errors, {"stt_failures": 1, "tries": 1}),
    "closed_by_error": (closed_by_error, {"tolerated": 0}),
}


async def run(name: str) -> dict[str, Any]:
    """The recorder's line of a scenario, and the SDK's report."""
    drive, voice_options = SCENARIOS[name]
    with job_context(name) as context:
        if voice_options is None:
            session = text_session(Model(), conn_options=connect_options())
        else:
            session = voice_session(Model(), **voice_options)
        lines: list[str] = []
        call = record(session, context, sink=lines.append)
        again = record(session, context)
        assert again is call
        await session.start(SalesAgent())
        call.note("a note of the agent")
        await drive(session)
        await session.aclose()
        context.tagger.success(reason="asked all")
        report = context.make_session_report(session).to_dict()
        options = {"usage": [row.model_dump() for row in session.usage.model_usage]}
        await shut_down(context, "done")
    assert len(lines) == 1, f"{name}: {len(lines)} lines"
    return {"line": lines[0], "report": {**report, **options}}


async def main(folder: Path, names: list[str]) -> None:
    """Runs the scenarios at the same time."""
    results = await asyncio.gather(*[run(name) for name in names], return_exceptions=True)
    for name, result in zip(names, results, strict=True):
        if isinstance(result, BaseException):
            raise RuntimeError(name) from result  # noqa: TRY004
        text = json.dumps(result, default=str)
        (folder / f"{name}.json").write_text(text)


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    warnings.simplefilter("ignore")
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:] or list(SCENARIOS)))
