-- Question: How many calls were there each day, how long were they, and how many had errors?
-- Audience: operations
-- Parameters: none
SELECT
    dt,
    calls,
    callers,
    round(minutes, 1) AS minutes,
    round(average_seconds / 60, 1) AS average_minutes,
    qualified_calls,
    booked_calls,
    calls_with_errors,
    round(1e2 * calls_with_errors / calls, 1) AS calls_with_errors_percent
FROM daily_summary
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
ORDER BY dt
