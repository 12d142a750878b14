-- Question: Which calls ended abruptly, and with what last words?
-- Audience: experience
-- Parameters: none
-- Abrupt: the session closed with an error, the agent never answered the last thing said, or was cut off saying it.
WITH spoken AS (
    SELECT
        started_at,
        session_id,
        duration_seconds,
        conversation_state,
        close_reason,
        coalesce(close_reason, disconnect_reason) AS ended_because,
        -- of an empty list there is none
        element_at(
            filter(transcript, turn -> lower(turn.role) IN ('user', 'assistant', 'agent')),
            -1
        ) AS last_turn
    FROM sessions
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
),
endings AS (
    SELECT
        *,
        CASE
            WHEN close_reason = 'CR_ERROR' THEN 'closed with an error'
            WHEN lower(last_turn.role) = 'user' THEN 'caller left without an answer'
            WHEN last_turn.interrupted THEN 'agent was cut off'
        END AS ended_how
    FROM spoken
)
SELECT
    started_at,
    session_id,
    ended_how,
    round(duration_seconds / 60, 1) AS minutes,
    conversation_state,
    ended_because,
    substr(last_turn.content, 1, 200) AS last_words
FROM endings
WHERE ended_how IS NOT NULL
ORDER BY started_at DESC, session_id
LIMIT 100
