-- Question: What happened in each call: turn by turn, tool by tool, with the hand-overs between agents?
-- Audience: operations
-- Parameters: none
-- kind is turn, tool or handoff; speaker and the delays are of turns, tool, duration_ms and error of tools. content is what was
-- said, what a tool was asked to search for, or the agent that took over; agent is who spoke, used the tool or handed over.
WITH happened AS (
    SELECT
        started_at,
        session_id,
        'turn' AS kind,
        ordinal,
        said_at AS happened_at,
        speaker,
        content,
        interrupted,
        round(e2e_latency_ms) AS total_ms,
        round(end_of_turn_delay_ms) AS end_of_turn_ms,
        round(llm_ttft_ms) AS first_token_ms,
        round(tts_ttfb_ms) AS first_audio_ms,
        CAST(NULL AS varchar) AS tool,
        CAST(NULL AS double) AS duration_ms,
        false AS failed,
        CAST(NULL AS varchar) AS error,
        agent
    FROM turns
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
    UNION ALL
    SELECT
        started_at,
        session_id,
        'tool' AS kind,
        ordinal,
        called_at AS happened_at,
        CAST(NULL AS varchar) AS speaker,
        query AS content,
        CAST(NULL AS boolean) AS interrupted,
        CAST(NULL AS double) AS total_ms,
        CAST(NULL AS double) AS end_of_turn_ms,
        CAST(NULL AS double) AS first_token_ms,
        CAST(NULL AS double) AS first_audio_ms,
        tool,
        round(duration_ms) AS duration_ms,
        failed,
        error,
        agent
    FROM tool_calls
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
    UNION ALL
    SELECT
        sessions.started_at,
        sessions.session_id,
        'handoff' AS kind,
        change.ordinal,
        change.handed_off_at AS happened_at,
        CAST(NULL AS varchar) AS speaker,
        change.to_agent AS content,
        CAST(NULL AS boolean) AS interrupted,
        CAST(NULL AS double) AS total_ms,
        CAST(NULL AS double) AS end_of_turn_ms,
        CAST(NULL AS double) AS first_token_ms,
        CAST(NULL AS double) AS first_audio_ms,
        CAST(NULL AS varchar) AS tool,
        CAST(NULL AS double) AS duration_ms,
        false AS failed,
        CAST(NULL AS varchar) AS error,
        change.from_agent AS agent
    FROM sessions
    CROSS JOIN UNNEST(sessions.agent_handoffs) WITH ORDINALITY AS change (from_agent, to_agent, handed_off_at, ordinal)
    WHERE sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
      -- the first is the start of the call
      AND change.from_agent IS NOT NULL
)
SELECT
    *
FROM happened
ORDER BY started_at, session_id, kind DESC, ordinal
LIMIT 100000
