-- Question: Which log lines were rejected, and why?
-- Audience: operations
-- Parameters: none
SELECT
    error_code,
    error_path,
    error_message,
    count(*) AS log_lines,
    min(logged_at) AS first_logged_at,
    max(logged_at) AS last_logged_at,
    array_join(array_sort(array_agg(DISTINCT log_group)), ', ') AS log_groups,
    max(event_id) AS example_event_id
FROM rejects
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY error_code, error_path, error_message
ORDER BY log_lines DESC, error_code, error_path, error_message
LIMIT 100
