-- How many calls were there each day, how long, and what did they cost?
SELECT
    dt,
    count(*) AS calls,
    round(sum(duration_seconds) / 60, 1) AS minutes,
    round(sum(cost_total_usd), 2) AS cost_usd,
    round(sum(cost_total_usd) / sum(duration_seconds) * 60, 3) AS cost_usd_per_minute
FROM session_analytics
WHERE dt >= date_format(current_date - INTERVAL '6' DAY, '%Y-%m-%d')
GROUP BY dt
ORDER BY dt
