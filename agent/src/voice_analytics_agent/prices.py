"""List prices of models: USD for a million tokens or characters, or for a minute of audio.

Source: LiteLLM 1.110.2, model_prices_and_context_window.json, which names each provider's price
page; read on the date in `PRICE_TABLE`. Deepgram's rates are those of streaming, pay as you go.
Volume discounts, plans and LiveKit Inference have other prices: pass your own as `prices=`. A
model that the table does not know has no cost, never 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PRICE_TABLE = "list prices 2026-11-28"

Price = Mapping[str, float]
Prices = Mapping[str, Price]

_MILLION = 1_000_000
_SECONDS_A_MINUTE = 60


def _tokens(
    text: float, cached: float | None, out: float, cache_write: float | None = None
) -> dict[str, float]:
    prices = {"input": text, "cached_input": cached, "output": out, "cache_write": cache_write}
    return {unit: price for unit, price in prices.items() if price is not None}


def _realtime(
    text: tuple[float, float, float], audio: tuple[float, float, float], image: float
) -> dict[str, float]:
    """(input, cached input, output) of text and of audio; image input."""
    return {
        **_tokens(*text),
        "audio_input": audio[0],
        "cached_audio_input": audio[1],
        "audio_output": audio[2],
        "image_input": image,
    }


_FLASH_VOICES = {"characters": 40.0}
_MULTILINGUAL_VOICES = {"characters": 80.0}
_REALTIME_AUDIO = (32.0, 0.40, 64.0)
_REALTIME_MINI_AUDIO = (10.0, 0.30, 20.0)
_CLAUDE_OPUS = _tokens(5.0, 0.50, 25.0, 6.25)
_CLAUDE_SONNET_4 = _tokens(3.0, 0.30, 15.0, 3.75)
_GEMINI_FLASH = _tokens(0.75, 0.075, 3.75)

# model prefix: unit -> USD
PRICES: Prices = {
    # OpenAI
    "gpt-4.1": _tokens(2.0, 0.50, 8.0),
    "gpt-4.1-mini": _tokens(0.40, 0.10, 1.60),
    "gpt-4.1-nano": _tokens(0.10, 0.025, 0.40),
    "gpt-4o": _tokens(2.50, 1.25, 10.0),
    "gpt-4o-mini": _tokens(0.15, 0.075, 0.60),
    "gpt-5": _tokens(1.25, 0.125, 10.0),
    "gpt-5-mini": _tokens(0.25, 0.025, 2.0),
    "gpt-5-nano": _tokens(0.05, 0.005, 0.40),
    "gpt-5.1": _tokens(1.25, 0.125, 10.0),
    "gpt-5.2": _tokens(1.75, 0.175, 14.0),
    "gpt-5.4": _tokens(2.50, 0.25, 15.0),
    "gpt-5.4-mini": _tokens(0.75, 0.075, 4.50),
    "gpt-5.4-nano": _tokens(0.20, 0.02, 1.25),
    "gpt-5.5": _tokens(5.0, 0.50, 30.0),
    "gpt-realtime": _realtime((4.0, 0.40, 16.0), _REALTIME_AUDIO, 5.0),
    "gpt-realtime-1.5": _realtime((4.0, 0.40, 16.0), _REALTIME_AUDIO, 5.0),
    "gpt-realtime-2": _realtime((4.0, 0.40, 24.0), _REALTIME_AUDIO, 5.0),
    "gpt-realtime-2.1": _realtime((4.0, 0.40, 24.0), _REALTIME_AUDIO, 5.0),
    "gpt-realtime-mini": _realtime((0.60, 0.06, 2.40), _REALTIME_MINI_AUDIO, 0.80),
    "gpt-realtime-2.1-mini": _realtime((0.60, 0.06, 2.40), _REALTIME_MINI_AUDIO, 0.80),
    "gpt-4o-transcribe": {"audio_minutes": 0.006},
    "gpt-4o-mini-transcribe": {"audio_minutes": 0.003},
    "gpt-4o-mini-tts": {"input": 0.60, "output": 12.0},
    "tts-1": {"characters": 15.0},
    "tts-1-hd": {"characters": 30.0},
    # Anthropic
    "claude-haiku-4-5": _tokens(1.0, 0.10, 5.0, 1.25),
    "claude-haiku-5-5": _tokens(0.10, 0.01, 0.50, 0.125),
    "claude-sonnet-4-5": _CLAUDE_SONNET_4,
    "claude-sonnet-4-6": _CLAUDE_SONNET_4,
    "claude-sonnet-5": _tokens(2.0, 0.20, 10.0, 2.50),
    "claude-sonnet-5-5": _tokens(2.0, 0.10, 10.0, 2.50),
    "claude-opus-4-5": _CLAUDE_OPUS,
    "claude-opus-4-6": _CLAUDE_OPUS,
    "claude-opus-4-7": _CLAUDE_OPUS,
    "claude-opus-4-8": _CLAUDE_OPUS,
    "claude-opus-5": _CLAUDE_OPUS,
    "claude-opus-5-5": _tokens(4.0, 0.20, 20.0, 5.0),
    # Google
    "gemini-2.5-flash": {**_tokens(0.30, 0.03, 2.50), "audio_input": 1.0},
    "gemini-2.5-flash-lite": {**_tokens(0.10, 0.01, 0.40), "audio_input": 0.30},
    "gemini-2.5-pro": _tokens(1.25, 0.125, 10.0),
    "gemini-3.5-flash": _tokens(1.50, 0.15, 9.0),
    "gemini-3.5-flash-lite": _tokens(0.30, 0.03, 2.50),
    "gemini-3.6-flash": _GEMINI_FLASH,
    "gemini-3.7-flash": _GEMINI_FLASH,
    "gemini-3.8-flash": _GEMINI_FLASH,
    "gemini-3.8-live": {**_tokens(0.75, None, 4.50), "audio_input": 3.0, "audio_output": 12.0},
    # Deepgram
    "nova-2": {"audio_minutes": 0.0043},
    "nova-3": {"audio_minutes": 0.0077},
    "nova-3-general": {"audio_minutes": 0.0077},
    "nova-3-medical": {"audio_minutes": 0.0077},
    "nova-3-multilingual": {"audio_minutes": 0.0092},
    "aura-2": {"characters": 30.0},
    # ElevenLabs
    "eleven_flash_v2": _FLASH_VOICES,
    "eleven_flash_v2_5": _FLASH_VOICES,
    "eleven_turbo_v2": _FLASH_VOICES,
    "eleven_turbo_v2_5": _FLASH_VOICES,
    "eleven_multilingual_v2": _MULTILINGUAL_VOICES,
    "eleven_v3": _MULTILINGUAL_VOICES,
    "scribe_v1": {"audio_minutes": 0.003666},
    "scribe_v2": {"audio_minutes": 0.003666},
}

# What may follow a prefix: a date, a snapshot, `latest`, a voice. Anything else is another model.
_SUFFIX = re.compile(r"(-\d{4}-\d{2}-\d{2}|-\d{8}|-\d{4}|-latest|-preview(-\d{2}-\d{4})?|[:@].*)?")


def price_of(model: str, prices: Prices) -> Price | None:
    """The price of a model by the longest prefix that names it; None for one that is unknown.

    LiveKit Inference writes `provider/model`: the part after the slash counts.
    """
    names = (model.lower(), model.lower().rpartition("/")[2])
    for name in names:
        prefixes = [
            prefix
            for prefix in prices
            if name.startswith(prefix.lower()) and _SUFFIX.fullmatch(name[len(prefix) :])
        ]
        if prefixes:
            return prices[max(prefixes, key=len)]
    return None


def cost_of(usage: Mapping[str, Any], prices: Prices) -> float | None:
    """USD of a model's usage; None where the model, or one of the units that it used, has no price.

    Cached and audio tokens are parts of the input: each token is paid once.
    """
    price = price_of(str(usage.get("model") or ""), prices)
    if price is None:
        return None
    total = 0.0
    for unit, quantity in _quantities(usage, price).items():
        if quantity <= 0:
            continue
        rate = price.get(unit)
        if rate is None:
            return None
        total += quantity * rate
    return round(total, 9)


def _quantities(usage: Mapping[str, Any], price: Price) -> dict[str, float]:
    """How much of each unit was used: millions of tokens and characters, minutes of audio."""
    if "characters" in price:
        return {"characters": _amount(usage, "characters_count") / _MILLION}
    if "audio_minutes" in price:
        return {"audio_minutes": _amount(usage, "audio_duration") / _SECONDS_A_MINUTE}
    cached = _amount(usage, "input_cached_tokens")
    written = _amount(usage, "input_cache_creation_tokens")
    audio = _amount(usage, "input_audio_tokens")
    image = _amount(usage, "input_image_tokens")
    cached_audio = _amount(usage, "input_cached_audio_tokens")
    cached_image = _amount(usage, "input_cached_image_tokens")
    audio_out = _amount(usage, "output_audio_tokens")
    tokens = {
        "cached_audio_input": cached_audio,
        "audio_input": audio - cached_audio,
        "image_input": image - cached_image,
        "cached_input": cached - cached_audio,
        "cache_write": written,
        "input": _amount(usage, "input_tokens") - cached - written - (audio - cached_audio)
        - (image - cached_image),
        "audio_output": audio_out,
        "output": _amount(usage, "output_tokens") - audio_out,
    }  # fmt: skip
    return {unit: count / _MILLION for unit, count in _priced_as_text(tokens, price).items()}


def _priced_as_text(tokens: dict[str, float], price: Price) -> dict[str, float]:
    """Kinds of tokens that the price does not tell apart, counted with the kind that they are."""
    for special, general in (
        ("cached_audio_input", "cached_input"),
        ("audio_input", "input"),
        ("image_input", "input"),
        ("audio_output", "output"),
        ("cached_input", "input"),
        ("cache_write", "input"),
    ):
        if special not in price:
            tokens[general] += tokens.pop(special)
    return tokens


def _amount(usage: Mapping[str, Any], name: str) -> float:
    value = usage.get(name)
    return float(value) if isinstance(value, (int, float)) else 0.0
