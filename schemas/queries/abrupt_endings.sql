-- Question: Which calls ended abruptly, and with what last words?
-- Audience: experience
-- Parameters: none
-- Abrupt: the session closed with an error, the agent never answered the last thing said, or was cut off saying it.
WITH last_turns AS (
    SELECT
        dt,
        session_id,
        started_at,
        max_by(speaker, ordinal) AS speaker,
        max_by(interrupted, ordinal) AS interrupted,
        max_by(content, ordinal) AS content
    FROM turns
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
      AND speaker IN ('user', 'agent')
    GROUP BY dt, session_id, started_at
),
endings AS (
    SELECT
        sessions.started_at,
        sessions.session_id,
        sessions.duration_seconds,
        sessions.conversation_state,
        coalesce(sessions.close_reason, sessions.disconnect_reason) AS ended_because,
        CASE
            WHEN sessions.close_reason = 'CR_ERROR' THEN 'closed with an error'
            WHEN last_turns.speaker = 'user' THEN 'caller left without an answer'
            WHEN last_turns.interrupted THEN 'agent was cut off'
        END AS ended_how,
        last_turns.content
    FROM sessions
    LEFT JOIN last_turns
        ON sessions.dt = last_turns.dt
        AND sessions.session_id = last_turns.session_id
        AND sessions.started_at = last_turns.started_at
    WHERE sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
)
SELECT
    started_at,
    session_id,
    ended_how,
    round(duration_seconds / 60, 1) AS minutes,
    conversation_state,
    ended_because,
    substr(content, 1, 200) AS last_words
FROM endings
WHERE ended_how IS NOT NULL
ORDER BY started_at DESC, session_id
LIMIT 100
