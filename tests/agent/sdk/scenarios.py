"""Real sessions of all kinds: how each is made, and what happens in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from fake_realtime import FakeRealtimeModel
from fakes import (
    FakeLLM,
    connect_options,
    speak,
    text_session,
    voice_session,
)
from livekit.agents import Agent, APIConnectionError, RunContext, ToolError, function_tool, llm

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


async def hour(session: Any) -> None:
    """A hundred and thirty questions, four of five answered by a tool: what a long call holds."""
    await ask(session, *["price" if number % 5 else f"Question {number}" for number in range(130)])


async def realtime(session: Any) -> None:
    """A model that hears and speaks for itself, and calls a tool."""
    await ask(session, "Good morning", "price", "Bye")


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


def _text() -> Any:
    return text_session(Model(), conn_options=connect_options())


def _voice(**failures: int) -> Callable[[], Any]:
    return lambda: voice_session(Model(), **failures)


def _realtime() -> Any:
    return text_session(FakeRealtimeModel(REPLIES))


# How the session is made, and what happens in it.
SCENARIOS: dict[str, tuple[Callable[[], Any], Drive]] = {
    "empty": (_text, empty),
    "text": (_text, text),
    "tools": (_text, tools),
    "handover": (_text, handover),
    "odd_text": (_text, odd_text),
    "image": (_text, image),
    "llm_error": (_text, llm_error),
    "many_turns": (_text, many_turns),
    "hour": (_text, hour),
    "realtime": (_realtime, realtime),
    "voice": (_voice(), voice),
    "voice_errors": (_voice(tts_failures=1), voice_errors),
    "stt_errors": (_voice(stt_failures=1, tries=1), voice_errors),
    "closed_by_error": (_voice(tolerated=0), closed_by_error),
}
