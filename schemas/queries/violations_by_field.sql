-- Question: Which fields of the events are not as the contract says?
-- Audience: operations
-- Parameters: none
-- A place in a list is shown as *. Of more than 100 violations in a call the first 99 are listed; example says how many more.
SELECT
    coalesce(nullif(regexp_replace(violation.path, '/\d+\b', '/*'), ''), 'not listed one by one') AS field,
    violation.expected,
    count(*) AS violations,
    count(DISTINCT ROW(sessions.dt, sessions.session_id, sessions.started_at)) AS calls,
    array_join(array_sort(array_agg(DISTINCT coalesce(sessions.agent_version, 'not said'))), ', ') AS agent_versions,
    min(violation.got) AS example,
    max(sessions.dt) AS last_seen_on
FROM sessions
CROSS JOIN UNNEST(sessions.contract_violations) AS violation (path, expected, got)
WHERE sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY 1, 2
ORDER BY violations DESC, field, expected
LIMIT 100
