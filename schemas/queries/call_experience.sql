-- Question: How do calls feel: how long, how many turns, who talks, and how often is somebody interrupted?
-- Audience: experience
-- Parameters: none
SELECT
    dt,
    count(*) AS calls,
    round(approx_percentile(duration_seconds, 0.5) / 60, 1) AS median_minutes,
    round(approx_percentile(duration_seconds, 0.9) / 60, 1) AS p90_minutes,
    round(avg(turn_count), 1) AS average_turns,
    round(avg(1e2 * agent_talk_share), 1) AS average_agent_talk_percent,
    round(avg(interruption_count), 2) AS average_interruptions,
    count_if(NOT consent_obtained) AS calls_without_consent
FROM sessions
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY dt
ORDER BY dt
