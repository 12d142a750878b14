-- Question: What do callers ask that the knowledge base has no answer to?
-- Audience: knowledge
-- Parameters: none
SELECT
    trim(regexp_replace(lower(query), '\s+', ' ')) AS question,
    count(*) AS searches_without_result,
    count(DISTINCT ROW(dt, session_id, started_at)) AS calls,
    array_join(array_sort(array_agg(DISTINCT category) FILTER (WHERE category IS NOT NULL)), ', ') AS categories,
    max(dt) AS last_asked_on,
    min(session_id) AS example_session_id
FROM tool_calls
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND found_nothing
GROUP BY 1
ORDER BY searches_without_result DESC, calls DESC, question
LIMIT 50
