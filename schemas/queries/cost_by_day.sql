-- Question: What do the calls of each day cost, in total, by call, by minute and by qualified lead?
-- Audience: business
-- Parameters: none
-- A cost per call is of the calls with a cost, one per minute of those of them whose length is known too.
SELECT
    dt,
    calls,
    calls_with_cost,
    round(minutes, 1) AS minutes,
    round(cost_usd, 2) AS cost_usd,
    round(average_cost_usd, 4) AS cost_per_call_usd,
    round(cost_per_minute_usd, 4) AS cost_per_minute_usd,
    qualified_calls,
    round(cost_per_qualified_call_usd, 2) AS cost_per_qualified_usd
FROM daily_summary
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
ORDER BY dt
