-- Question: Which integrations do callers ask for, and who asks?
-- Audience: sales
-- Parameters: none
SELECT
    wanted.integration,
    count(*) AS calls,
    round(
        1e2 * count(*) / (
            SELECT count(*)
            FROM sessions
            WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
        ),
        1
    ) AS calls_percent,
    count_if(sessions.qualified) AS qualified_calls,
    approx_percentile(sessions.team_size, 0.5) AS median_team_size,
    max(sessions.dt) AS last_asked_on
FROM sessions
CROSS JOIN UNNEST(array_distinct(sessions.integration_needs)) AS wanted (integration)
WHERE sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY wanted.integration
ORDER BY calls DESC, integration
LIMIT 50
