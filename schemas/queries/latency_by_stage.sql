-- Question: How long does a caller wait for an answer, stage by stage, and how often is the target met?
-- Audience: call health
-- Parameters: none
SELECT
    stage,
    count(*) AS turns,
    round(approx_percentile(latency_ms, 0.5)) AS p50_ms,
    round(approx_percentile(latency_ms, 0.9)) AS p90_ms,
    round(approx_percentile(latency_ms, 0.95)) AS p95_ms,
    round(approx_percentile(latency_ms, 0.99)) AS p99_ms,
    target_ms,
    count_if(within_target) AS turns_within_target,
    round(1e2 * count_if(within_target) / count(*), 1) AS within_target_percent
FROM stage_latencies
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY stage_number, stage, target_ms
ORDER BY stage_number
