"""A realtime model that needs no network: it hears and speaks audio tokens, and calls tools."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import MISSING, fields
from typing import Any

from livekit.agents import llm
from livekit.agents.metrics import RealtimeModelMetrics
from livekit.agents.metrics.base import Metadata

_NUMBERS = itertools.count(1)


class FakeRealtimeModel(llm.RealtimeModel):
    """Answers a question with the first reply whose key is in it; a tool's output with a text."""

    def __init__(self, replies: Mapping[str, Any], model: str = "gpt-realtime") -> None:
        # What an SDK version asks for, all of it absent: no turn detection, no voice of its own.
        asked = [each.name for each in fields(llm.RealtimeCapabilities) if each.default is MISSING]
        super().__init__(capabilities=llm.RealtimeCapabilities(**dict.fromkeys(asked, False)))
        self.replies = replies
        self._model = model

    @property
    def model(self) -> str:
        return self._model

    @property
    def provider(self) -> str:
        return "api.openai.com"

    def session(self, **_: Any) -> llm.RealtimeSession:
        return _FakeRealtimeSession(self)

    async def aclose(self) -> None:
        pass


class _FakeRealtimeSession(llm.RealtimeSession):
    def __init__(self, model: FakeRealtimeModel) -> None:
        super().__init__(model)
        self._chat_ctx = llm.ChatContext.empty()
        self._tools = llm.ToolContext([])

    @property
    def chat_ctx(self) -> llm.ChatContext:
        return self._chat_ctx

    @property
    def tools(self) -> llm.ToolContext:
        return self._tools

    async def update_instructions(self, instructions: str) -> None:
        pass

    async def update_chat_ctx(self, chat_ctx: llm.ChatContext) -> None:
        self._chat_ctx = chat_ctx

    async def update_tools(self, tools: list[Any]) -> None:
        self._tools = llm.ToolContext(tools)

    def generate_reply(self, **_: Any) -> asyncio.Future[llm.GenerationCreatedEvent]:
        reply = self._reply()
        text = reply if isinstance(reply, str) else ""
        calls = [] if isinstance(reply, str) else reply
        response = f"response_{next(_NUMBERS)}"
        generation = llm.GenerationCreatedEvent(
            message_stream=_each([_message(text)] if text else []),
            function_stream=_each([_call(name, arguments) for name, arguments in calls]),
            user_initiated=True,
            response_id=response,
        )
        self.emit("generation_created", generation)
        self._measure(response)
        created: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        created.set_result(generation)
        return created

    def _reply(self) -> Any:
        kinds = ("message", "function_call_output")
        asked = next(item for item in reversed(self._chat_ctx.items) if item.type in kinds)
        if asked.type == "function_call_output":
            return "That is what I found."
        text = asked.text_content or ""
        replies = self._realtime_model.replies
        return next((reply for key, reply in replies.items() if key in text), "I see.")

    def _measure(self, response: str) -> None:
        model = self._realtime_model
        heard = {"audio_tokens": 320, "text_tokens": 80, "cached_tokens": 96}
        kept = {"audio_tokens": 64, "text_tokens": 32}
        self.emit(
            "metrics_collected",
            RealtimeModelMetrics(
                request_id=response,
                timestamp=time.time(),
                ttft=0.2,
                input_tokens=400,
                output_tokens=70,
                total_tokens=470,
                input_token_details={**heard, "cached_tokens_details": kept},
                output_token_details={"audio_tokens": 60, "text_tokens": 10},
                metadata=Metadata(model_name=model.model, model_provider=model.provider),
            ),
        )

    def update_options(self, **_: Any) -> None:
        pass

    def push_audio(self, frame: Any) -> None:
        pass

    def push_video(self, frame: Any) -> None:
        pass

    def commit_audio(self) -> None:
        pass

    def clear_audio(self) -> None:
        pass

    def interrupt(self) -> None:
        pass

    def truncate(self, **_: Any) -> None:
        pass

    async def aclose(self) -> None:
        pass


def _message(text: str) -> llm.MessageGeneration:
    modalities: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    modalities.set_result(["text"])
    return llm.MessageGeneration(
        message_id=f"item_{next(_NUMBERS)}",
        text_stream=_each([text]),
        audio_stream=_each([]),
        modalities=modalities,
    )


def _call(name: str, arguments: str) -> llm.FunctionCall:
    return llm.FunctionCall(call_id=f"call_{next(_NUMBERS)}", name=name, arguments=arguments)


async def _each(values: list[Any]) -> AsyncIterator[Any]:
    for value in values:
        yield value
