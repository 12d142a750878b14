-- Question: In which calls did the caller wait longer than the target for an answer?
-- Audience: call health
-- Parameters: none
SELECT
    sessions.session_id,
    sessions.started_at,
    sessions.agent_version,
    sessions.region,
    sessions.room,
    count(*) AS answers,
    count_if(NOT waits.within_target) AS answers_over_target,
    waits.target_ms,
    round(approx_percentile(waits.latency_ms, 0.5)) AS median_ms,
    round(max(waits.latency_ms)) AS slowest_ms,
    max_by(waits.ordinal, waits.latency_ms) AS slowest_turn
FROM stage_latencies AS waits
INNER JOIN sessions
    ON waits.dt = sessions.dt
    AND waits.session_id = sessions.session_id
    AND waits.started_at = sessions.started_at
WHERE waits.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND waits.stage = 'total'
GROUP BY
    sessions.session_id,
    sessions.started_at,
    sessions.agent_version,
    sessions.region,
    sessions.room,
    waits.target_ms
HAVING count_if(NOT waits.within_target) > 0
ORDER BY answers_over_target DESC, slowest_ms DESC, started_at, session_id
LIMIT 100
