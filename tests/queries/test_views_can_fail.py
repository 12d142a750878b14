"""A view that is wrong at one place shows something else than what is expected.

The comparison notices each of these.
"""

from pathlib import Path

import pytest

from tests.queries.comparison import EXPECTED, differences, rows
from voice_analytics.catalog.saved_queries import views
from voice_analytics.lake.engine import Lake

# What urgency and decision_timeline do not mean
DENIALS = (
    "non",
    "not",
    "none",
    "nothing",
    "never",
    "neither",
    "cannot",
    "hardly",
    "less",
    "without",
    "once",
    "twice",
)
# A JSON Pointer with * for the places in lists
PLACES = (
    "array_join(transform(split(violation.path, '/'), part -> regexp_replace(part, "
    "'^[0-9]+$', '*')), '/')"
)
# view, what stands there, what is put in its place
MISTAKES = [
    ("sessions", "logged_at DESC", "logged_at"),
    ("sessions", "event_id DESC", "event_id"),
    ("sessions", "AND ranked.copy = 1", "AND ranked.copy <= 2"),
    ("sessions", "WHERE delivered.delivery = 1\n      AND ", "WHERE "),
    ("sessions", "PARTITION BY dt, session_id, call_number", "PARTITION BY dt, session_id"),
    ("sessions", "PARTITION BY dt, session_id, call_number", "PARTITION BY dt, event_id"),
    ("sessions", "team_size >= 5", "team_size > 5"),
    ("sessions", "team_size >= 3", "team_size > 3"),
    ("sessions", "monthly_volume >= 100", "monthly_volume > 100"),
    ("sessions", "if(cardinality(key_integrations) > 0, 'integration'),", ""),
    ("sessions", "cardinality(key_integrations) > 0,", "cardinality(key_integrations) > 1,"),
    ("sessions", "timelines[1] = 'this_week' OR ", ""),
    ("sessions", "timelines[1] = 'this_week'", "contains(timelines, 'this_week')"),
    ("sessions", " OR regexp_like(meant_words[1], '\\b(high(est)?|critical)\\b')", ""),
    ("sessions", "\\b(high(est)?|critical)\\b", "high|critical"),
    ("sessions", "regexp_like(meant_words[1]", "regexp_like(when_words[1]"),
    ("sessions", "(\\b(no|", "(\\b("),
    ("sessions", "|every)", ")"),
    ("sessions", "|n[''\u2019]t)", ")"),
    ("sessions", "[''\u2019]", "''"),
    ("sessions", "[^,;.]*", ".*"),
    ("sessions", "'\\b(no|not) (later|longer|more) than\\b|\\bless than\\b'", "'x'"),
    ("sessions", "|\\bless than\\b", ""),
    ("sessions", "(after|following|once|when|if)", "(after)"),
    ("sessions", "|(right|straight)( away)?)", ")"),
    ("sessions", "as soon as possible|urgent", "as soon as|urgent"),
    ("sessions", "|immediate(ly)?|right away", ""),
    ("sessions", "(in|within) (a|", "(.*) (a|"),
    ("sessions", "this|1|one", "this|one"),
    ("sessions", "(a|(the )?next)|within the) week", "a|within the) week"),
    ("sessions", "(a|(the )?next)|within the) month", "a|within the) month"),
    ("sessions", "(a|(the )?next)|within the) quarter", "a|within the) quarter"),
    ("sessions", "\\b(1|an) hour\\b|", ""),
    ("sessions", "[1-9][0-9]|few|couple of) hours", "few|couple of) hours"),
    ("sessions", "\\b([1-9]|[1-9][0-9]|few", "([1-9]|[1-9][0-9]|few"),
    ("sessions", "\\b(1|one) day\\b|", ""),
    ("sessions", "two|three|few|couple of) days", "three|few|couple of) days"),
    ("sessions", "(^|\\b(by|on|this|before|within) )(mon", "\\b(mon"),
    ("sessions", "(^|\\b(by|on|", "(\\b(by|on|"),
    ("sessions", "(by|on|", "(on|"),
    ("sessions", "[2-4]|two", "[23]|two"),
    ("sessions", "[12][0-9]|30) days", "30) days"),
    ("sessions", "\\b([3-8][0-9]|90) days", "\\b90 days"),
    ("sessions", "contains(timelines, 'this_month')", "timelines[1] = 'this_month'"),
    ("sessions", "|\\bnon decision", ""),
    ("sessions", "|\\bnon decision", "|\\bnon"),
    ("sessions", "|board", "|board|non"),
    ("sessions", "|\\bnon decision|n[''\u2019]t\\b", "|\\bnon decision"),
    ("sessions", "asks?|reports to|up to", "asks?"),
    ("sessions", "\\bno approval (needed|required)|", ""),
    ("sessions", "\\bno approval (needed|required)", "\\bno approval"),
    ("sessions", "|\\bneeds? no approval", ""),
    ("sessions", "|(\\bnot|n[''\u2019]t) need (any |an )?approval", ""),
    *(("sessions", f"|{word}|", "|") for word in DENIALS),
    ("sessions", "authority = 'decision_maker' AND", "authority <> 'needs_approval' AND"),
    ("sessions", "(^|[^a-z])apis?([^a-z]|$)", "api"),
    ("sessions", "\\bdecide", "decide"),
    ("sessions", "|bank", ""),
    (
        "sessions",
        "ARRAY[urgency, decision_timeline]",
        "ARRAY[urgency, if(urgency IS NULL, decision_timeline)]",
    ),
    ("sessions", "ARRAY[urgency, decision_timeline]", "ARRAY[decision_timeline, urgency]"),
    (
        "sessions",
        "\\b([23]|two|three|few|couple of) months",
        "([23]|two|three|few|couple of) months",
    ),
    ("sessions", "'high value', 'medium'", "'high value'"),
    ("sessions", "AND used.success", ""),
    ("sessions", "CAST(agent_word_count AS double) + user_word_count", "turn_count"),
    ("sessions", "CAST(agent_word_count AS double)", "agent_word_count"),
    ("sessions", "nullif(duration_seconds / 60, 0)", "(duration_seconds / 60)"),
    ("sessions", "coalesce(upper(turn.role), '?')", "upper(turn.role)"),
    ("tool_calls", "OR used.error IS NOT NULL", ""),
    ("tool_calls", "coalesce(NOT used.success, false)", "NOT used.success"),
    (
        "tool_calls",
        "coalesce(NOT used.results_found, used.total_results = 0)",
        "NOT used.results_found",
    ),
    ("tool_calls", "FROM sessions\n", "FROM session_analytics AS sessions\n"),
    ("turns", "'assistant', 'agent'", "'user', 'agent'"),
    (
        "stage_latencies",
        "stage.latency_ms <= stage.target_ms",
        "stage.latency_ms < stage.target_ms",
    ),
    ("stage_latencies", "turns.llm_ttft_ms, 700", "turns.llm_ttft_ms, 750"),
    ("stage_latencies", "WHERE stage.latency_ms IS NOT NULL", ""),
    ("model_usage", "FROM sessions\n", "FROM session_analytics AS sessions\n"),
    ("costs", "FROM sessions\n", "FROM session_analytics AS sessions\n"),
    ("lead_scores", "team_size > 10", "team_size >= 10"),
    ("lead_scores", "team_size >= 5", "team_size > 5"),
    ("lead_scores", "monthly_volume >= 50", "monthly_volume > 50"),
    ("lead_scores", "monthly_volume >= 10 ", "monthly_volume > 10 "),
    ("lead_scores", "'salesforce') THEN 20", "'salesforce') THEN 15"),
    ("lead_scores", "'this_quarter' THEN 5", "'this_quarter' THEN 0"),
    ("lead_scores", "'needs_approval' THEN 5", "'needs_approval' THEN 10"),
    ("lead_scores", "1e2 * points / 95", "100 * points / 95"),
    ("lead_scores", "score > 80", "score >= 79"),
    ("rejects", "rejected_at DESC", "rejected_at"),
    ("rejects", "WHERE copy = 1", ""),
    ("failed_records", "coalesce(errorcode, lasterrorcode)", "errorcode"),
    ("failed_records", "arrivaltimestamp / 1e3", "attemptendingtimestamp / 1e3"),
    ("daily_summary", "count(DISTINCT lower(user_email))", "count(DISTINCT user_email)"),
    (
        "daily_summary",
        "sum(if(duration_seconds IS NOT NULL, cost_total_usd))",
        "sum(cost_total_usd)",
    ),
    ("daily_summary", "if(cost_total_usd IS NOT NULL, duration_seconds)", "duration_seconds"),
    ("daily_summary", "count(cost_total_usd)", "count(*)"),
    ("daily_summary", "avg(cost_total_usd)", "avg(coalesce(cost_total_usd, 0))"),
    ("daily_summary", "tool_error_count > 0 OR ", ""),
    ("daily_summary", "e2e_latency_ms, 0.95", "e2e_latency_ms, 0.9"),
    ("daily_summary", "LEFT JOIN by_turn", "JOIN by_turn"),
    (
        "data_quality",
        "PARTITION BY dt, rejected, event_id",
        "PARTITION BY dt, rejected, session_id",
    ),
    ("data_quality", "rejected AND copy = 1", "rejected"),
    ("data_quality", "FROM rejects\n", "FROM rejected_events\n"),
    ("data_quality", "CAST(by_arrival.rejects AS double)", "by_arrival.rejects"),
    ("data_quality", "WHERE delivered.copy = 1", ""),
    (
        "data_quality",
        "if(violation.expected = '', CAST(regexp_extract(violation.got, '^\\d+') AS bigint), 1)",
        "1",
    ),
    ("data_quality", "FILTER (WHERE field <> '')", ""),
    ("data_quality", PLACES, "violation.path"),
    ("data_quality", PLACES, "regexp_replace(violation.path, '/\\d+', '/*')"),
    ("data_quality", PLACES, "regexp_replace(violation.path, '/\\d+\\b', '/*')"),
    ("data_quality", "LEFT JOIN by_violation", "JOIN by_violation"),
    ("data_quality", "emit_to_log_seconds, 0.95", "emit_to_log_seconds, 0.5"),
    ("data_quality", "> dt)", ">= dt)"),
]


@pytest.mark.parametrize(("view", "right", "wrong"), MISTAKES)
def test_a_mistake_in_a_view_is_noticed(
    view: str, right: str, wrong: str, corners: Lake, corner_folder: Path
) -> None:
    sql = "\n".join(line for line in views()[view].sql.splitlines() if not line.startswith("--"))
    assert right in sql
    assert differences(EXPECTED[view](corner_folder), rows(sql.replace(right, wrong), corners))
