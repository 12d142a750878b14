-- Question: Which leads are qualified, and why?
-- Audience: sales
-- Parameters: none
SELECT
    score,
    hot,
    user_name,
    user_email,
    user_email_domain AS company,
    started_at AS called_at,
    array_join(qualification_reasons, ', ') AS qualified_because,
    team_size,
    monthly_volume,
    array_join(integration_needs, ', ') AS integrations,
    timeline,
    authority,
    industry,
    use_case,
    current_tool,
    tier,
    meeting_booked,
    session_id
FROM lead_scores
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND qualified
ORDER BY score DESC, called_at DESC, session_id
LIMIT 200
