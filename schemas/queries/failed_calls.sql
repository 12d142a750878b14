-- Question: In which calls did a tool or a model fail, and how?
-- Audience: call health
-- Parameters: none
-- errors counts those of tools and of models, retried attempts included.
WITH counted AS (
    SELECT
        *,
        CAST(coalesce(tool_error_count, 0) AS bigint) + coalesce(llm_error_count, 0) + coalesce(stt_error_count, 0)
            + coalesce(tts_error_count, 0) + coalesce(realtime_error_count, 0) AS errors
    FROM sessions
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
)
SELECT
    started_at,
    session_id,
    agent_name,
    agent_version,
    errors,
    tool_error_count AS tool_errors,
    llm_error_count AS llm_errors,
    stt_error_count AS stt_errors,
    tts_error_count AS tts_errors,
    realtime_error_count AS realtime_errors,
    array_join(
        array_sort(
            array_distinct(
                transform(
                    filter(tool_calls, used -> coalesce(NOT used.success, false) OR used.error IS NOT NULL),
                    used -> coalesce(used.tool, 'not said') || ': ' || coalesce(used.error, 'failed')
                )
            )
        ),
        ' / '
    ) AS failed_tools,
    last_error,
    coalesce(close_reason, disconnect_reason) AS ended_because
FROM counted
WHERE errors > 0
   OR close_reason = 'CR_ERROR'
ORDER BY errors DESC, started_at DESC, session_id
LIMIT 100
