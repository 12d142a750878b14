"""A saved query that would be wrong on some corner is noticed.

Each of these changes makes the comparison fail.
"""

from pathlib import Path

import pytest

from tests.queries.answers import COMPUTED, QUERIES, compared, expected
from tests.queries.test_views_can_fail import PLACES
from voice_analytics.lake.engine import Lake

_TRANSCRIPT = ("talk", "text-alone", "same-gap")
_FOUND = ("aj_1", " RM_1 ", "trial-7", "dora@example.COM")

# query: what stands in it, and what could stand there by mistake
BROKEN = {
    "latency_by_stage": [
        ("0.95", "0.9"),
        ("count_if(within_target)", "count_if(NOT within_target)"),
        ("ORDER BY stage_number", "ORDER BY stage"),
    ],
    "latency_by_model": [
        ("coalesce(llm_model, 'not said')", "llm_model"),
        ("\n  AND stage <> 'end of turn'", ""),
        ("0.99", "0.9"),
    ],
    "latency_by_day": [
        ("/ count(*)", "/ count(DISTINCT session_id)"),
        ("ORDER BY dt, stage_number", "ORDER BY stage_number, dt"),
    ],
    "call_list": [
        ("array_max(filter", "array_min(filter"),
        ("found.signal || ': ' || found.words", "found.signal"),
        ("sessions.final_outcome", "sessions.outcome AS final_outcome"),
        ("coalesce(sessions.llm_error_count, 0)", "0"),
        ("close_reason, sessions.disconnect_reason", "disconnect_reason, sessions.close_reason"),
        ("started_at DESC, session_id\n", "started_at, session_id\n"),
        ("\n    AND sessions.started_at = leads.started_at", ""),
    ],
    "call_timeline": [
        ("round(e2e_latency_ms)", "round(llm_ttft_ms)"),
        ("kind DESC", "kind"),
        ("    failed,", "    false AS failed,"),
        ("\n      AND change.from_agent IS NOT NULL", ""),
        ("change.to_agent AS content", "change.from_agent AS content"),
    ],
    "call_outcomes": [
        ("coalesce(final_outcome, 'not known')", "coalesce(sessions.outcome, 'not known')"),
        ("count(nullif(trim(sessions.outcome), ''))", "count(sessions.outcome)"),
        ("sum(count(*)) OVER ()", "max(count(*)) OVER ()"),
    ],
    "calls_by_hour": [
        ("day_of_week(started_at)", "day(started_at)"),
        ("hour(started_at) AS", "minute(started_at) AS"),
        ("count_if(qualified)", "count(*)"),
    ],
    "call_lengths": [
        ("duration_seconds / 30), 40", "duration_seconds / 30), 90"),
        ("floor(duration_seconds / 30)", "round(duration_seconds / 30)"),
        ("\n  AND duration_seconds IS NOT NULL", ""),
    ],
    "latency_distribution": [
        ("\n  AND stage = 'total'", ""),
        ("floor(latency_ms / 250)", "ceil(latency_ms / 250)"),
        ("/ 250), 20)", "/ 250), 90)"),
    ],
    "peak_concurrency": [
        ("ORDER BY step.changed_at, step.change\n", "ORDER BY step.changed_at, step.change DESC\n"),
        ("ORDER BY calls DESC, changed_at", "ORDER BY calls DESC, changed_at DESC"),
        ("            ended_at,\n", "            CAST(NULL AS timestamp),\n"),
        ("ORDER BY step.changed_at", "PARTITION BY lasting.dt ORDER BY step.changed_at"),
    ],
    "failed_calls": [
        ("\n   OR close_reason = 'CR_ERROR'", ""),
        ("coalesce(stt_error_count, 0)", "0"),
        ("array_distinct(", "("),
        ("errors DESC, started_at DESC", "errors, started_at DESC"),
        (
            "filter(tool_calls, used -> coalesce(NOT used.success, false) OR",
            "filter(tool_calls, used ->",
        ),
    ],
    "agent_versions": [
        ("min(dt) AS first", "max(dt) AS first"),
        ("LEFT JOIN UNNEST", "INNER JOIN UNNEST"),
        ("turn.e2e_latency_ms", "coalesce(turn.e2e_latency_ms, turn.end_of_turn_delay_ms)"),
        ("is_first AND meeting_booked", "is_first AND qualified"),
        ("coalesce(wait.ordinal, 1) = 1", "wait.ordinal = 1"),
        ("avg(if(is_first, duration_seconds))", "avg(duration_seconds)"),
    ],
    "slow_calls": [
        ("stage = 'total'", "stage <> 'end of turn'"),
        ("\nHAVING count_if(NOT within_target) > 0", ""),
        ("max_by(ordinal, latency_ms)", "min_by(ordinal, latency_ms)"),
        ("max(latency_ms)", "min(latency_ms)"),
        ("answers_over_target DESC", "answers_over_target"),
    ],
    "call_endings": [
        ("close_reason, disconnect_reason", "disconnect_reason, close_reason"),
        ("sum(count(*)) OVER ()", "max(count(*)) OVER ()"),
    ],
    "network_quality": [
        ("packet_loss_percent > 1 OR", "packet_loss_percent >= 1 OR"),
        ("OR jitter_ms > 30", "AND jitter_ms > 30"),
        ("IS NOT NULL OR jitter_ms IS NOT NULL", "IS NOT NULL"),
        ("\n  AND (packet_loss_percent IS NOT NULL OR jitter_ms IS NOT NULL)", ""),
    ],
    "qualified_leads": [
        ("\n  AND qualified", ""),
        ("score DESC", "score"),
        ("called_at DESC, session_id", "session_id"),
        ("LIMIT 200", "LIMIT 9"),
    ],
    "lead_funnel": [
        ("cardinality(integration_needs) > 0", "integration_needs IS NOT NULL"),
        ("timeline, authority, industry", "timeline, industry"),
        ("coalesce(team_size, monthly_volume) IS NOT NULL", "monthly_volume IS NOT NULL"),
        ("count_if(hot)", "count_if(score > 75)"),
        ("count_if(qualified)", "count_if(tier = 'sales_ready')"),
        ("ORDER BY step.stage_number", "ORDER BY step.calls"),
    ],
    "integrations_wanted": [
        ("array_distinct(sessions.integration_needs)", "sessions.integration_needs"),
        ("count_if(sessions.qualified)", "count(*)"),
        ("approx_percentile(sessions.team_size, 0.5)", "max(sessions.monthly_volume)"),
    ],
    "tools_replaced": [
        ("lower(trim(current_tool))", "lower(current_tool)"),
        ("\n  AND current_tool IS NOT NULL", ""),
        ("sum(monthly_volume)", "sum(team_size)"),
    ],
    "time_to_qualification": [
        ("\n      AND qualified", ""),
        ("count(trial_started_on)", "count(trial_start_date)"),
        ("trial_started_on, date(started_at)", "date(started_at), trial_started_on"),
        ("user_turn_count, 0.5", "turn_count, 0.5"),
        ("0.9) / 60", "0.5) / 60"),
    ],
    "follow_up_list": [
        ("coalesce(lower(user_email), session_id)", "coalesce(user_email, session_id)"),
        ("coalesce(lower(user_email), session_id)", "lower(user_email)"),
        ("qualified DESC, score DESC, started_at DESC", "qualified DESC, started_at DESC"),
        ("\n  AND NOT has_meeting", ""),
        ("\n  AND NOT has_meeting", "\n  AND NOT meeting_booked"),
        ("WHERE place = 1\n  AND ", "WHERE "),
        ("\n  AND qualified", ""),
        ("max(started_at) OVER", "min(started_at) OVER"),
        ("' / '", "', '"),
    ],
    "call_experience": [
        ("1e2 * agent_talk_share", "agent_talk_share"),
        ("NOT consent_obtained", "consent_obtained"),
        ("avg(turn_count)", "avg(user_turn_count)"),
    ],
    "interruptions": [
        ("sum(if(agent_turn_count IS NOT NULL, interruption_count))", "sum(interruption_count)"),
        ("\n  AND interruption_count IS NOT NULL", ""),
        ("interruption_count > 0", "interruption_count > 1"),
        ("sum(agent_turn_count)", "sum(turn_count)"),
    ],
    "abrupt_endings": [
        ("lower(turn.role) IN ('user', 'assistant', 'agent')", "true"),
        ("lower(turn.role) IN ('user', 'assistant', 'agent')", "turn.interrupted"),
        ("            -1\n", "            1\n"),
        ("FROM spoken", "FROM spoken\n    WHERE last_turn IS NOT NULL"),
        ("lower(last_turn.role) = 'user'", "lower(last_turn.role) <> 'agent'"),
        ("started_at DESC, session_id", "session_id"),
    ],
    "cost_by_provider": [
        ("count(DISTINCT ROW(dt, session_id, started_at))", "count(*)"),
        ("sum(sum(cost_usd)) OVER ()", "max(sum(cost_usd)) OVER ()"),
        ("avg(cost_usd)", "avg(coalesce(cost_usd, 0))"),
    ],
    "cost_by_model": [
        (
            "strpos(lower(used.provider), lower(cost.provider)) > 0",
            "used.provider = cost.provider",
        ),
        ("strpos(lower(used.provider), lower(cost.provider)) > 0", "used.provider IS NOT NULL"),
        ("FROM parts", "FROM parts\n    WHERE models <> ''"),
        ("used -> used.model\n", "used -> used.provider\n"),
        ("\n    HAVING sum(cost_usd) IS NOT NULL", ""),
    ],
    "cost_by_day": [
        ("nullif(count_if(qualified), 0), 2", "nullif(sum(duration_seconds) / 60, 0), 2"),
        ("avg(cost_total_usd)", "avg(cost_per_minute_usd)"),
        ("count(cost_total_usd)", "count(*)"),
        ("sum(if(duration_seconds IS NOT NULL, cost_total_usd))", "sum(cost_total_usd)"),
        ("sum(if(cost_total_usd IS NOT NULL, duration_seconds))", "sum(duration_seconds)"),
    ],
    "period_totals": [
        ("count(cost_total_usd)", "count(*)"),
        ("count(duration_seconds)", "count(*)"),
        ("avg(cost_total_usd)", "avg(coalesce(cost_total_usd, 0))"),
        ("sum(if(duration_seconds IS NOT NULL, cost_total_usd))", "sum(cost_total_usd)"),
        ("sum(if(cost_total_usd IS NOT NULL, duration_seconds))", "sum(duration_seconds)"),
        ("count(if(duration_seconds IS NOT NULL, cost_total_usd))", "count(cost_total_usd)"),
        ("count_if(qualified)", "count_if(tier = 'sales_ready')"),
    ],
    "cost_per_qualified_lead": [
        ("count_if(qualified), 0", "count(*), 0"),
        ("count_if(meeting_booked) AS", "count_if(tier = 'sales_ready') AS"),
        ("coalesce(utm_source, 'not said')", "utm_source"),
    ],
    "token_usage": [
        ("coalesce(\n            transform(", "concat(\n            transform("),
        ("sessions.model_usage IS NOT NULL\n          OR ", ""),
        (
            (
                "\n      AND (\n          sessions.model_usage IS NOT NULL\n          OR coalesce("
                "usage.total_tokens, usage.characters, usage.audio_seconds) IS NOT NULL\n      )"
            ),
            "",
        ),
        (
            ",\n            usage.input_tokens,\n            usage.output_tokens\n        ) AS",
            "\n        ) AS",
        ),
        (
            "CAST(cached_input_tokens AS double) / nullif(CAST(input_tokens AS double), 0)",
            "CAST(cached_input_tokens AS double) / nullif(CAST(total_tokens AS double), 0)",
        ),
        ("count(DISTINCT ROW(dt, session_id, started_at))", "count(model)"),
    ],
    "tool_success": [
        ("count_if(failed) AS failed", "count_if(NOT success) AS failed"),
        ("(count(*) - count_if(failed))", "count_if(success)"),
        ("min(error)", "max(error)"),
        ("coalesce(tool, 'not said')", "tool"),
    ],
    "content_gaps": [
        ("lower(query)", "query"),
        ("'\\s+', ' '", "' ', ' '"),
        ("trim(", "("),
        ("\n  AND found_nothing", "\n  AND NOT results_found"),
        ("\n  AND found_nothing", "\n  AND coalesce(found_nothing, query IS NOT NULL)"),
        ("count(DISTINCT ROW(dt, session_id, started_at))", "count(DISTINCT session_id)"),
        ("max(dt)", "min(dt)"),
    ],
    "knowledge_searches": [
        ("nullif(count(found_nothing), 0)", "count(*)"),
        ("\n  AND query IS NOT NULL", ""),
        ("avg(total_results)", "avg(coalesce(total_results, 0))"),
    ],
    "booking_rate": [
        ("filter(tool_calls, used -> used.tool = 'book_sales_meeting')", "tool_calls"),
        ("FROM counted", "FROM counted\nWHERE tried"),
        ("coalesce(sum(failed_attempts), 0)", "sum(failed_attempts)"),
        ("meeting_booked AND qualified", "meeting_booked"),
        ("nullif(count_if(tried), 0)", "count(*)"),
    ],
    "daily_volume": [
        ("avg(duration_seconds) / 60", "avg(duration_seconds)"),
        ("tool_error_count > 0 OR ", ""),
        (") / count(*)", ") / count(tool_error_count)"),
        ("count(DISTINCT lower(user_email))", "count(DISTINCT user_email)"),
    ],
    "daily_quality": [
        ("1e2 * reject_share", "reject_share"),
        ("emit_to_log_p95", "start_to_log_p95"),
        ("FROM data_quality", "FROM (SELECT * FROM data_quality WHERE calls > 0)"),
    ],
    "reject_reasons": [
        ("FROM rejects", "FROM rejected_events"),
        ("max(event_id)", "min(event_id)"),
    ],
    "violations_by_field": [
        (PLACES, "violation.path"),
        (PLACES, "regexp_replace(violation.path, '/\\d+\\b', '/*')"),
        (PLACES, "regexp_replace(violation.path, '/\\d+', '/*')"),
        ("'not listed one by one'", "''"),
        ("FROM sessions", "FROM session_analytics AS sessions"),
        ("count(DISTINCT ROW(dt, session_id, started_at))", "count(*)"),
        ("coalesce(agent_version, 'not said')", "agent_version"),
    ],
    "unknown_fields": [
        (PLACES.replace("violation", "extra"), "extra.path"),
        ("\n        AND NOT starts_with(extra.path, '/_wrapper/')", ""),
        ("violation.path = extra.path OR ", ""),
        (" OR starts_with(violation.path, extra.path || '/')", ""),
        ("count(DISTINCT ROW(dt, session_id, started_at))", "count(*)"),
        ("coalesce(agent_name, 'not said')", "agent_name"),
    ],
    "duplicate_calls": [
        ("HAVING count(*) > 1", "HAVING count(DISTINCT event_id) > 1"),
        ("FROM session_analytics", "FROM sessions"),
        ("GROUP BY session_id, call_number", "GROUP BY session_id, call_number, event_id"),
        ("GROUP BY session_id, call_number", "GROUP BY session_id, dt"),
        ("count(DISTINCT event_id) = 1", "count(DISTINCT event_id) = 2"),
        ("min(logged_at)", "max(logged_at)"),
    ],
    "late_data": [
        ("late_seconds > 3600", "late_seconds >= 3600"),
        ("ended_at,\n", "started_at,\n"),
        ("CAST(round(1e3 * duration_seconds) AS bigint)", "0"),
        ("\n   OR late_seconds < -300", ""),
        ("WHERE dt <> date_format(started_at, '%Y-%m-%d')\n   OR", "WHERE"),
        ("abs(late_seconds)", "late_seconds"),
        ("round(late_seconds / 6e1)", "floor(late_seconds / 6e1)"),
    ],
    "failed_deliveries": [
        ("max(failed_at)", "min(failed_at)"),
        ("min(arrived_at)", "max(arrived_at)"),
        ("count(*)", "count(DISTINCT failed_at)"),
    ],
    "find_session": [
        ("lower(trim(?))", "trim(?)"),
        ("lower(trim(?))", "lower(?)"),
        ("lower(room_id), ", ""),
        ("lower(job_id)", "job_id"),
        ("lower(user_email)", "user_email"),
    ],
    "session_transcript": [
        ("LEFT JOIN turns", "INNER JOIN turns"),
        ("\n    AND wanted.started_at = turns.started_at", ""),
        ("if(turns.ordinal IS NULL, wanted.transcript_text, turns.content)", "turns.content"),
        ("ORDER BY started_at, turn", "ORDER BY started_at DESC, turn"),
        ("date_diff('second'", "date_diff('minute'"),
        ("turns.speaker", "turns.role"),
    ],
}
CHANGES = [(name, before, after) for name, changes in BROKEN.items() for before, after in changes]
_VALUES = {
    "find_session": [(value,) for value in _FOUND],
    "session_transcript": [(value,) for value in _TRANSCRIPT],
}


@pytest.mark.parametrize(("name", "before", "after"), CHANGES)
def test_a_wrong_query_is_noticed(
    name: str, before: str, after: str, corners: Lake, corner_folder: Path
) -> None:
    broken = QUERIES[name].sql.replace(before, after)
    assert broken != QUERIES[name].sql
    assert not all(
        _agrees(name, broken, corners, corner_folder, values) for values in _VALUES.get(name, [()])
    )


def _agrees(name: str, sql: str, lake: Lake, folder: Path, values: tuple[str, ...]) -> bool:
    return compared(name, sql, lake, *values) == expected(name, folder, *values)


def test_every_query_whose_answer_is_computed_has_been_broken() -> None:
    assert set(BROKEN) == set(COMPUTED)
