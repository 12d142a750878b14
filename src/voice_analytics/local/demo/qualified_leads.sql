-- Which qualified leads have the largest teams?
-- Qualified: a team of 5 or more, 100 documents a month or more, or an integration that sales looks after.
SELECT
    coalesce(user_email_domain, '-') AS company,
    team_size AS team,
    monthly_volume AS volume,
    array_join(integration_needs, ', ') AS integrations,
    urgency
FROM session_analytics
WHERE dt >= date_format(current_date - INTERVAL '6' DAY, '%Y-%m-%d')
  AND (
    team_size >= 5
    OR monthly_volume >= 100
    OR arrays_overlap(integration_needs, ARRAY['salesforce', 'hubspot', 'api', 'embedded'])
  )
ORDER BY team_size DESC, monthly_volume DESC, session_id
LIMIT 10
