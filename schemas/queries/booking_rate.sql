-- Question: How many calls end with a meeting booked, and how often does booking fail?
-- Audience: knowledge
-- Parameters: none
WITH attempts AS (
    SELECT
        dt,
        qualified,
        meeting_booked,
        filter(tool_calls, used -> used.tool = 'book_sales_meeting') AS tries
    FROM sessions
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
),
counted AS (
    SELECT
        *,
        cardinality(tries) > 0 AS tried,
        cardinality(filter(tries, used -> coalesce(NOT used.success, false) OR used.error IS NOT NULL)) AS failed_attempts
    FROM attempts
)
SELECT
    dt,
    count(*) AS calls,
    count_if(qualified) AS qualified_calls,
    count_if(tried) AS calls_that_tried,
    count_if(meeting_booked) AS booked_calls,
    coalesce(sum(failed_attempts), 0) AS failed_attempts,
    round(1e2 * count_if(meeting_booked) / count(*), 1) AS booked_percent,
    round(1e2 * count_if(meeting_booked AND qualified) / nullif(count_if(qualified), 0), 1) AS qualified_booked_percent,
    round(1e2 * count_if(meeting_booked) / nullif(count_if(tried), 0), 1) AS tried_booked_percent
FROM counted
GROUP BY dt
ORDER BY dt
