"""Models and an audio device that need no network, for real sessions of every SDK version.

A model answers with the first reply whose key is in what it is asked. A reply is a text, a list of
(tool, arguments as JSON text), or an exception.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Mapping
from typing import Any

from livekit import rtc
from livekit.agents import APIConnectionError, APIConnectOptions, llm, stt, tts, vad
from livekit.agents.voice.agent_session import SessionConnectOptions
from livekit.agents.voice.io import AudioInput, AudioOutput, AudioOutputCapabilities

try:
    from livekit.agents import LiveSession as AgentSession
except ImportError:
    from livekit.agents import AgentSession

SAMPLE_RATE = 24_000
FRAME_SECONDS = 0.02
Reply = Any  # str | list[tuple[str, str]] | Exception
Replies = Mapping[str, Reply]
_CALL_IDS = itertools.count(1)


def connect_options(tries: int = 0, tolerated: int = 3) -> SessionConnectOptions:
    """`tries` more after a failure; `tolerated` unrecoverable errors before the session closes."""
    retry = APIConnectOptions(max_retry=tries, retry_interval=0.01, timeout=5.0)
    return SessionConnectOptions(retry, retry, retry, max_unrecoverable_errors=tolerated)


class FakeLLM(llm.LLM):
    """Answers from a table; each answer has the usage of one request."""

    def __init__(self, replies: Replies, model: str = "gpt-4.1-mini") -> None:
        super().__init__()
        self.replies = replies
        self._model = model

    @property
    def model(self) -> str:
        return self._model

    @property
    def provider(self) -> str:
        return "api.openai.com"

    def chat(
        self, *, chat_ctx: Any, tools: Any = None, conn_options: Any = None, **_: Any
    ) -> llm.LLMStream:
        options = conn_options or APIConnectOptions()
        return _FakeLLMStream(self, chat_ctx=chat_ctx, tools=tools or [], conn_options=options)


class _FakeLLMStream(llm.LLMStream):
    async def _run(self) -> None:
        reply = self._reply()
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, str):
            for word in reply.split(" "):
                await asyncio.sleep(0.001)
                self._send(content=f"{word} ")
        else:
            self._send(
                tool_calls=[
                    llm.FunctionToolCall(
                        name=name, arguments=arguments, call_id=f"call_{next(_CALL_IDS)}"
                    )
                    for name, arguments in reply
                ]
            )
        usage = llm.CompletionUsage(
            prompt_tokens=420, prompt_cached_tokens=128, completion_tokens=24, total_tokens=444
        )
        self._event_ch.send_nowait(llm.ChatChunk(id="chunk", usage=usage))

    def _send(self, **delta: Any) -> None:
        choice = llm.ChoiceDelta(role="assistant", **delta)
        self._event_ch.send_nowait(llm.ChatChunk(id="chunk", delta=choice))

    def _reply(self) -> Reply:
        kinds = ("message", "function_call_output")
        asked = next(item for item in reversed(self.chat_ctx.items) if item.type in kinds)
        text = asked.text_content or "" if asked.type == "message" else asked.name
        for key, reply in self._llm.replies.items():
            if key in text:
                return reply(text) if callable(reply) else reply
        return "I see."


class FakeTTS(tts.TTS):
    """Speaks silence: a second for 60 characters."""

    def __init__(self, failures: int = 0, model: str = "eleven_flash_v2_5") -> None:
        capabilities = tts.TTSCapabilities(streaming=False)
        super().__init__(capabilities=capabilities, sample_rate=SAMPLE_RATE, num_channels=1)
        self.failures = failures
        self._model = model

    @property
    def model(self) -> str:
        return self._model

    @property
    def provider(self) -> str:
        return "ElevenLabs"

    def synthesize(self, text: str, *, conn_options: Any = None) -> tts.ChunkedStream:
        options = conn_options or APIConnectOptions()
        return _FakeTTSStream(tts=self, input_text=text, conn_options=options)


class _FakeTTSStream(tts.ChunkedStream):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        if self._tts.failures:
            self._tts.failures -= 1
            raise APIConnectionError("the voice is gone", retryable=True)
        output_emitter.initialize(
            request_id="tts", sample_rate=SAMPLE_RATE, num_channels=1, mime_type="audio/pcm"
        )
        output_emitter.push(silence(len(self.input_text) / 60))


class FakeSTT(stt.STT):
    """Hears the texts put into `speech`."""

    def __init__(self, failures: int = 0) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=True, interim_results=False))
        self.failures = failures
        self.speech: asyncio.Queue[tuple[str, float]] = asyncio.Queue()

    @property
    def model(self) -> str:
        return "nova-3"

    @property
    def provider(self) -> str:
        return "Deepgram"

    async def _recognize_impl(self, *_: Any, **__: Any) -> stt.SpeechEvent:
        raise NotImplementedError

    def stream(self, *, conn_options: Any = None, **_: Any) -> stt.RecognizeStream:
        return _FakeSTTStream(stt=self, conn_options=conn_options or APIConnectOptions())


class _FakeSTTStream(stt.RecognizeStream):
    async def _run(self) -> None:
        if self._stt.failures:
            self._stt.failures -= 1
            raise APIConnectionError("the ear is gone", retryable=True)
        while True:
            text, seconds = await self._stt.speech.get()
            heard = stt.SpeechData(language="en", text=text, confidence=0.97)
            usage = stt.RecognitionUsage(audio_duration=seconds)
            kinds = stt.SpeechEventType
            self._event_ch.send_nowait(
                stt.SpeechEvent(type=kinds.FINAL_TRANSCRIPT, alternatives=[heard])
            )
            self._event_ch.send_nowait(
                stt.SpeechEvent(type=kinds.RECOGNITION_USAGE, recognition_usage=usage)
            )


class FakeVAD(vad.VAD):
    """Notices speech of the lengths put into `speech`, in seconds."""

    def __init__(self) -> None:
        super().__init__(capabilities=vad.VADCapabilities(update_interval=0.05))
        self.speech: asyncio.Queue[float] = asyncio.Queue()

    def stream(self) -> vad.VADStream:
        return _FakeVADStream(self)


class _FakeVADStream(vad.VADStream):
    async def _main_task(self) -> None:
        while True:
            seconds = await self._vad.speech.get()
            heard = 0.0
            self._tell(vad.VADEventType.START_OF_SPEECH, heard)
            while heard < seconds:
                await asyncio.sleep(0.05)
                heard += 0.05
                self._tell(vad.VADEventType.INFERENCE_DONE, heard)
            self._tell(vad.VADEventType.END_OF_SPEECH, heard)

    def _tell(self, kind: vad.VADEventType, heard: float) -> None:
        speaking = kind is not vad.VADEventType.END_OF_SPEECH
        self._event_ch.send_nowait(
            vad.VADEvent(
                kind, 0, 0.0, heard, silence_duration=0.0, speaking=speaking,
                raw_accumulated_speech=heard,
            )
        )  # fmt: skip


class Microphone(AudioInput):
    async def __anext__(self) -> rtc.AudioFrame:
        await asyncio.sleep(FRAME_SECONDS)
        samples = int(SAMPLE_RATE * FRAME_SECONDS)
        return rtc.AudioFrame(silence(FRAME_SECONDS), SAMPLE_RATE, 1, samples)


class Loudspeaker(AudioOutput):
    """Plays in real time, so that a caller can interrupt."""

    def __init__(self) -> None:
        capabilities = AudioOutputCapabilities(pause=False)
        super().__init__(label="loudspeaker", capabilities=capabilities)
        self._started_at = self._seconds = 0.0
        self._end: asyncio.TimerHandle | None = None

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if not self._seconds:
            self._started_at = time.time()
            self.on_playback_started(created_at=self._started_at)
        self._seconds += frame.duration

    def flush(self) -> None:
        super().flush()
        if self._seconds:
            left = self._started_at + self._seconds - time.time()
            self._end = asyncio.get_running_loop().call_later(left, self._finish, False)

    def clear_buffer(self) -> None:
        if self._seconds:
            self._finish(interrupted=True)

    def _finish(self, interrupted: bool) -> None:
        if self._end:
            self._end.cancel()
        played = min(time.time() - self._started_at, self._seconds)
        self._seconds, self._end = 0.0, None
        self.on_playback_finished(playback_position=played, interrupted=interrupted)


def silence(seconds: float) -> bytes:
    """16-bit samples."""
    return bytes(2 * int(SAMPLE_RATE * seconds))


def text_session(model: Any, **options: Any) -> AgentSession:
    """A session without audio."""
    return AgentSession(llm=model, vad=None, **options)


def voice_session(
    model: FakeLLM,
    *,
    stt_failures: int = 0,
    tts_failures: int = 0,
    tries: int = 0,
    tolerated: int = 3,
) -> AgentSession:
    """A session with a microphone and a loudspeaker."""
    session = AgentSession(
        llm=model,
        stt=FakeSTT(stt_failures),
        tts=FakeTTS(tts_failures),
        vad=FakeVAD(),
        turn_handling={
            "turn_detection": "vad",
            "endpointing": {"min_delay": 0.05, "max_delay": 0.1},
        },
        aec_warmup_duration=None,  # else nobody can interrupt in the first seconds
        conn_options=connect_options(tries, tolerated),
    )
    session.input.audio = Microphone(label="microphone")
    session.output.audio = Loudspeaker()
    return session


async def speak(session: AgentSession, text: str, until: str = "listening") -> None:
    """The caller speaks (long enough to interrupt), then waits until the agent's state is this."""
    session.vad.speech.put_nowait(0.6)
    await asyncio.sleep(0.65)
    states: asyncio.Queue[str] = asyncio.Queue()

    def on_state(event: Any) -> None:
        states.put_nowait(event.new_state)

    session.on("agent_state_changed", on_state)
    session.stt.speech.put_nowait((text, 0.6))

    async def wait() -> None:
        while await states.get() != until:
            pass

    try:
        await asyncio.wait_for(wait(), 30)
    finally:
        session.off("agent_state_changed", on_state)
