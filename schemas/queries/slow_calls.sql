-- Question: In which calls did the caller wait longer than the target for an answer?
-- Audience: call health
-- Parameters: none
SELECT
    session_id,
    started_at,
    agent_version,
    region,
    room,
    count(*) AS answers,
    count_if(NOT within_target) AS answers_over_target,
    target_ms,
    round(approx_percentile(latency_ms, 0.5)) AS median_ms,
    round(max(latency_ms)) AS slowest_ms,
    max_by(ordinal, latency_ms) AS slowest_turn
FROM stage_latencies
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND stage = 'total'
GROUP BY session_id, started_at, agent_version, region, room, target_ms
HAVING count_if(NOT within_target) > 0
ORDER BY answers_over_target DESC, slowest_ms DESC, started_at, session_id
LIMIT 100
