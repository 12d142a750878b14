-- Question: Which tools do callers use today and want to replace?
-- Audience: sales
-- Parameters: none
SELECT
    lower(trim(current_tool)) AS current_tool,
    count(*) AS calls,
    count_if(qualified) AS qualified_calls,
    approx_percentile(team_size, 0.5) AS median_team_size,
    sum(monthly_volume) AS documents_a_month,
    max(dt) AS last_named_on
FROM sessions
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND current_tool IS NOT NULL
GROUP BY lower(trim(current_tool))
ORDER BY calls DESC, current_tool
LIMIT 50
