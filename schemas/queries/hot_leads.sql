-- Question: Which hot leads of calls that ended in the last hours have no meeting yet?
-- Audience: sales
-- Parameters: hours (bigint): how many hours ago a call may have ended, such as 24
WITH ended AS (
    SELECT
        dt,
        session_id,
        started_at,
        key_integrations,
        coalesce(
            ended_at,
            -- a length may be any number that an agent says, also one that leads out of all times
            if(abs(duration_seconds) < 2e6, date_add('millisecond', CAST(round(1e3 * duration_seconds) AS bigint), started_at)),
            started_at
        ) AS ended_at
    FROM sessions
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
)
SELECT
    leads.session_id,
    leads.started_at,
    ended.ended_at,
    leads.score,
    leads.tier,
    array_join(leads.qualification_reasons, ', ') AS qualified_because,
    leads.team_size,
    leads.monthly_volume,
    array_join(ended.key_integrations, ', ') AS integrations,
    leads.timeline,
    leads.authority,
    leads.user_email_domain AS company,
    leads.user_name,
    leads.user_email
FROM lead_scores AS leads
INNER JOIN ended
    ON leads.dt = ended.dt
    AND leads.session_id = ended.session_id
    AND leads.started_at = ended.started_at
WHERE leads.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND leads.hot
  AND NOT leads.meeting_booked
  AND date_diff('second', ended.ended_at, CAST(current_timestamp AT TIME ZONE 'UTC' AS timestamp)) / 3600 < ?
ORDER BY score DESC, ended_at DESC, session_id
LIMIT 1000
