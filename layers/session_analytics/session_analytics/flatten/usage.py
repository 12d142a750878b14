"""Usage and costs: one set of columns, whichever of their shapes came."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from session_analytics.flatten.columns import Columns, mapping
from session_analytics.flatten.session_events import last_usage
from session_analytics.schema.contract import KEYS
from session_analytics.schema.values import INT64_MAX, NO_LATENCY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from session_analytics.flatten.extras import Extras
    from session_analytics.schema.event import Event, Usage
    from session_analytics.schema.pointer import Path

_USAGE = mapping(
    "Usage",
    (
        *("type", "provider", "model", "input_tokens", "output_tokens", "cost_usd"),
        *("input_audio_tokens", "input_text_tokens", "input_image_tokens"),
        *("output_audio_tokens", "output_text_tokens"),
    ),
    cached_input_tokens="input_cached_tokens",
    cached_input_audio_tokens="input_cached_audio_tokens",
    cached_input_text_tokens="input_cached_text_tokens",
    cached_input_image_tokens="input_cached_image_tokens",
    cache_creation_tokens="input_cache_creation_tokens",
    reasoning_tokens="output_reasoning_tokens",
    characters="characters_count",
    audio_seconds="audio_duration",
    session_seconds="session_duration",
    requests="total_requests",
)
_SESSION_USAGE_KEYS = frozenset(KEYS["SessionUsage"])
_METRICS_KEYS = frozenset(KEYS["MetricsSummary"])

# column: the names under which its value has come in metrics_summary; the first that is there is
# taken
_SENT_AS = {
    "llm_call_count": ("total_llm_calls",),
    "avg_latency_ms": ("avg_latency_ms",),
    "llm_input_tokens": ("llm_prompt_tokens",),
    "llm_cached_input_tokens": ("llm_prompt_cached_tokens",),
    "llm_output_tokens": ("llm_completion_tokens",),
    "llm_total_tokens": ("llm_tokens",),
    "tts_characters": ("tts_characters", "tts_characters_count"),
    "tts_audio_seconds": ("tts_audio_duration", "total_tts_duration"),
    "stt_audio_seconds": ("stt_audio_seconds", "stt_audio_duration", "total_stt_duration"),
}
_FIELD_KEYS = {column[0]: key for key, column in _USAGE.items() if column}
# column: the type of usage and its field whose sum it is where nothing was sent
_SUM_OF = {
    "llm_input_tokens": ("llm_usage", "input_tokens"),
    "llm_cached_input_tokens": ("llm_usage", "cached_input_tokens"),
    "llm_output_tokens": ("llm_usage", "output_tokens"),
    "tts_characters": ("tts_usage", "characters"),
    "tts_audio_seconds": ("tts_usage", "audio_seconds"),
    "stt_audio_seconds": ("stt_usage", "audio_seconds"),
}

_COST_UNITS = ("cost", "cost_usd", "usd")
_TOTAL_COSTS = ("total_estimated_cost", "total", "total_cost", "total_cost_usd")


def usage_columns(event: Event, extras: Extras) -> Columns:
    """The columns of usage: sums as sent, else summed from the usage by model.

    A sum is NULL where one of its values was not understood.
    """
    columns = _sent(event, extras)
    rows, path = _model_usage(event, extras)
    if rows:
        columns["model_usage"] = rows
        knows_types = all("type" in row for row in rows) and not extras.has_invalid_items(*path)
        for column, (kind, field) in _SUM_OF.items():
            if column in columns or not knows_types:
                continue
            key = _FIELD_KEYS[field]
            if not extras.has_invalid or not any(
                extras.is_invalid(*path, index, key) for index in range(len(rows))
            ):
                values = (usage.get(field) for usage in rows if usage.get("type") == kind)
                columns[column] = _sum(values, path, extras)
    if "llm_total_tokens" not in columns:
        parts = (columns.get("llm_input_tokens"), columns.get("llm_output_tokens"))
        if None not in parts or (rows and not extras.is_invalid(*path)):
            columns["llm_total_tokens"] = _sum(parts, path or ("metrics_summary",), extras)
    return columns


def cost_columns(event: Event, extras: Extras) -> Columns:
    """`costs`, one entry a provider and unit, and their total: as sent, else the sum.

    Keys are `<provider>_<unit>`, or a part of the call alone; the cost is reported once, on the
    provider's first entry. The sum is NULL where a cost was not understood.
    """
    summary = event.get("cost_summary") or {}
    costs: dict[str, float] = {}
    quantities: dict[str, list[tuple[str, float]]] = {}
    for key, value in summary.items():
        provider, unit = _provider_and_unit(key)
        if key in _TOTAL_COSTS or value is None:
            continue
        if not provider or provider in _TOTAL_COSTS or not unit:
            extras.keep("cost_summary", key)
            continue
        units = quantities.setdefault(provider, [])
        if unit == _COST_UNITS[0]:
            if costs.setdefault(provider, value) != value:
                extras.keep("cost_summary", key)
        else:
            units.append((unit, value))
    entries = [
        entry
        for provider, units in quantities.items()
        for entry in _entries(provider, costs.get(provider), units)
    ]
    totals = {key: summary[key] for key in _TOTAL_COSTS if summary.get(key) is not None}
    for key, value in list(totals.items())[1:]:
        if value != next(iter(totals.values())):
            extras.keep("cost_summary", key)
    total = next(iter(totals.values()), None)
    if total is None and not any(
        extras.is_invalid("cost_summary", key)
        for key in summary
        if _provider_and_unit(key)[1] == _COST_UNITS[0]
    ):
        total = _sum(costs.values(), ("cost_summary",), extras)
    return {"costs": entries or None, "cost_total_usd": total}


@lru_cache(1_000)
def _provider_and_unit(key: str) -> tuple[str, str]:
    """The two parts of a key; the unit is `cost` for whatever says so, or says nothing."""
    if key in _COST_UNITS:
        return "", key
    for unit in _COST_UNITS:
        if key.endswith(f"_{unit}"):
            return key.removesuffix(f"_{unit}"), _COST_UNITS[0]
    provider, separator, unit = key.rpartition("_")
    return (provider, unit) if separator else (key, _COST_UNITS[0])


def _entries(provider: str, cost: float | None, units: list[tuple[str, float]]) -> list[Columns]:
    first: Columns = {"provider": provider} | ({} if cost is None else {"cost_usd": cost})
    return [
        (first if index == 0 else {"provider": provider}) | {"quantity": quantity, "unit": unit}
        for index, (unit, quantity) in enumerate(units)
    ] or [first]


def _sent(event: Event, extras: Extras) -> Columns:
    metrics = event.get("metrics_summary")
    columns: Columns = {}
    if not isinstance(metrics, dict):
        return columns
    extras.keep_unknown(metrics, _METRICS_KEYS, "metrics_summary")
    sent: Mapping[str, Any] = metrics
    for column, names in _SENT_AS.items():
        for name in names:
            value = sent.get(name)
            if value is None or (name == "avg_latency_ms" and value == NO_LATENCY):
                continue
            if columns.setdefault(column, value) != value:
                extras.keep("metrics_summary", name)
    return columns


def _model_usage(event: Event, extras: Extras) -> tuple[list[Columns], Path]:
    """The first list of usage by model that is there, and its path.

    Another one that says something else is kept.
    """
    first_list: tuple[list[Usage | None], Path] = ([], ())
    for rows, path in _lists_of_usage(event, extras):
        if not rows:
            continue
        if not first_list[0]:
            first_list = rows, path
        elif rows != first_list[0]:
            extras.keep(*path)
    rows, path = first_list if first_list[0] else last_usage(event)
    return [
        _usage(row, (*path, index), extras) for index, row in enumerate(rows) if row is not None
    ], path


def _lists_of_usage(
    event: Event, extras: Extras
) -> Iterable[tuple[list[Usage | None] | None, Path]]:
    yield event.get("model_usage"), ("model_usage",)
    usage = event.get("usage")
    if isinstance(usage, dict):
        extras.keep_unknown(usage, _SESSION_USAGE_KEYS, "usage")
        yield usage.get("model_usage"), ("usage", "model_usage")
    else:
        yield usage, ("usage",)
    metrics = event.get("metrics_summary")
    if isinstance(metrics, dict):
        yield metrics.get("model_usage"), ("metrics_summary", "model_usage")
    else:
        yield metrics, ("metrics_summary",)


def _usage(usage: Usage, path: Path, extras: Extras) -> Columns:
    struct = extras.map_columns(usage, _USAGE, *path)
    if "type" not in struct and (kind := _type_of(usage)):
        struct["type"] = kind
    return struct


def _type_of(usage: Usage) -> str | None:
    """The type that older SDKs leave out, by the keys that only one type has."""
    if usage.get("characters_count") is not None:
        return "tts_usage"
    if usage.get("audio_duration") is not None:
        return "stt_usage"
    if usage.get("input_tokens") is not None or usage.get("output_tokens") is not None:
        return "llm_usage"
    return None


def _sum(values: Iterable[Any], path: Path, extras: Extras) -> Any:
    """The sum of the values that are there.

    None where there is none, or where no column can hold it.
    """
    there = [value for value in values if value is not None]
    if not there:
        return None
    total = sum(there)
    if abs(total) > INT64_MAX if isinstance(total, int) else not math.isfinite(total):
        extras.suspicious(path, "a sum that its column can hold")
        return None
    return total
