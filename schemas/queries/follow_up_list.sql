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
    score,
    hot,
    user_name,
    user_email,
    user_email_domain AS company,
    calls,
    last_called_at,
    team_size,
    monthly_volume,
    array_join(integration_needs, ', ') AS integrations,
    array_join(pain_points, ', ') AS pain_points,
    timeline,
    authority,
    array_join(conversation_notes, ' / ') AS notes,
    consent_obtained,
    session_id,
    started_at
FROM ranked
WHERE place = 1
  AND qualified
  AND NOT has_meeting
ORDER BY score DESC, last_called_at DESC, session_id
LIMIT 100
