-- Question: How do the versions of each agent compare: since when, how good, how fast, at what cost?
-- Audience: operations
-- Parameters: none
WITH waits AS (
    SELECT
        coalesce(sessions.agent_name, 'not said') AS agent_name,
        coalesce(sessions.agent_version, 'not said') AS agent_version,
        round(approx_percentile(stages.latency_ms, 0.95)) AS total_p95_ms
    FROM stage_latencies AS stages
    INNER JOIN sessions
        ON stages.dt = sessions.dt
        AND stages.session_id = sessions.session_id
        AND stages.started_at = sessions.started_at
    WHERE stages.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
      AND sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
      AND stages.stage = 'total'
    GROUP BY 1, 2
),
versions AS (
    SELECT
        coalesce(agent_name, 'not said') AS agent_name,
        coalesce(agent_version, 'not said') AS agent_version,
        min(dt) AS first_called_on,
        max(dt) AS last_called_on,
        count(*) AS calls,
        round(1e2 * count_if(qualified) / count(*), 1) AS qualified_percent,
        round(1e2 * count_if(meeting_booked) / count(*), 1) AS booked_percent,
        round(
            1e2 * count_if(
                CAST(coalesce(tool_error_count, 0) AS bigint) + coalesce(llm_error_count, 0) + coalesce(stt_error_count, 0)
                    + coalesce(tts_error_count, 0) + coalesce(realtime_error_count, 0) > 0
            ) / count(*),
            1
        ) AS calls_with_errors_percent,
        round(avg(duration_seconds) / 60, 1) AS average_minutes,
        round(avg(cost_total_usd), 4) AS cost_per_call_usd
    FROM sessions
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
    GROUP BY 1, 2
)
SELECT
    versions.agent_name,
    versions.agent_version,
    versions.first_called_on,
    versions.last_called_on,
    versions.calls,
    versions.qualified_percent,
    versions.booked_percent,
    versions.calls_with_errors_percent,
    versions.average_minutes,
    waits.total_p95_ms,
    versions.cost_per_call_usd
FROM versions
LEFT JOIN waits
    ON versions.agent_name = waits.agent_name
    AND versions.agent_version = waits.agent_version
ORDER BY calls DESC, agent_name, agent_version
LIMIT 50
