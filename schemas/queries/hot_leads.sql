-- Question: Which hot leads of calls that ended in the last hours have no meeting yet?
-- Audience: sales
-- Parameters: hours (bigint): how many hours ago a call may have ended, such as 24
SELECT
    leads.session_id,
    leads.started_at,
    -- without a known end a call counts from its start
    coalesce(sessions.ended_at, leads.started_at) AS ended_at,
    leads.score,
    leads.tier,
    array_join(leads.qualification_reasons, ', ') AS qualified_because,
    leads.team_size,
    leads.monthly_volume,
    array_join(sessions.key_integrations, ', ') AS integrations,
    leads.timeline,
    leads.authority,
    leads.user_email_domain AS company,
    leads.user_name,
    leads.user_email
FROM lead_scores AS leads
INNER JOIN sessions
    ON leads.dt = sessions.dt
    AND leads.session_id = sessions.session_id
    AND leads.started_at = sessions.started_at
WHERE leads.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND leads.hot
  AND NOT leads.meeting_booked
  AND date_diff(
      'second',
      coalesce(sessions.ended_at, leads.started_at),
      CAST(current_timestamp AT TIME ZONE 'UTC' AS timestamp)
  ) / 3600 < ?
ORDER BY leads.score DESC, ended_at DESC, leads.session_id
LIMIT 1000
