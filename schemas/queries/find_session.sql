-- Question: Which calls of the last seven days belong to this id, room or e-mail address?
-- Audience: operations
-- Parameters: value (varchar): a session id, job id, room, room id or e-mail address; upper and lower case are the same
SELECT
    started_at,
    session_id,
    job_id,
    room,
    user_email,
    user_name,
    agent_name,
    round(duration_seconds / 60, 1) AS minutes,
    outcome,
    conversation_state,
    qualified,
    cost_total_usd
FROM sessions
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND lower(trim(?)) IN (lower(session_id), lower(job_id), lower(room_id), lower(room), lower(user_email))
ORDER BY started_at DESC, session_id
LIMIT 100
