"""What the queries about the knowledge base and the tools must answer."""

from tests.queries.arithmetic import (
    average,
    grouped,
    joined,
    ordered,
    percent,
    percentile,
    rounded,
)
from tests.queries.expected_calls import Row, calls, derived
from tests.queries.expected_parts import tool_calls


def tool_success() -> list[Row]:
    rows = []
    for tool, group in grouped(tool_calls(), lambda used: used["tool"]).items():
        broken = sum(used["failed"] for used in group)
        lengths = [used["duration_ms"] for used in group]
        rows.append(
            {
                "tool": tool or "not said",
                "uses": len(group),
                "failed": broken,
                "success_percent": percent(len(group) - broken, len(group)),
                "median_ms": rounded(percentile(lengths, 0.5)),
                "p95_ms": rounded(percentile(lengths, 0.95)),
                "example_error": min(
                    (used["error"] for used in group if used["error"]), default=None
                ),
            }
        )
    return ordered(rows, "-uses", "tool")[:50]


def content_gaps() -> list[Row]:
    missed = [used for used in tool_calls() if used["found_nothing"]]
    rows = [
        {
            "question": question,
            "searches_without_result": len(group),
            "calls": len({_key(used) for used in group}),
            "categories": joined(used["category"] for used in group),
            "last_asked_on": max(used["dt"] for used in group),
            "example_session_id": min(used["session_id"] for used in group),
        }
        for question, group in grouped(
            missed, lambda used: " ".join(used["query"].lower().split())
        ).items()
    ]
    return ordered(rows, "-searches_without_result", "-calls", "question")[:50]


def knowledge_searches() -> list[Row]:
    searches = [used for used in tool_calls() if used["query"] is not None]
    rows = []
    for category, group in grouped(searches, lambda used: used["category"]).items():
        known = [used["found_nothing"] for used in group if used["found_nothing"] is not None]
        rows.append(
            {
                "category": category or "not said",
                "searches": len(group),
                "without_result": sum(known),
                "with_result_percent": percent(len(known) - sum(known), len(known)),
                "average_results": rounded(average(used["total_results"] for used in group), 1),
                "calls": len({_key(used) for used in group}),
            }
        )
    return ordered(rows, "-searches", "category")[:50]


def booking_rate() -> list[Row]:
    attempts = grouped(
        (used for used in tool_calls() if used["tool"] == "book_sales_meeting"), _key
    )
    rows = []
    for dt, group in grouped(calls(), lambda call: call.dt).items():
        facts = [derived(call.event) for call in group]
        tried = [attempts[_key(call.key)] for call in group if _key(call.key) in attempts]
        booked, qualified = (
            sum(fact[name] for fact in facts) for name in ("meeting_booked", "qualified")
        )
        both = sum(fact["meeting_booked"] and fact["qualified"] for fact in facts)
        rows.append(
            {
                "dt": dt,
                "calls": len(group),
                "qualified_calls": qualified,
                "calls_that_tried": len(tried),
                "booked_calls": booked,
                "failed_attempts": sum(used["failed"] for uses in tried for used in uses),
                "booked_percent": percent(booked, len(group)),
                "qualified_booked_percent": percent(both, qualified),
                "tried_booked_percent": percent(booked, len(tried)),
            }
        )
    return ordered(rows, "dt")


def _key(row: Row) -> tuple[object, ...]:
    return row["dt"], row["session_id"], row["started_at"]
