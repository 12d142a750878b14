-- Question: Which keys do agents send that the contract does not know, and from where?
-- Audience: operations
-- Parameters: none
-- They are kept in extras, and no chart shows them. A place in a list is shown as *. What the log's formatter writes around an
-- event is left out.
WITH unknown AS (
    SELECT
        sessions.dt,
        sessions.session_id,
        sessions.started_at,
        sessions.agent_name,
        sessions.agent_version,
        sessions.log_group,
        array_join(transform(split(extra.path, '/'), part -> regexp_replace(part, '^[0-9]+$', '*')), '/') AS field,
        json_format(extra.value) AS value
    FROM sessions
    CROSS JOIN UNNEST(CAST(json_parse(sessions.extras) AS map(varchar, json))) AS extra (path, value)
    WHERE sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
        AND NOT starts_with(extra.path, '/_wrapper/')
        AND NOT any_match(
            coalesce(sessions.contract_violations, ARRAY[]),
            violation -> violation.path = extra.path OR starts_with(violation.path, extra.path || '/')
        )
)
SELECT
    field,
    count(DISTINCT ROW(dt, session_id, started_at)) AS calls,
    array_join(array_sort(array_agg(DISTINCT coalesce(agent_name, 'not said'))), ', ') AS agents,
    array_join(array_sort(array_agg(DISTINCT coalesce(agent_version, 'not said'))), ', ') AS agent_versions,
    array_join(array_sort(array_agg(DISTINCT log_group)), ', ') AS log_groups,
    min(substr(value, 1, 80)) AS example,
    max(dt) AS last_seen_on
FROM unknown
GROUP BY field
ORDER BY calls DESC, field
LIMIT 100
