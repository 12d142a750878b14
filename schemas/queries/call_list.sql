-- Question: Which calls were there, how did each go, and what stands out?
-- Audience: operations
-- Parameters: none
-- slowest_ms is the longest wait for an answer. errors counts those of tools and of models.
SELECT
    sessions.started_at,
    sessions.session_id,
    sessions.agent_name,
    sessions.agent_version,
    sessions.room,
    sessions.room_id,
    sessions.job_id,
    sessions.user_name,
    sessions.user_email,
    sessions.user_email_domain AS company,
    round(sessions.duration_seconds / 60, 1) AS minutes,
    sessions.outcome,
    sessions.final_outcome,
    sessions.conversation_state,
    coalesce(sessions.close_reason, sessions.disconnect_reason) AS ended_because,
    sessions.meeting_booked,
    sessions.tier,
    leads.score,
    array_join(sessions.qualification_reasons, ', ') AS qualified_because,
    sessions.team_size,
    sessions.monthly_volume,
    array_join(sessions.integration_needs, ', ') AS integrations,
    sessions.timeline,
    sessions.authority,
    array_join(sessions.pain_points, ', ') AS pain_points,
    array_join(sessions.conversation_notes, ' / ') AS notes,
    array_join(transform(sessions.signal_evidence, found -> found.signal || ': ' || found.words), ' / ') AS evidence,
    sessions.handoff_count AS handoffs,
    sessions.last_error,
    sessions.interruption_count AS interruptions,
    -- array_max is NULL where an item is
    round(array_max(filter(transform(sessions.transcript, turn -> turn.e2e_latency_ms), wait -> wait IS NOT NULL))) AS slowest_ms,
    CAST(coalesce(sessions.tool_error_count, 0) AS bigint) + coalesce(sessions.llm_error_count, 0)
        + coalesce(sessions.stt_error_count, 0) + coalesce(sessions.tts_error_count, 0)
        + coalesce(sessions.realtime_error_count, 0) AS errors,
    round(sessions.cost_total_usd, 4) AS cost_usd,
    array_join(
        transform(
            filter(sessions.costs, part -> part.cost_usd IS NOT NULL), part -> part.provider || ' $' || format('%.4f', part.cost_usd)
        ),
        ', '
    ) AS costs
FROM sessions
INNER JOIN lead_scores AS leads
    ON sessions.dt = leads.dt
    AND sessions.session_id = leads.session_id
    AND sessions.started_at = leads.started_at
WHERE sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND leads.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
ORDER BY started_at DESC, session_id
LIMIT 1000
