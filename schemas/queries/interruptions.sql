-- Question: How often is the agent interrupted, and by which version of it?
-- Audience: experience
-- Parameters: none
SELECT
    coalesce(agent_name, 'not said') AS agent_name,
    coalesce(agent_version, 'not said') AS agent_version,
    count(*) AS calls,
    count_if(interruption_count > 0) AS interrupted_calls,
    round(1e2 * count_if(interruption_count > 0) / count(*), 1) AS interrupted_calls_percent,
    sum(interruption_count) AS interruptions,
    round(1e2 * sum(if(agent_turn_count IS NOT NULL, interruption_count)) / nullif(sum(agent_turn_count), 0), 1)
        AS interruptions_per_100_agent_turns,
    max(interruption_count) AS most_in_a_call
FROM sessions
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND interruption_count IS NOT NULL
GROUP BY 1, 2
ORDER BY interruptions_per_100_agent_turns DESC, agent_name, agent_version
LIMIT 100
