"""What the models of a call used, and what that cost."""

from __future__ import annotations

import re
from typing import Any

from voice_analytics_agent.facts import Facts, latest, without_nulls
from voice_analytics_agent.prices import Prices, cost_of

_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
# unit of `cost_summary`: the field of a usage and how many of it are one
_UNITS = {
    "tokens": (("input_tokens", "output_tokens"), 1),
    "minutes": (("audio_duration",), 60),
    "characters": (("characters_count",), 1),
}
_UNITS_OF_TYPE = {
    "llm_usage": ("tokens",),
    "tts_usage": ("characters",),
    "stt_usage": ("minutes",),
}
# Models that run in the agent or on LiveKit's side and that nobody is billed for by use.
_NOT_BILLED = frozenset({"interruption_usage", "eot_usage"})
# They have no column: they are what the cached tokens are beside those of audio.
_LEFT_OUT = frozenset({"input_cached_text_tokens", "input_cached_image_tokens"})


def usage_fields(facts: Facts, prices: Prices, price_table: str) -> dict[str, Any]:
    """Usage by model with its cost, cost by provider, and the models that have no price.

    Usage events are cumulative: the last one is the sum. Where a model has no price, the call has
    no total, and no provider has a cost: a part must not be read as the whole. What each priced
    model cost stands with its usage.
    """
    models = [dict(usage) for usage in latest(facts, "usage").get("models", ())]
    if not models:
        return {}
    unpriced: list[str] = []
    for usage in models:
        if usage.get("type") in _NOT_BILLED:
            continue
        usage["cost_usd"] = cost = cost_of(usage, prices)
        if cost is None:
            unpriced.append(_name(usage))
    summary = _quantities(models)
    if not unpriced:
        summary |= _costs(models)
    return without_nulls(
        {
            "model_usage": [
                without_nulls({key: usage[key] for key in usage if key not in _LEFT_OUT})
                for usage in models
            ],
            "cost_summary": summary,
            "price_table": price_table,
            "unpriced_models": sorted(set(unpriced)),
        }
    )


def _name(usage: dict[str, Any]) -> str:
    return "/".join(str(usage[key]) for key in ("provider", "model") if usage.get(key)) or "unknown"


def _provider(usage: dict[str, Any]) -> str:
    """The provider as a word that a key can begin with: `api.openai.com` is `openai`."""
    name = str(usage.get("provider") or "unknown").lower()
    name = name.removeprefix("api.").removesuffix(".com").removesuffix(".ai")
    return _NOT_A_WORD.sub("_", name).strip("_") or "unknown"


def _quantities(models: list[dict[str, Any]]) -> dict[str, float]:
    """`<provider>_<unit>`: how much of it."""
    sums: dict[str, float] = {}
    for usage in models:
        for unit in _UNITS_OF_TYPE.get(str(usage.get("type")), ()):
            names, divisor = _UNITS[unit]
            amount = sum(usage.get(name) or 0 for name in names) / divisor
            if amount:
                key = f"{_provider(usage)}_{unit}"
                sums[key] = round(sums.get(key, 0) + amount, 6)
    return sums


def _costs(models: list[dict[str, Any]]) -> dict[str, float]:
    """`<provider>_cost` and their total, in USD."""
    costs: dict[str, float] = {}
    for usage in models:
        if (cost := usage.get("cost_usd")) is not None:
            key = f"{_provider(usage)}_cost"
            costs[key] = round(costs.get(key, 0) + cost, 9)
    return costs | {"total_estimated_cost": round(sum(costs.values()), 9)} if costs else {}
