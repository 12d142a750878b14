"""What the page shows.

Each figure is the answer of one saved query, with one sentence that says what to look for.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

from voice_analytics.report import plots
from voice_analytics.report.charts import Plot
from voice_analytics.report.day_charts import Frame
from voice_analytics.report.headlines import OF_HEADLINES
from voice_analytics.report.plots import Records

type Reader = Literal["sales", "agent", "operations"]

_NO_CALLS = "No calls in this period."


class Figure(NamedTuple):
    """A figure.

    Its plot, and which columns of the answer stand in its table (never those that may name a
    person). `note` is a sentence that the answer needs.
    """

    query: str
    title: str
    look_for: str
    plot: Callable[[Records, Frame], Plot | None]
    columns: tuple[str, ...]
    empty: str = _NO_CALLS
    wide: bool = False
    by_rank: bool = False
    note: Callable[[Records], str] = lambda _: ""

    @property
    def anchor(self) -> str:
        """The id of the figure on a page."""
        return self.title.lower().replace(" ", "-").replace(",", "")


def _said_by_agent(records: Records) -> str:
    calls, by_agent = (
        sum(record[name] for record in records) for name in ("calls", "said_by_agent")
    )
    if by_agent == calls:
        return ""
    return (
        f"The agent said the outcome of {by_agent:,} of the {calls:,} calls; that of the others is "
        "worked out from the booking, the errors and the way the call ended."
    )


SECTIONS: dict[str, tuple[Figure, ...]] = {
    "Calls and cost": (
        Figure(
            "daily_volume",
            "Calls by day",
            "Look for days without calls, or with far fewer than the same weekday before.",
            plots.calls_by_day,
            (
                "dt",
                "calls",
                "minutes",
                "average_minutes",
                "qualified_calls",
                "booked_calls",
                "calls_with_errors",
            ),
        ),
        Figure(
            "cost_by_day",
            "Cost by day",
            "It should rise and fall with the calls; where it rises alone, a model or a price has "
            "changed.",
            plots.cost_by_day,
            (
                "dt",
                "calls",
                "calls_with_cost",
                "cost_usd",
                "cost_per_call_usd",
                "cost_per_minute_usd",
                "cost_per_qualified_usd",
            ),
            "No call in this period has a cost.",
        ),
        Figure(
            "cost_by_provider",
            "Cost by provider",
            "The longest bar is where a cheaper model or a shorter prompt saves most.",
            plots.cost_by_provider,
            ("provider", "calls", "cost_usd", "cost_percent", "cost_per_call_usd"),
            "No call in this period has costs by provider.",
            by_rank=True,
        ),
        Figure(
            "cost_by_model",
            "Cost by model",
            "Compare the cost per call of a provider's models in the numbers below.",
            plots.cost_by_model,
            ("provider", "models", "calls", "cost_usd", "cost_percent", "cost_per_call_usd"),
            "No call in this period has costs by provider.",
            by_rank=True,
        ),
    ),
    "When people call, and how long": (
        Figure(
            "calls_by_hour",
            "Calls by weekday and hour",
            "The darker an hour, the more calls: this is when people and capacity are needed.",
            plots.calls_by_hour,
            ("weekday", "hour", "calls", "qualified_calls"),
        ),
        Figure(
            "peak_concurrency",
            "Calls at once, at most",
            "The agent's workers must carry the highest column, and some more.",
            plots.peak_concurrency,
            ("dt", "calls_at_once", "reached_at"),
            "The length of no call in this period is known.",
        ),
        Figure(
            "call_lengths",
            "Length of calls",
            "A tower on the left is callers who leave at once; a long tail is calls that do not "
            "come to an end.",
            plots.call_lengths,
            ("from_minutes", "calls", "calls_percent"),
            "The length of no call in this period is known.",
        ),
        Figure(
            "agent_versions",
            "Versions of the agent",
            "Compare a new version with the one before: errors, waits, bookings and cost.",
            plots.agent_versions,
            (
                "agent_name",
                "agent_version",
                "first_called_on",
                "calls",
                "qualified_percent",
                "booked_percent",
                "calls_with_errors_percent",
                "total_p95_ms",
                "cost_per_call_usd",
            ),
            by_rank=True,
        ),
    ),
    "How long callers wait": (
        Figure(
            "latency_by_stage",
            "Latency by stage",
            "Points to the right of the orange target came too late; mend the stage that "
            "overshoots most.",
            plots.latency_by_stage,
            (
                "stage",
                "turns",
                "p50_ms",
                "p90_ms",
                "p95_ms",
                "p99_ms",
                "target_ms",
                "within_target_percent",
            ),
            "No latency was measured in this period.",
        ),
        Figure(
            "latency_by_day",
            "Total latency by day",
            "95 of 100 answers come sooner than p95; a line that climbs tells of a slower provider "
            "or a longer prompt.",
            plots.latency_by_day,
            (
                "dt",
                "stage",
                "turns",
                "p50_ms",
                "p90_ms",
                "p95_ms",
                "p99_ms",
                "target_ms",
                "within_target_percent",
            ),
            "No latency was measured in this period.",
        ),
        Figure(
            "latency_distribution",
            "Waits for an answer",
            "What lies right of the orange target is a wait that callers notice.",
            plots.latency_distribution,
            ("from_ms", "answers", "answers_percent", "target_ms"),
            "No latency was measured in this period.",
            wide=True,
        ),
    ),
    "Leads": (
        Figure(
            "lead_funnel",
            "From call to booked meeting",
            "Each bar counts by itself, out of all calls: a caller who does not qualify may book a "
            "meeting too.",
            plots.lead_funnel,
            ("stage", "calls", "calls_percent"),
        ),
        Figure(
            "integrations_wanted",
            "Integrations wanted",
            "What stands high here and is not in the product yet is worth a talk with its makers.",
            plots.integrations_wanted,
            (
                "integration",
                "calls",
                "calls_percent",
                "qualified_calls",
                "median_team_size",
                "last_asked_on",
            ),
            "Nobody asked for an integration in this period.",
            by_rank=True,
        ),
    ),
    "Conversations and tools": (
        Figure(
            "call_outcomes",
            "How calls end",
            "Watch the share of calls that were abandoned or that an error closed.",
            plots.call_outcomes,
            ("outcome", "calls", "calls_percent", "said_by_agent", "average_minutes"),
            by_rank=True,
            note=_said_by_agent,
        ),
        Figure(
            "tool_success",
            "Tool success",
            "Orange is a caller who did not get what the agent promised.",
            plots.tool_success,
            ("tool", "uses", "failed", "success_percent", "median_ms", "p95_ms"),
            "No tool was used in this period.",
            by_rank=True,
        ),
        Figure(
            "content_gaps",
            "Searches without a result",
            "Callers asked this and the knowledge base had no answer: the longest bars are the "
            "next articles to write.",
            plots.content_gaps,
            ("question", "searches_without_result", "calls", "categories", "last_asked_on"),
            "No search in this period came back empty.",
            wide=True,
            by_rank=True,
        ),
    ),
    "Data quality": (
        Figure(
            "daily_quality",
            "Rows delivered by day",
            "A gap while there were calls means that the agent's log did not arrive.",
            plots.rows_by_day,
            ("dt", "calls", "deliveries", "repeated_deliveries", "repeated_events"),
            "Nothing was delivered in this period.",
        ),
        Figure(
            "daily_quality",
            "Copies, rejects and wrong values by day",
            "Copies do no harm, for a call counts once; rejects and wrong values rise when the "
            "agent's code has changed.",
            plots.flaws_by_day,
            (
                "dt",
                "rejects",
                "rejects_percent",
                "violations",
                "events_with_violations",
                "late_events",
            ),
            "No copies, rejects or wrong values in this period.",
        ),
    ),
}
# What each reader is shown, the most important first; without a reader, all.
_SECTIONS_FOR: dict[Reader, tuple[str, ...]] = {
    "sales": ("Leads", "Calls and cost", "Conversations and tools"),
    "agent": (
        "How long callers wait",
        "Conversations and tools",
        "When people call, and how long",
    ),
    "operations": (
        "Calls and cost",
        "When people call, and how long",
        "How long callers wait",
        "Data quality",
    ),
}


def sections_for(reader: Reader | None) -> dict[str, tuple[Figure, ...]]:
    """The sections that a reader is shown, the most important first."""
    names = _SECTIONS_FOR[reader] if reader else tuple(SECTIONS)
    return {name: SECTIONS[name] for name in names}


def queries_of(sections: dict[str, tuple[Figure, ...]]) -> tuple[str, ...]:
    """The saved queries that these sections and the headlines need, each once."""
    figures = [figure.query for figures in sections.values() for figure in figures]
    return tuple(dict.fromkeys((*OF_HEADLINES, *figures)))
