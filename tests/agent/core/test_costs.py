"""Prices: dated, by the longest prefix; what is unknown costs None and never 0."""

from __future__ import annotations

from typing import Any

import pytest
from voice_analytics_agent.facts import Fact
from voice_analytics_agent.prices import PRICE_TABLE, PRICES, cost_of, price_of
from voice_analytics_agent.usage import usage_fields

LLM: dict[str, Any] = {
    "type": "llm_usage",
    "provider": "api.openai.com",
    "model": "gpt-4.1-mini",
    "input_tokens": 1_000_000,
    "input_cached_tokens": 400_000,
    "output_tokens": 100_000,
}
STT: dict[str, Any] = {
    "type": "stt_usage",
    "provider": "Deepgram",
    "model": "nova-3",
    "audio_duration": 120.0,
}


def fields(*models: dict[str, Any]) -> dict[str, Any]:
    return usage_fields([Fact("usage", 0.0, {"models": list(models)})], PRICES, PRICE_TABLE)


@pytest.mark.parametrize(
    ("model", "priced_as"),
    [
        ("gpt-4.1-mini-2025-04-14", "gpt-4.1-mini"),
        ("openai/gpt-4.1-mini", "gpt-4.1-mini"),
        ("GPT-4o-Mini", "gpt-4o-mini"),
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("deepgram/nova-3:en", "nova-3"),
        ("gpt-realtime-2.1-mini", "gpt-realtime-2.1-mini"),
    ],
)
def test_the_longest_prefix_names_the_price(model: str, priced_as: str) -> None:
    assert price_of(model, PRICES) is PRICES[priced_as]


@pytest.mark.parametrize(
    "model", ["gpt-5.9", "gpt-4o-audio-preview-x", "gpt-4", "claude-haiku", "", "nova-4", "sonic-3"]
)
def test_a_prefix_of_another_model_is_not_a_price(model: str) -> None:
    assert price_of(model, PRICES) is None


def test_each_token_is_paid_once() -> None:
    assert cost_of(LLM, PRICES) == pytest.approx(0.6 * 0.40 + 0.4 * 0.10 + 0.1 * 1.60)


def test_audio_tokens_have_their_own_price() -> None:
    usage = {
        "model": "gpt-realtime",
        "input_tokens": 1_000_000,
        "input_text_tokens": 200_000,
        "input_audio_tokens": 800_000,
        "input_cached_tokens": 300_000,
        "input_cached_text_tokens": 100_000,
        "input_cached_audio_tokens": 200_000,
        "output_tokens": 500_000,
        "output_audio_tokens": 400_000,
    }
    text = 0.1 * 4.0 + 0.1 * 0.40 + 0.1 * 16.0
    audio = 0.6 * 32.0 + 0.2 * 0.40 + 0.4 * 64.0
    assert cost_of(usage, PRICES) == pytest.approx(text + audio)


def test_minutes_and_characters() -> None:
    assert cost_of(STT, PRICES) == pytest.approx(2 * 0.0077)
    voice = {"model": "eleven_flash_v2_5", "characters_count": 500_000, "audio_duration": 3.0}
    assert cost_of(voice, PRICES) == pytest.approx(20.0)


def test_a_unit_without_a_price_makes_the_cost_unknown() -> None:
    prices = {"my-model": {"input": 1.0}}
    usage = {"model": "my-model", "input_tokens": 10, "output_tokens": 5}
    assert cost_of(usage, prices) is None
    assert cost_of({**usage, "output_tokens": 0}, prices) == pytest.approx(1e-5)


def test_a_call_whose_models_are_all_priced_has_a_total() -> None:
    event = fields(LLM, STT)
    summary = event["cost_summary"]
    assert summary["openai_cost"] == pytest.approx(0.44)
    assert summary["deepgram_cost"] == pytest.approx(0.0154)
    assert summary["total_estimated_cost"] == pytest.approx(0.4554)
    assert summary["openai_tokens"] == 1_100_000
    assert summary["deepgram_minutes"] == 2
    assert event["price_table"] == PRICE_TABLE
    assert "unpriced_models" not in event


def test_a_part_never_passes_for_the_whole() -> None:
    unknown = {**LLM, "provider": "acme", "model": "acme-1"}
    event = fields(STT, unknown)
    assert event["unpriced_models"] == ["acme/acme-1"]
    assert not [key for key in event["cost_summary"] if key.endswith("_cost")]
    priced, unpriced = event["model_usage"]
    assert priced["cost_usd"] == pytest.approx(0.0154)
    assert "cost_usd" not in unpriced


def test_models_that_nobody_pays_for_are_not_unpriced() -> None:
    detector = {"type": "eot_usage", "provider": "livekit", "model": "turn", "total_requests": 3}
    assert "unpriced_models" not in fields(STT, detector)


def test_no_usage_no_costs() -> None:
    assert usage_fields([], PRICES, PRICE_TABLE) == {}
