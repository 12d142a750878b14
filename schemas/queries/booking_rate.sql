-- Question: How many calls end with a meeting booked, and how often does booking fail?
-- Audience: knowledge
-- Parameters: none
WITH attempts AS (
    SELECT
        dt,
        session_id,
        started_at,
        count_if(failed) AS failed_attempts
    FROM tool_calls
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
      AND tool = 'book_sales_meeting'
    GROUP BY dt, session_id, started_at
)
SELECT
    sessions.dt,
    count(*) AS calls,
    count_if(sessions.qualified) AS qualified_calls,
    count(attempts.session_id) AS calls_that_tried,
    count_if(sessions.meeting_booked) AS booked_calls,
    coalesce(sum(attempts.failed_attempts), 0) AS failed_attempts,
    round(1e2 * count_if(sessions.meeting_booked) / count(*), 1) AS booked_percent,
    round(1e2 * count_if(sessions.meeting_booked AND sessions.qualified) / nullif(count_if(sessions.qualified), 0), 1)
        AS qualified_booked_percent,
    round(1e2 * count_if(sessions.meeting_booked) / nullif(count(attempts.session_id), 0), 1) AS tried_booked_percent
FROM sessions
LEFT JOIN attempts
    ON sessions.dt = attempts.dt
    AND sessions.session_id = attempts.session_id
    AND sessions.started_at = attempts.started_at
WHERE sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY sessions.dt
ORDER BY dt
