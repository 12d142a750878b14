-- Question: Which calls were delivered more than once, and how?
-- Audience: operations
-- Parameters: none
-- From the raw table: the view sessions shows one row of each.
SELECT
    dt,
    session_id,
    started_at,
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
FROM session_analytics
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY dt, session_id, started_at
HAVING count(*) > 1
ORDER BY deliveries DESC, dt DESC, session_id, started_at
LIMIT 100
