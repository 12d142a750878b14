-- Question: Which fields of the events are not as the contract says?
-- Audience: operations
-- Parameters: none
-- A place in a list is shown as *. Of more than 100 violations in a call the first 99 are listed; example says how many more.
WITH violated AS (
    SELECT
        sessions.dt,
        sessions.session_id,
        sessions.started_at,
        sessions.agent_version,
        array_join(transform(split(violation.path, '/'), part -> regexp_replace(part, '^[0-9]+$', '*')), '/') AS field,
        violation.expected,
        violation.got
    FROM sessions
    CROSS JOIN UNNEST(sessions.contract_violations) AS violation (path, expected, got)
    WHERE sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
)
SELECT
    coalesce(nullif(field, ''), 'not listed one by one') AS field,
    expected,
    count(*) AS violations,
    count(DISTINCT ROW(dt, session_id, started_at)) AS calls,
    array_join(array_sort(array_agg(DISTINCT coalesce(agent_version, 'not said'))), ', ') AS agent_versions,
    min(got) AS example,
    max(dt) AS last_seen_on
FROM violated
GROUP BY 1, 2
ORDER BY violations DESC, field, expected
LIMIT 100
