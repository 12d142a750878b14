-- A row is one use of a tool in a call; ordinal counts from 1 within the call.
-- failed is what tool_error_count of sessions counts: success is false, or an error is given; neither is needed for a good
-- answer, so a search that says nothing of success has not failed. found_nothing is about searches alone (a query is given):
-- results_found, or total_results where that is missing; NULL where neither is known.
-- ordinal: Position within the call, from 1
-- failed: Whether success is false or an error is given
-- found_nothing: Whether a search had no results; NULL for other tools and where it is unknown
SELECT
    sessions.dt,
    sessions.session_id,
    sessions.started_at,
    used.ordinal,
    used.tool,
    used.called_at,
    used.success,
    coalesce(NOT used.success, false) OR used.error IS NOT NULL AS failed,
    used.error,
    used.duration_ms,
    used.query,
    used.category,
    used.results_found,
    used.total_results,
    if(used.query IS NOT NULL, coalesce(NOT used.results_found, used.total_results = 0)) AS found_nothing,
    used.details,
    used.call_id,
    used.status,
    used.agent
FROM sessions
CROSS JOIN UNNEST(sessions.tool_calls) WITH ORDINALITY AS used (
    tool, called_at, success, duration_ms, error, query, category, results_found, total_results, details, call_id, status, agent,
    ordinal
)
