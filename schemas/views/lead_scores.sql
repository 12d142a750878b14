-- A row is a call with its score as a lead, from 0 to 100, the points of each part, and whom to follow up with.
-- Points: team size 3 to 4: 5, 5 to 10: 15, over 10: 25; documents a month 10 to 49: 5, 50 to 99: 10, from 100: 20; the best of
-- Salesforce 20, HubSpot 15, API 10; timeline this week 15, this month 10, this quarter 5; decision maker 15, influencer 10,
-- needs approval 5. What was not mentioned has 0. score = round(100 * points / 95), 95 being the most; hot: over 80. How
-- timeline, authority and integrations are read from the agents' words is said in sessions. Somebody who called twice has two
-- rows.
-- score: Score as a lead, 0 to 100
-- hot: Whether the score is over 80
-- points: Sum of the points below, at most 95
-- team_size_points: Points for the team's size, 0 to 25
-- monthly_volume_points: Points for documents a month, 0 to 20
-- integration_points: Points for the best integration wanted, 0 to 20
-- timeline_points: Points for the timeline, 0 to 15
-- authority_points: Points for the authority, 0 to 15
-- qualified: Whether there is a qualification reason, as in sessions
-- qualification_reasons: Reasons why the caller is qualified, as in sessions
-- tier: sales_ready or self_serve, as in sessions
-- meeting_booked: Whether book_sales_meeting succeeded
-- timeline: this_week, this_month or this_quarter, as in sessions
-- authority: decision_maker, influencer or needs_approval, as in sessions
WITH pointed AS (
    SELECT
        *,
        CASE
            WHEN team_size > 10 THEN 25
            WHEN team_size >= 5 THEN 15
            WHEN team_size >= 3 THEN 5
            ELSE 0
        END AS team_size_points,
        CASE
            WHEN monthly_volume >= 100 THEN 20
            WHEN monthly_volume >= 50 THEN 10
            WHEN monthly_volume >= 10 THEN 5
            ELSE 0
        END AS monthly_volume_points,
        CASE
            WHEN contains(key_integrations, 'salesforce') THEN 20
            WHEN contains(key_integrations, 'hubspot') THEN 15
            WHEN contains(key_integrations, 'api') THEN 10
            ELSE 0
        END AS integration_points,
        CASE timeline
            WHEN 'this_week' THEN 15
            WHEN 'this_month' THEN 10
            WHEN 'this_quarter' THEN 5
            ELSE 0
        END AS timeline_points,
        CASE authority
            WHEN 'decision_maker' THEN 15
            WHEN 'influencer' THEN 10
            WHEN 'needs_approval' THEN 5
            ELSE 0
        END AS authority_points
    FROM sessions
),
summed AS (
    SELECT
        *,
        team_size_points + monthly_volume_points + integration_points + timeline_points + authority_points AS points
    FROM pointed
),
scored AS (
    SELECT
        *,
        CAST(round(1e2 * points / 95) AS integer) AS score
    FROM summed
)
SELECT
    dt,
    session_id,
    started_at,
    score,
    score > 80 AS hot,
    points,
    team_size_points,
    monthly_volume_points,
    integration_points,
    timeline_points,
    authority_points,
    qualified,
    qualification_reasons,
    tier,
    meeting_booked,
    user_email,
    user_email_domain,
    user_name,
    team_size,
    monthly_volume,
    integration_needs,
    timeline,
    authority,
    industry,
    use_case,
    current_tool,
    pain_points,
    conversation_notes,
    consent_obtained
FROM scored
