-- Question: Which integrations do callers ask for, and who asks?
-- Audience: sales
-- Parameters: none
WITH counted AS (
    SELECT
        wanted.integration,
        count(wanted.ordinal) AS calls,
        -- a call that wants nothing is one row too
        sum(count_if(coalesce(wanted.ordinal, 1) = 1)) OVER () AS all_calls,
        count_if(sessions.qualified) AS qualified_calls,
        approx_percentile(sessions.team_size, 0.5) AS median_team_size,
        max(sessions.dt) AS last_asked_on
    FROM sessions
    LEFT JOIN UNNEST(array_distinct(sessions.integration_needs)) WITH ORDINALITY AS wanted (integration, ordinal) ON true
    WHERE sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
    GROUP BY wanted.integration, wanted.ordinal IS NULL
)
SELECT
    integration,
    calls,
    round(1e2 * calls / all_calls, 1) AS calls_percent,
    qualified_calls,
    median_team_size,
    last_asked_on
FROM counted
WHERE calls > 0
ORDER BY calls DESC, integration
LIMIT 50
