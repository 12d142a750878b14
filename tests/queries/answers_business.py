"""What the queries about costs and usage must answer."""

from collections.abc import Iterator

from tests.queries.arithmetic import (
    average,
    grouped,
    joined,
    ordered,
    percent,
    ratio,
    rounded,
    total,
)
from tests.queries.expected_calls import Call, Row, calls, cost_usd, derived
from tests.queries.expected_days import daily_summary, tokens
from tests.queries.expected_parts import costs, model_usage

_AUDIO = {"tts_usage": "tts_audio_duration", "stt_usage": "stt_audio_duration"}


def cost_by_provider() -> list[Row]:
    every = total(cost["cost_usd"] for cost in costs())
    rows = []
    for provider, group in grouped(costs(), lambda cost: cost["provider"]).items():
        paid = [cost["cost_usd"] for cost in group]
        rows.append(
            {
                "provider": provider,
                "calls": len({_key(cost) for cost in group}),
                "cost_usd": rounded(total(paid), 2),
                "cost_percent": percent(total(paid), every),
                "cost_per_call_usd": rounded(average(paid), 4),
            }
        )
    return ordered(rows, "-cost_usd", "provider")[:50]


def cost_by_model() -> list[Row]:
    models = grouped(model_usage(), _key)
    spent = grouped(
        (row for row in costs() if row["cost_usd"] is not None),
        lambda row: (*_key(row), row["provider"]),
    )
    bills = []
    for (*key, provider), group in spent.items():
        used = [
            row["model"]
            for row in models.get(tuple(key), [])
            if provider in row["provider"].lower()
        ]
        bills.append((provider, joined(used) or "not said", sum(row["cost_usd"] for row in group)))
    rows = [
        {
            "provider": provider,
            "models": names,
            "calls": len(group),
            "cost_usd": rounded(sum(usd for *_, usd in group), 2),
            "cost_percent": percent(sum(usd for *_, usd in group), sum(usd for *_, usd in bills)),
            "cost_per_call_usd": rounded(average(usd for *_, usd in group), 4),
        }
        for (provider, names), group in grouped(bills, lambda bill: bill[:2]).items()
    ]
    return ordered(rows, "-cost_usd", "provider", "models")[:100]


def cost_by_day() -> list[Row]:
    rows = [
        {
            "dt": day["dt"],
            **{name: day[name] for name in ("calls", "calls_with_cost")},
            "minutes": rounded(day["minutes"], 1),
            "cost_usd": rounded(day["cost_usd"], 2),
            "cost_per_call_usd": rounded(day["average_cost_usd"], 4),
            "cost_per_minute_usd": rounded(day["cost_per_minute_usd"], 4),
            "qualified_calls": day["qualified_calls"],
            "cost_per_qualified_usd": rounded(day["cost_per_qualified_call_usd"], 2),
        }
        for day in daily_summary()
    ]
    return ordered(rows, "dt")


def period_totals() -> list[Row]:
    events = [call.event for call in calls()]
    facts = [derived(event) for event in events]
    lengths, bills = (
        [event.get("duration_seconds") for event in events],
        [cost_usd(event) for event in events],
    )
    both = [
        (bill, length)
        for bill, length in zip(bills, lengths, strict=True)
        if None not in (bill, length)
    ]
    return [
        {
            "calls": len(events),
            "qualified_calls": sum(fact["qualified"] for fact in facts),
            "booked_calls": sum(fact["meeting_booked"] for fact in facts),
            "calls_with_length": sum(length is not None for length in lengths),
            "minutes": ratio(total(lengths), 60, 1),
            "calls_with_cost": sum(bill is not None for bill in bills),
            "cost_usd": rounded(total(bills), 2),
            "cost_per_call_usd": rounded(average(bills), 4),
            "calls_with_both": len(both),
            "cost_per_minute_usd": ratio(
                total(bill for bill, _ in both), total(length for _, length in both), 4, factor=60
            ),
        }
    ]


def cost_per_qualified_lead() -> list[Row]:
    rows = []
    for source, group in grouped(calls(), _source).items():
        cost = total(cost_usd(call.event) for call in group)
        qualified, booked = (
            sum(derived(call.event)[name] for call in group)
            for name in ("qualified", "meeting_booked")
        )
        rows.append(
            {
                "source": source,
                "calls": len(group),
                "cost_usd": rounded(cost, 2),
                "qualified_calls": qualified,
                "cost_per_qualified_usd": ratio(cost, qualified, 2),
                "booked_calls": booked,
                "cost_per_booking_usd": ratio(cost, booked, 2),
            }
        )
    return ordered(rows, "-qualified_calls", "-calls", "source")[:50]


def token_usage() -> list[Row]:
    rows = []
    for (kind, provider, model), group in grouped(
        _used(), lambda usage: (usage["type"], usage["provider"], usage["model"])
    ).items():
        sums = {
            name: total(usage[name] for usage in group)
            for name in (
                "total_tokens",
                "input_tokens",
                "cached_input_tokens",
                "output_tokens",
                "characters",
                "audio_seconds",
            )
        }
        rows.append(
            {
                "type": kind or "not said",
                "provider": provider or "not said",
                "model": model or "not said",
                "calls": len({_key(usage) for usage in group}),
                **{
                    name: sums[name]
                    for name in ("total_tokens", "input_tokens", "cached_input_tokens")
                },
                "cached_percent": percent(sums["cached_input_tokens"], sums["input_tokens"]),
                **{name: sums[name] for name in ("output_tokens", "characters")},
                "audio_minutes": ratio(sums["audio_seconds"], 60, 1),
            }
        )
    return ordered(
        rows, "type", "-total_tokens", "-characters", "-audio_minutes", "provider", "model"
    )[:100]


def _used() -> Iterator[Row]:
    """What each model used; of calls that name none, their sums, as if of one model a type."""
    for usage in model_usage():
        yield usage | {"total_tokens": total([usage["input_tokens"], usage["output_tokens"]])}
    for call in calls():
        if not call.event.get("model_usage"):
            yield from _sums(call)


def _sums(call: Call) -> Iterator[Row]:
    sent, counted = call.event.get("metrics_summary", {}), tokens(call.event)
    nothing = dict.fromkeys(
        (
            "provider",
            "model",
            "total_tokens",
            "input_tokens",
            "cached_input_tokens",
            "output_tokens",
        )
    )
    heard = {kind: sent.get(name) for kind, name in _AUDIO.items()}
    if counted["llm_total_tokens"] is not None:
        usage = {
            name: counted[f"llm_{name}"]
            for name in ("total_tokens", "input_tokens", "cached_input_tokens", "output_tokens")
        }
        yield (
            call.key
            | nothing
            | {"type": "llm_usage", "characters": None, "audio_seconds": None}
            | usage
        )
    if (counted["tts_characters"], heard["tts_usage"]) != (None, None):
        usage = {"characters": counted["tts_characters"], "audio_seconds": heard["tts_usage"]}
        yield call.key | nothing | {"type": "tts_usage"} | usage
    if heard["stt_usage"] is not None:
        yield (
            call.key
            | nothing
            | {"type": "stt_usage", "characters": None, "audio_seconds": heard["stt_usage"]}
        )


def _source(call: Call) -> str:
    return str(call.event.get("user_metadata", {}).get("utm_source", "not said"))


def _key(row: Row) -> tuple[object, ...]:
    return row["dt"], row["session_id"], row["started_at"]
