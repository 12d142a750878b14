-- Question: What was said in this call of the last seven days, turn by turn, and how fast did the agent answer?
-- Audience: operations
-- Parameters: session_id (varchar): the id of the call, as find_session shows it
WITH wanted AS (
    SELECT
        dt,
        session_id,
        started_at,
        transcript_text
    FROM sessions
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
      AND session_id = ?
)
SELECT
    wanted.started_at,
    turns.ordinal AS turn,
    date_diff('second', wanted.started_at, turns.said_at) AS seconds_into_call,
    coalesce(turns.speaker, 'not said') AS speaker,
    -- a call without turns is one row, with its text where it has one
    if(turns.ordinal IS NULL, wanted.transcript_text, turns.content) AS content,
    turns.interrupted,
    round(turns.e2e_latency_ms) AS total_ms,
    round(turns.end_of_turn_delay_ms) AS end_of_turn_ms,
    round(turns.llm_ttft_ms) AS first_token_ms,
    round(turns.tts_ttfb_ms) AS first_audio_ms
FROM wanted
LEFT JOIN turns
    ON wanted.dt = turns.dt
    AND wanted.session_id = turns.session_id
    AND wanted.started_at = turns.started_at
    AND turns.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
ORDER BY started_at, turn
