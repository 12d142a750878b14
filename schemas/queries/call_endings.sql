-- Question: How do calls end?
-- Audience: call health
-- Parameters: none
SELECT
    coalesce(outcome, 'not said') AS outcome,
    coalesce(conversation_state, 'not said') AS conversation_state,
    coalesce(close_reason, disconnect_reason, 'not said') AS ended_because,
    count(*) AS calls,
    round(1e2 * count(*) / sum(count(*)) OVER (), 1) AS calls_percent,
    round(avg(duration_seconds) / 60, 1) AS average_minutes
FROM sessions
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY 1, 2, 3
ORDER BY calls DESC, outcome, conversation_state, ended_because
LIMIT 100
