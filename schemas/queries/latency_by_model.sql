-- Question: Which language model answers fast: how long until its first token, the first audio and in total?
-- Audience: call health
-- Parameters: none
-- The end of the caller's turn is left out: no language model has a part in it.
SELECT
    coalesce(llm_model, 'not said') AS llm_model,
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
  AND stage <> 'end of turn'
GROUP BY coalesce(llm_model, 'not said'), stage_number, stage, target_ms
ORDER BY llm_model, stage_number
LIMIT 100
