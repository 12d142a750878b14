-- Question: What do callers ask about, and how often does the knowledge base know?
-- Audience: knowledge
-- Parameters: none
SELECT
    coalesce(category, 'not said') AS category,
    count(*) AS searches,
    count_if(found_nothing) AS without_result,
    round(1e2 * count_if(NOT found_nothing) / nullif(count(found_nothing), 0), 1) AS with_result_percent,
    round(avg(total_results), 1) AS average_results,
    count(DISTINCT ROW(dt, session_id, started_at)) AS calls
FROM tool_calls
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND query IS NOT NULL
GROUP BY 1
ORDER BY searches DESC, category
LIMIT 50
