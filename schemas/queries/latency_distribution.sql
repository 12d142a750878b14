-- Question: How are the waits for an answer distributed around the target?
-- Audience: call health
-- Parameters: none
-- A row is the answers of from_ms and less than 250 ms more; 5000 stands for five seconds and more.
SELECT
    CAST(250 * least(floor(latency_ms / 250), 20) AS integer) AS from_ms,
    count(*) AS answers,
    round(1e2 * count(*) / sum(count(*)) OVER (), 1) AS answers_percent,
    target_ms
FROM stage_latencies
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND stage = 'total'
GROUP BY 1, target_ms
ORDER BY from_ms
LIMIT 100
