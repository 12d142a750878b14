"""The plots of the saved queries' answers: one function a figure."""

from collections.abc import Sequence

from voice_analytics.report.charts import (
    Bar,
    Bin,
    Plot,
    Stage,
    histogram,
    latencies,
    ranking,
    week,
)
from voice_analytics.report.day_charts import (
    Frame,
    Kind,
    columns,
    percentile_lines,
    stacked_columns,
)
from voice_analytics.report.headlines import WHOLE_WAIT
from voice_analytics.report.number_format import dollars, percentage
from voice_analytics.report.sources import Record
from voice_analytics.report.theme import BLUE, GREEN, GREY, PURPLE, VERMILION
from voice_analytics.report.words import NOT_SAID, readable

type Records = Sequence[Record]

MOST_BARS = 10  # of a ranking; its table has more
_A_SCORE = "hot"  # of the funnel: no step on the way to a meeting
_LENGTH_BIN, _LATENCY_BIN = 0.5, 250  # minutes and milliseconds, as the saved queries have them


def calls_by_day(records: Records, frame: Frame) -> Plot | None:
    return columns(records, frame, "calls", "calls", ",.0f")


def cost_by_day(records: Records, frame: Frame) -> Plot | None:
    return columns(records, frame, "cost_usd", "cost (USD)", "$,.2~f")


def cost_by_provider(records: Records, _: Frame) -> Plot | None:
    return _costs([(readable(record["provider"] or NOT_SAID), record) for record in records])


def cost_by_model(records: Records, _: Frame) -> Plot | None:
    return _costs(
        [
            (f"{readable(record['provider'] or NOT_SAID)}, {_models(record)}", record)
            for record in records
        ]
    )


def _models(record: Record) -> str:
    """The models' names, as their makers write them."""
    return "model not named" if record["models"] == NOT_SAID else str(record["models"])


def _costs(named: Sequence[tuple[str, Record]]) -> Plot | None:
    bars = [
        Bar(name, _dollars_and_share(record), {"USD": record["cost_usd"]})
        for name, record in named[:MOST_BARS]
        if record["cost_usd"]
    ]
    return ranking(bars, {"USD": BLUE})


def _dollars_and_share(record: Record) -> str:
    return f"{dollars(record['cost_usd'])} · {percentage(record['cost_percent'])}"


def latency_by_stage(records: Records, _: Frame) -> Plot | None:
    return latencies([_stage(record) for record in records])


def _stage(record: Record) -> Stage:
    label = f"{record['stage']}, target {record['target_ms']:,} ms"
    percentiles = {name: record[f"{name}_ms"] for name in ("p50", "p90", "p95", "p99")}
    return Stage(
        label,
        f"{percentage(record['within_target_percent'])} within",
        record["target_ms"],
        percentiles,
    )


def latency_by_day(records: Records, frame: Frame) -> Plot | None:
    totals = [record for record in records if record["stage"] == WHOLE_WAIT]
    target = totals[0]["target_ms"] if totals else 0
    return percentile_lines(totals, frame, ("p50", "p95", "p99"), target)


def lead_funnel(records: Records, _: Frame) -> Plot | None:
    return _calls(
        [(readable(record["stage"]), record) for record in records if record["stage"] != _A_SCORE]
    )


def integrations_wanted(records: Records, _: Frame) -> Plot | None:
    return _calls([(record["integration"], record) for record in records[:MOST_BARS]])


def _calls(named: Sequence[tuple[str, Record]]) -> Plot | None:
    bars = [
        Bar(
            name,
            f"{record['calls']:,} · {percentage(record['calls_percent'] or 0)}",
            {"calls": record["calls"]},
        )
        for name, record in named
    ]
    return ranking(bars, {"calls": BLUE})


def call_outcomes(records: Records, _: Frame) -> Plot | None:
    return _calls([(readable(record["outcome"]), record) for record in records[:MOST_BARS]])


def tool_success(records: Records, _: Frame) -> Plot | None:
    bars = [
        Bar(
            readable(record["tool"]),
            f"{percentage(record['success_percent'])} of {record['uses']:,}",
            {"worked": record["uses"] - record["failed"], "failed": record["failed"]},
        )
        for record in records[:MOST_BARS]
    ]
    return ranking(bars, {"worked": BLUE, "failed": VERMILION})


def content_gaps(records: Records, _: Frame) -> Plot | None:
    bars = [
        Bar(
            record["question"],
            f"{record['searches_without_result']:,}",
            {"searches": record["searches_without_result"]},
        )
        for record in records[:MOST_BARS]
    ]
    return ranking(bars, {"searches": VERMILION})


def rows_by_day(records: Records, frame: Frame) -> Plot | None:
    return columns(records, frame, "deliveries", "rows", ",.0f")


def flaws_by_day(records: Records, frame: Frame) -> Plot | None:
    kinds = {
        "repeated_deliveries": Kind("sent again", GREY),
        "repeated_events": Kind("logged again", BLUE),
        "rejects": Kind("rejected", VERMILION),
        "events_with_violations": Kind("wrong values", PURPLE),
        "late_events": Kind("late", GREEN),
    }
    return stacked_columns(records, frame, kinds, "log events", ",.0f")


def calls_by_hour(records: Records, _: Frame) -> Plot | None:
    return week({(record["weekday"], record["hour"]): record["calls"] for record in records})


def call_lengths(records: Records, _: Frame) -> Plot | None:
    bins = [Bin(record["from_minutes"], record["calls"]) for record in records]
    return histogram(bins, _LENGTH_BIN, "minutes", "calls")


def latency_distribution(records: Records, _: Frame) -> Plot | None:
    bins = [Bin(record["from_ms"], record["answers"]) for record in records]
    target = records[0]["target_ms"] if records else None
    return histogram(bins, _LATENCY_BIN, "milliseconds", "answers", target)


def peak_concurrency(records: Records, frame: Frame) -> Plot | None:
    return columns(records, frame, "calls_at_once", "calls at once", ",.0f")


def agent_versions(records: Records, _: Frame) -> Plot | None:
    several = len({record["agent_name"] for record in records}) > 1
    bars = [
        Bar(
            f"{readable(record['agent_name'])}, {_version(record)}"
            if several
            else _version(record),
            f"{record['calls']:,} calls · {_fast(record)}",
            {"calls": record["calls"]},
        )
        for record in records[:MOST_BARS]
    ]
    return ranking(bars, {"calls": BLUE})


def _version(record: Record) -> str:
    known = record["agent_version"] != NOT_SAID
    return f"version {record['agent_version']}" if known else "version not named"


def _fast(record: Record) -> str:
    milliseconds = record["total_p95_ms"]
    return "latency not measured" if milliseconds is None else f"p95 {milliseconds:,.0f} ms"
