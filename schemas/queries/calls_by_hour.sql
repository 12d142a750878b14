-- Question: On which weekdays, and at which hours, do people call?
-- Audience: operations
-- Parameters: none
-- weekday 1 is Monday; an hour without calls has no row.
SELECT
    day_of_week(started_at) AS weekday,
    hour(started_at) AS hour,
    count(*) AS calls,
    count_if(qualified) AS qualified_calls
FROM sessions
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY 1, 2
ORDER BY weekday, hour
LIMIT 168
