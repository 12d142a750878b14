-- Question: What does each provider cost?
-- Audience: business
-- Parameters: none
SELECT
    provider,
    count(DISTINCT ROW(dt, session_id, started_at)) AS calls,
    round(sum(cost_usd), 2) AS cost_usd,
    round(1e2 * sum(cost_usd) / nullif(sum(sum(cost_usd)) OVER (), 0), 1) AS cost_percent,
    round(avg(cost_usd), 4) AS cost_per_call_usd
FROM costs
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY provider
ORDER BY cost_usd DESC, provider
LIMIT 50
