-- Question: How do the versions of each agent compare: since when, how good, how fast, at what cost?
-- Audience: operations
-- Parameters: none
WITH waits AS (
    SELECT
        sessions.*,
        wait.latency_ms,
        -- a call without waits is one row too
        coalesce(wait.ordinal, 1) = 1 AS is_first
    FROM sessions
    LEFT JOIN UNNEST(transform(sessions.transcript, turn -> turn.e2e_latency_ms)) WITH ORDINALITY
        AS wait (latency_ms, ordinal) ON true
    WHERE sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
)
SELECT
    coalesce(agent_name, 'not said') AS agent_name,
    coalesce(agent_version, 'not said') AS agent_version,
    min(dt) AS first_called_on,
    max(dt) AS last_called_on,
    count_if(is_first) AS calls,
    round(1e2 * count_if(is_first AND qualified) / count_if(is_first), 1) AS qualified_percent,
    round(1e2 * count_if(is_first AND meeting_booked) / count_if(is_first), 1) AS booked_percent,
    round(
        1e2 * count_if(
            is_first
                AND CAST(coalesce(tool_error_count, 0) AS bigint) + coalesce(llm_error_count, 0) + coalesce(stt_error_count, 0)
                    + coalesce(tts_error_count, 0) + coalesce(realtime_error_count, 0) > 0
        ) / count_if(is_first),
        1
    ) AS calls_with_errors_percent,
    round(avg(if(is_first, duration_seconds)) / 60, 1) AS average_minutes,
    round(approx_percentile(latency_ms, 0.95)) AS total_p95_ms,
    round(avg(if(is_first, cost_total_usd)), 4) AS cost_per_call_usd
FROM waits
GROUP BY 1, 2
ORDER BY calls DESC, agent_name, agent_version
LIMIT 50
