-- Question: What do the calls of each day cost, in total, by call, by minute and by qualified lead?
-- Audience: business
-- Parameters: none
-- A cost per call is of the calls with a cost, one per minute of those of them whose length is known too.
SELECT
    dt,
    count(*) AS calls,
    count(cost_total_usd) AS calls_with_cost,
    round(sum(duration_seconds) / 60, 1) AS minutes,
    round(sum(cost_total_usd), 2) AS cost_usd,
    round(avg(cost_total_usd), 4) AS cost_per_call_usd,
    round(
        sum(if(duration_seconds IS NOT NULL, cost_total_usd))
            / nullif(sum(if(cost_total_usd IS NOT NULL, duration_seconds)) / 60, 0),
        4
    ) AS cost_per_minute_usd,
    count_if(qualified) AS qualified_calls,
    round(sum(cost_total_usd) / nullif(count_if(qualified), 0), 2) AS cost_per_qualified_usd
FROM sessions
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY dt
ORDER BY dt
