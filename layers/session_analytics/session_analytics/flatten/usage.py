"""Usage and costs: one set of columns, whichever of their shapes came."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from session_analytics.flatten.columns import Columns, mapping
from session_analytics.schema.contract import KEYS
from session_analytics.schema.values import INT64_MAX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from session_analytics.flatten.extras import Extras
    from session_analytics.schema.event import Event, Usage
    from session_analytics.schema.pointer import Path

_USAGE = mapping(
    "Usage",
    ("type", "provider", "model", "input_tokens", "output_tokens"),
    cached_input_tokens="input_cached_tokens",
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
# column: the type of usage and its field whose sum it is where nothing was sent
_SUM_OF = {
    "llm_input_tokens": ("llm_usage", "input_tokens"),
    "llm_cached_input_tokens": ("llm_usage", "cached_input_tokens"),
    "llm_output_tokens": ("llm_usage", "output_tokens"),
    "tts_characters": ("tts_usage", "characters"),
    "tts_audio_seconds": ("tts_usage", "audio_seconds"),
    "stt_audio_seconds": ("stt_usage", "audio_seconds"),
}

_COST_UNIT = "cost"
_TOTAL_COST = "total_estimated_cost"
_NO_PROVIDERS = frozenset({"", "total", "total_estimated"})


def usage_columns(event: Event, extras: Extras) -> Columns:
    """The columns of usage: sums as sent, else summed from the usage by model."""
    columns = _sent(event, extras)
    rows, path = _model_usage(event, extras)
    if rows:
        columns["model_usage"] = rows
        for column, (kind, field) in _SUM_OF.items():
            if column not in columns:
                values = (usage.get(field) for usage in rows if usage.get("type") == kind)
                columns[column] = _sum(values, path, extras)
    if "llm_total_tokens" not in columns:
        parts = (columns.get("llm_input_tokens"), columns.get("llm_output_tokens"))
        columns["llm_total_tokens"] = _sum(parts, path or ("metrics_summary",), extras)
    return columns


def cost_columns(event: Event, extras: Extras) -> Columns:
    """`costs`, one entry a provider and unit, and their total: as sent, else the sum.

    A provider is all before the last `_` of a key; its cost stands on its first entry alone.
    """
    summary = event.get("cost_summary") or {}
    costs: dict[str, float] = {}
    quantities: dict[str, list[tuple[str, float]]] = {}
    for key, value in summary.items():
        provider, _, unit = key.rpartition("_")
        if key == _TOTAL_COST or value is None:
            continue
        if provider in _NO_PROVIDERS or not unit:
            extras.keep("cost_summary", key)
            continue
        units = quantities.setdefault(provider, [])
        if unit == _COST_UNIT:
            costs[provider] = value
        else:
            units.append((unit, value))
    entries: list[Columns] = []
    for provider, units in quantities.items():
        first: Columns = (
            {"provider": provider, "cost_usd": costs[provider]}
            if provider in costs
            else {"provider": provider}
        )
        entries += [
            (first if index == 0 else {"provider": provider}) | {"quantity": quantity, "unit": unit}
            for index, (unit, quantity) in enumerate(units)
        ] or [first]
    total = summary.get(_TOTAL_COST)
    return {
        "costs": entries or None,
        "cost_total_usd": _sum(costs.values(), ("cost_summary",), extras)
        if total is None
        else total,
    }


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
            if value is None:
                continue
            if columns.setdefault(column, value) != value:
                extras.keep("metrics_summary", name)
    return columns


def _model_usage(event: Event, extras: Extras) -> tuple[list[Columns], Path]:
    """The first list of usage by model that is there, and its path.

    Another one that says something else is kept.
    """
    taken: tuple[list[Usage | None], Path] = ([], ())
    for rows, path in _lists_of_usage(event, extras):
        if not rows:
            continue
        if not taken[0]:
            taken = rows, path
        elif rows != taken[0]:
            extras.keep(*path)
    rows, path = taken
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
