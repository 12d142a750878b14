"""What a call used and what that costs.

Tokens, characters, seconds and dollars that fit each other.
"""

from dataclasses import dataclass
from typing import Any

from voice_analytics.synthetic.call import Call
from voice_analytics.synthetic.conversation import SEARCH_TOOL

# Invented list prices in USD, of the order of what the providers ask.
INPUT_TOKEN_USD, CACHED_TOKEN_USD, OUTPUT_TOKEN_USD = 0.40e-6, 0.10e-6, 1.60e-6
STT_MINUTE_USD = 0.0077
VOICES = (
    ("Cartesia", "sonic-3", 35e-6),
    ("Cartesia", "sonic-3", 35e-6),
    ("ElevenLabs", "eleven_turbo_v2_5", 90e-6),
)  # USD a character
LLM, STT = ("api.openai.com", "gpt-4.1-mini"), ("Deepgram", "nova-3")  # as LiveKit names them
SYSTEM_PROMPT_TOKENS = 1_900
TOKENS_PER_WORD = 1.35
CACHE_BLOCK_TOKENS = 128  # OpenAI caches prompts of 1,024 tokens and more, in steps of 128


@dataclass(frozen=True, slots=True)
class Metering:
    """The sums of one call."""

    llm_requests: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    voice: tuple[str, str, float]
    characters: int
    tts_seconds: float
    stt_seconds: float
    searches: int
    latency_ms: float


def meter_usage(call: Call) -> Metering:
    """Returns the usage of a call.

    Each answer and each tool call is one request to the language model, whose prompt is all that
    was said before.
    """
    answers = [turn for turn in call.turns if turn.role == "assistant"]
    prompts: list[int] = []
    output, prompt_tokens = 18 * len(call.tools), SYSTEM_PROMPT_TOKENS
    for turn in call.turns:
        tokens = round(TOKENS_PER_WORD * len(turn.text.split()))
        if turn.role == "assistant":
            prompts.append(prompt_tokens)
            output += tokens
        prompt_tokens += tokens
    prompts += [prompt_tokens] * len(call.tools)
    latencies = [turn.latencies["e2e_latency"] for turn in answers]
    return Metering(
        llm_requests=len(prompts),
        input_tokens=sum(prompts),
        cached_tokens=sum(
            tokens // CACHE_BLOCK_TOKENS * CACHE_BLOCK_TOKENS for tokens in prompts[:-1]
        ),
        output_tokens=output,
        voice=call.rng.choice(VOICES),
        characters=sum(len(turn.text) for turn in answers),
        tts_seconds=round(sum(turn.seconds for turn in answers), 3),
        stt_seconds=round(call.seconds, 3),
        searches=sum(use.tool == SEARCH_TOOL for use in call.tools),
        latency_ms=round(1000 * sum(latencies) / len(latencies), 1),
    )


def cost_summary(used: Metering) -> dict[str, Any]:
    """The agent's `cost_summary`: what it used at the prices above."""
    voice, _, character_usd = used.voice
    provider = voice.lower()
    fresh = used.input_tokens - used.cached_tokens
    costs = {
        "openai_cost": fresh * INPUT_TOKEN_USD
        + used.cached_tokens * CACHED_TOKEN_USD
        + used.output_tokens * OUTPUT_TOKEN_USD,
        "deepgram_cost": used.stt_seconds / 60 * STT_MINUTE_USD,
        f"{provider}_cost": used.characters * character_usd,
    }
    shown = {key: round(usd, 6) for key, usd in costs.items()}
    return {
        "openai_tokens": used.input_tokens + used.output_tokens,
        "deepgram_minutes": round(used.stt_seconds / 60, 3),
        f"{provider}_characters": used.characters,
        "unleash_searches": used.searches,
        **shown,
        "total_estimated_cost": round(sum(shown.values()), 6),
    }


def model_usage(used: Metering, *, typed: bool = True) -> list[dict[str, Any]]:
    """LiveKit's usage per model (1.5 and later).

    Fields at their default are left out, and so is `type` by older SDKs.
    """
    usages = [
        {
            "type": "llm_usage",
            "provider": LLM[0],
            "model": LLM[1],
            "input_tokens": used.input_tokens,
            "input_cached_tokens": used.cached_tokens,
            "output_tokens": used.output_tokens,
        },
        {
            "type": "tts_usage",
            "provider": used.voice[0],
            "model": used.voice[1],
            "characters_count": used.characters,
            "audio_duration": used.tts_seconds,
        },
        {
            "type": "stt_usage",
            "provider": STT[0],
            "model": STT[1],
            "audio_duration": used.stt_seconds,
        },
    ]
    return [
        {key: value for key, value in usage.items() if value and (typed or key != "type")}
        for usage in usages
    ]


def usage_summary(used: Metering) -> dict[str, Any]:
    """LiveKit's older `UsageSummary`."""
    return {
        "llm_prompt_tokens": used.input_tokens,
        "llm_prompt_cached_tokens": used.cached_tokens,
        "llm_completion_tokens": used.output_tokens,
        "tts_characters_count": used.characters,
        "tts_audio_duration": used.tts_seconds,
        "stt_audio_duration": used.stt_seconds,
    }


def own_summaries(used: Metering) -> tuple[dict[str, Any], ...]:
    """The shapes that agents made themselves, before they took LiveKit's."""
    return (
        {},
        {"total_metrics": 0, "metrics": {}},
        {
            "llm_tokens": used.input_tokens + used.output_tokens,
            "stt_audio_seconds": used.stt_seconds,
            "tts_characters": used.characters,
            "avg_latency_ms": used.latency_ms,
        },
        {
            "total_llm_calls": used.llm_requests,
            "total_stt_duration": used.stt_seconds,
            "total_tts_duration": used.tts_seconds,
        },
    )
