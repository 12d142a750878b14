-- Which integrations do callers ask for?
SELECT
    integration,
    count(*) AS calls,
    round(avg(team_size), 1) AS average_team_size,
    count_if(team_size >= 5) AS in_teams_of_5_or_more
FROM session_analytics
CROSS JOIN UNNEST(integration_needs) AS need (integration)
WHERE dt >= date_format(current_date - INTERVAL '6' DAY, '%Y-%m-%d')
GROUP BY integration
ORDER BY calls DESC, integration
LIMIT 10
