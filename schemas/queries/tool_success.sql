-- Question: How often do the agent's tools work, and how long do they take?
-- Audience: knowledge
-- Parameters: none
SELECT
    coalesce(tool, 'not said') AS tool,
    count(*) AS uses,
    count_if(failed) AS failed,
    round(1e2 * (count(*) - count_if(failed)) / count(*), 1) AS success_percent,
    round(approx_percentile(duration_ms, 0.5)) AS median_ms,
    round(approx_percentile(duration_ms, 0.95)) AS p95_ms,
    min(error) AS example_error
FROM tool_calls
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY 1
ORDER BY uses DESC, tool
LIMIT 50
