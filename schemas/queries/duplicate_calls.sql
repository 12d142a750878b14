-- Question: Which calls were delivered more than once, and how?
-- Audience: operations
-- Parameters: none
-- Copies of a call are rows of one session_id that start within ten seconds of each other, also where midnight lies between.
-- From the raw table: the view sessions shows one row of each, and one a day of copies on two days.
WITH sequenced AS (
    SELECT
        *,
        if(
            date_diff('millisecond', lag(started_at) OVER (PARTITION BY session_id ORDER BY started_at, event_id), started_at) <= 10000,
            0,
            1
        ) AS begins_call
    FROM session_analytics
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
),
numbered AS (
    SELECT
        *,
        -- copies of one event are peers, and get one number whatever their order
        sum(begins_call) OVER (PARTITION BY session_id ORDER BY started_at, event_id) AS call_number
    FROM sequenced
)
SELECT
    min(dt) AS dt,
    session_id,
    min(started_at) AS started_at,
    count(*) AS deliveries,
    count(DISTINCT event_id) AS log_lines,
    CASE
        WHEN count(DISTINCT event_id) = 1 THEN 'delivered again'
        WHEN count(DISTINCT event_id) = count(*) THEN 'logged again'
        ELSE 'logged and delivered again'
    END AS why,
    min(logged_at) AS first_logged_at,
    max(logged_at) AS last_logged_at,
    array_join(array_sort(array_agg(DISTINCT log_group)), ', ') AS log_groups
FROM numbered
GROUP BY session_id, call_number
HAVING count(*) > 1
ORDER BY deliveries DESC, dt DESC, session_id, started_at
LIMIT 100
