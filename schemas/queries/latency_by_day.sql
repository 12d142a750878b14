-- Question: On which days did callers wait longer, and at which stage?
-- Audience: call health
-- Parameters: none
SELECT
    dt,
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
GROUP BY dt, stage_number, stage, target_ms
ORDER BY dt, stage_number
