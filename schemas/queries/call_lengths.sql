-- Question: How long are calls: how many last half a minute, a minute, and so on?
-- Audience: experience
-- Parameters: none
-- A row is the calls of from_minutes and less than half a minute more; 20 stands for 20 minutes and more.
SELECT
    least(floor(duration_seconds / 30), 40) / 2 AS from_minutes,
    count(*) AS calls,
    round(1e2 * count(*) / sum(count(*)) OVER (), 1) AS calls_percent
FROM sessions
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND duration_seconds IS NOT NULL
GROUP BY 1
ORDER BY from_minutes
LIMIT 41
