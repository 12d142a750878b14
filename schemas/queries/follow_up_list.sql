-- Question: Who is qualified, has no meeting yet, and should hear from sales first?
-- Audience: sales
-- Parameters: none
-- One row a person: by e-mail address, else each call is one. Shown is the person's best call, of equal ones the latest.
WITH callers AS (
    SELECT
        *,
        coalesce(lower(user_email), session_id) AS caller
    FROM lead_scores
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
),
ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY caller ORDER BY qualified DESC, score DESC, started_at DESC, session_id) AS place,
        count(*) OVER (PARTITION BY caller) AS calls,
        max(started_at) OVER (PARTITION BY caller) AS last_called_at,
        bool_or(meeting_booked) OVER (PARTITION BY caller) AS has_meeting
    FROM callers
)
SELECT
    leads.score,
    leads.hot,
    leads.user_name,
    leads.user_email,
    leads.user_email_domain AS company,
    leads.calls,
    leads.last_called_at,
    leads.team_size,
    leads.monthly_volume,
    array_join(leads.integration_needs, ', ') AS integrations,
    array_join(sessions.pain_points, ', ') AS pain_points,
    leads.timeline,
    leads.authority,
    array_join(sessions.conversation_notes, ' / ') AS notes,
    sessions.consent_obtained,
    leads.session_id,
    leads.started_at
FROM ranked AS leads
INNER JOIN sessions
    ON leads.dt = sessions.dt
    AND leads.session_id = sessions.session_id
    AND leads.started_at = sessions.started_at
WHERE sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND leads.place = 1
  AND leads.qualified
  AND NOT leads.has_meeting
ORDER BY leads.score DESC, leads.last_called_at DESC, leads.session_id
LIMIT 100
