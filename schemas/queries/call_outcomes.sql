-- Question: How do calls end, and for how many did the agent say it?
-- Audience: call health
-- Parameters: none
-- What an agent did not say is worked out: see final_outcome of the view sessions.
SELECT
    coalesce(final_outcome, 'not known') AS outcome,
    count(*) AS calls,
    count(nullif(trim(sessions.outcome), '')) AS said_by_agent,
    round(1e2 * count(*) / sum(count(*)) OVER (), 1) AS calls_percent,
    round(avg(duration_seconds) / 60, 1) AS average_minutes
FROM sessions
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY 1
ORDER BY calls DESC, outcome
LIMIT 100
