-- How often do the agent's tools succeed, and how many searches find nothing?
SELECT
    call.tool,
    count(*) AS calls,
    count_if(call.success) AS succeeded,
    count_if(NOT call.success) AS failed,
    round(1e2 * count_if(call.success) / nullif(count(call.success), 0), 1) AS percent,
    count_if(NOT call.results_found) AS empty_searches
FROM session_analytics
CROSS JOIN UNNEST(tool_calls) AS call (
    tool, called_at, success, duration_ms, error, query, category, results_found, total_results, details
)
WHERE dt >= date_format(current_date - INTERVAL '6' DAY, '%Y-%m-%d')
GROUP BY call.tool
ORDER BY calls DESC, call.tool
