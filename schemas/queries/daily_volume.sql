-- Question: How many calls were there each day, how long were they, and how many had errors?
-- Audience: operations
-- Parameters: none
SELECT
    dt,
    count(*) AS calls,
    count(DISTINCT lower(user_email)) AS callers,
    round(sum(duration_seconds) / 60, 1) AS minutes,
    round(avg(duration_seconds) / 60, 1) AS average_minutes,
    count_if(qualified) AS qualified_calls,
    count_if(meeting_booked) AS booked_calls,
    count_if(
        tool_error_count > 0 OR llm_error_count > 0 OR stt_error_count > 0 OR tts_error_count > 0 OR realtime_error_count > 0
    ) AS calls_with_errors,
    round(
        1e2 * count_if(
            tool_error_count > 0 OR llm_error_count > 0 OR stt_error_count > 0 OR tts_error_count > 0 OR realtime_error_count > 0
        ) / count(*),
        1
    ) AS calls_with_errors_percent
FROM sessions
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY dt
ORDER BY dt
