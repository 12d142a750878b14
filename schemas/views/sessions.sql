-- A row is a call: of the copies that were delivered, the whole one that was logged last.
-- Delivery is at least once, and an agent may log a call twice: in two shapes, or a report made again, whose start differs by
-- milliseconds. Rows of one dt and session_id are one call where their starts follow each other within ten seconds. Of its copies a
-- whole record wins over a partial one, then the newest logged_at, then the larger event_id. dt is passed on as it is, so that a
-- filter on it reads those days alone. Behind the columns of session_analytics stand the rules of the business, which read what agents wrote in their own
-- words. Case does not matter, nor whether words are joined by a blank, _ or -. Of urgency and decision_timeline is left out, up
-- to the next comma, semicolon or stop, what is denied ("not urgent"), happens again and again ("once a week") or waits for
-- something ("immediately after Q3"). A reason for qualification is team_size (5 or more), monthly_volume (100 or more),
-- integration (a key integration is wanted), urgent_decision_maker (a decision maker, and urgency says high, critical or what is
-- this_week; a decision_timeline of this week alone is not urgent), or industry (healthcare, finance with banks and insurers, or
-- legal, with a team of 3 or more).
-- copies: Rows of this call that were delivered
-- copies_differ: Whether whole copies contradict each other: in length by more than a second, in
--   qualification_tier, team_size, monthly_volume or cost_total_usd
-- qualified: Whether there is a qualification reason; what nobody mentioned is not a reason
-- qualification_reasons: Which hold of team_size, monthly_volume, integration,
--   urgent_decision_maker, industry: team of 5 or more; 100 documents a month or more; a key
--   integration; an urgent decision maker; a regulated industry with a team of 3 or more
-- tier: sales_ready (Tier 1, high value, medium, qualified) or self_serve (Tier 2, low), by
--   qualification_tier; NULL for other words
-- key_integrations: Which of salesforce, hubspot, api, embedded integration_needs names
-- timeline: this_week, this_month or this_quarter: the nearer of urgency and decision_timeline;
--   else NULL
-- authority: decision_maker, influencer or needs_approval, by budget_authority; NULL for other
--   words
-- meeting_booked: Whether book_sales_meeting succeeded
-- final_outcome: meeting_booked, or booking_unconfirmed where the agent alone says so; else the
--   agent's outcome; else error, voicemail, abandoned (hung up before the closing), completed
--   (the agent closed the call) or caller_hung_up; NULL where nothing tells
-- conversation_text: Transcript as text, a line ROLE: content a turn; transcript_text where
--   there are no turns. Personal data
-- agent_talk_share: The agent's words among all words, 0 to 1
-- cost_per_minute_usd: Cost of a minute in USD; NULL where cost or length is unknown or the
--   length is 0
-- The copies are ranked by the few columns that decide, and the rows joined to the chosen ones: what a
-- query does not show is not read, and what it shows is never held in a window.
WITH sequenced AS (
    SELECT
        dt,
        session_id,
        started_at,
        event_id,
        logged_at,
        is_partial,
        duration_seconds,
        qualification_tier,
        team_size,
        monthly_volume,
        cost_total_usd,
        if(
            date_diff(
                'millisecond',
                lag(started_at) OVER (PARTITION BY dt, session_id ORDER BY started_at, event_id),
                started_at
            ) <= 10000,
            0,
            1
        ) AS begins_call
    FROM session_analytics
    WHERE NOT coalesce(contains(tags, 'canary'), false)
),
numbered AS (
    SELECT
        *,
        -- an event that was delivered twice has one number, whichever of the two stands first
        sum(begins_call) OVER (
            PARTITION BY dt, session_id
            ORDER BY started_at, event_id
            RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS call_number,
        -- a partial record contradicts nothing
        if(coalesce(is_partial, false), NULL, duration_seconds) AS whole_duration,
        if(coalesce(is_partial, false), NULL, qualification_tier) AS whole_tier,
        if(coalesce(is_partial, false), NULL, team_size) AS whole_team_size,
        if(coalesce(is_partial, false), NULL, monthly_volume) AS whole_volume,
        if(coalesce(is_partial, false), NULL, cost_total_usd) AS whole_cost
    FROM sequenced
),
ranked AS (
    SELECT
        dt,
        session_id,
        started_at,
        event_id,
        row_number() OVER (
            PARTITION BY dt, session_id, call_number
            ORDER BY coalesce(is_partial, false), logged_at DESC, event_id DESC
        ) AS copy,
        count(*) OVER (PARTITION BY dt, session_id, call_number) AS copies,
        coalesce(
            max(whole_duration) OVER (PARTITION BY dt, session_id, call_number)
                - min(whole_duration) OVER (PARTITION BY dt, session_id, call_number) > 1,
            false
        )
        OR coalesce(
            max(whole_tier) OVER (PARTITION BY dt, session_id, call_number)
                <> min(whole_tier) OVER (PARTITION BY dt, session_id, call_number),
            false
        )
        OR coalesce(
            max(whole_team_size) OVER (PARTITION BY dt, session_id, call_number)
                <> min(whole_team_size) OVER (PARTITION BY dt, session_id, call_number),
            false
        )
        OR coalesce(
            max(whole_volume) OVER (PARTITION BY dt, session_id, call_number)
                <> min(whole_volume) OVER (PARTITION BY dt, session_id, call_number),
            false
        )
        OR coalesce(
            max(whole_cost) OVER (PARTITION BY dt, session_id, call_number)
                <> min(whole_cost) OVER (PARTITION BY dt, session_id, call_number),
            false
        ) AS copies_differ
    FROM numbered
),
-- an event that was delivered twice has two equal rows: any of them, which needs no sorting
delivered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY dt, session_id, started_at, event_id) AS delivery
    FROM session_analytics
),
called AS (
    SELECT
        delivered.*,
        ranked.copies,
        ranked.copies_differ
    FROM delivered
    INNER JOIN ranked
        ON delivered.dt = ranked.dt
        AND delivered.session_id = ranked.session_id
        AND delivered.started_at = ranked.started_at
        AND coalesce(delivered.event_id, '') = coalesce(ranked.event_id, '')
    WHERE delivered.delivery = 1
      AND ranked.copy = 1
),
-- the agents' words in lower case with blanks between them
worded AS (
    SELECT
        *,
        array_join(integration_needs, ', ') AS wanted_words,
        transform(ARRAY[urgency, decision_timeline], words -> regexp_replace(lower(words), '[\s_-]+', ' ')) AS when_words,
        regexp_replace(lower(budget_authority), '[\s_-]+', ' ') AS authority_words,
        trim(regexp_replace(lower(qualification_tier), '[\s_-]+', ' ')) AS tier_words,
        lower(industry) AS industry_words
    FROM called
),
-- what urgency and decision_timeline mean of it; "no later than" denies nothing
meant AS (
    SELECT
        *,
        transform(
            when_words,
            words -> regexp_replace(
                regexp_replace(
                    regexp_replace(words, '\b(no|not) (later|longer|more) than\b|\bless than\b', 'within'),
                    '\b(immediate(ly)?|asap|as soon as possible|(right|straight)( away)?) (after|following|once|when|if)\b[^,;.]*'
                ),
                '(\b(no|non|not|none|nothing|never|neither|cannot|hardly|less|without|once|twice|every)|n[''’]t)\b[^,;.]*'
            )
        ) AS meant_words
    FROM worded
),
timed AS (
    SELECT
        *,
        transform(
            meant_words,
            words -> CASE
                WHEN regexp_like(words, '\b(this|1|one|of( the)?|(in|within) (a|(the )?next)|within the) week\b')
                    OR regexp_like(words, '\b(asap|as soon as possible|urgent(ly)?|immediate(ly)?|right away|today|tomorrow)\b')
                    OR regexp_like(words, '\b(1|an) hour\b|\b([1-9]|[1-9][0-9]|few|couple of) hours\b')
                    OR regexp_like(words, '\b(1|one) day\b|\b([2-7]|two|three|few|couple of) days\b')
                    OR regexp_like(words, '(^|\b(by|on|this|before|within) )(mon|tues|wednes|thurs|fri|satur|sun)day\b')
                    THEN 'this_week'
                WHEN regexp_like(words, '\b(this|1|one|of( the)?|(in|within) (a|(the )?next)|within the) month\b')
                    OR regexp_like(words, '\bnext week\b|\b([2-4]|two|three|four|few|couple of) weeks\b')
                    OR regexp_like(words, '\b([89]|[12][0-9]|30) days\b')
                    THEN 'this_month'
                WHEN regexp_like(words, '\b(this|1|one|of( the)?|(in|within) (a|(the )?next)|within the) quarter\b')
                    OR regexp_like(words, '\bnext month\b|\b([23]|two|three|few|couple of) months\b')
                    OR regexp_like(words, '\b([3-8][0-9]|90) days\b')
                    THEN 'this_quarter'
            END
        ) AS timelines
    FROM meant
),
understood AS (
    SELECT
        *,
        filter(
            ARRAY[
                if(regexp_like(wanted_words, 'sales ?force'), 'salesforce'),
                if(regexp_like(wanted_words, 'hub ?spot'), 'hubspot'),
                if(regexp_like(wanted_words, '(^|[^a-z])apis?([^a-z]|$)'), 'api'),
                if(regexp_like(wanted_words, 'embed'), 'embedded')
            ],
            integration -> integration IS NOT NULL
        ) AS key_integrations,
        CASE
            WHEN contains(timelines, 'this_week') THEN 'this_week'
            WHEN contains(timelines, 'this_month') THEN 'this_month'
            WHEN contains(timelines, 'this_quarter') THEN 'this_quarter'
        END AS timeline,
        timelines[1] = 'this_week' OR regexp_like(meant_words[1], '\b(high(est)?|critical)\b') AS urgent,
        CASE
            WHEN regexp_like(authority_words, 'not (mentioned|specified|discussed|known)') THEN NULL
            WHEN regexp_like(authority_words, 'influenc|recommend|evaluat|champion|advis') THEN 'influencer'
            WHEN regexp_like(
                authority_words, '\bno approval (needed|required)|\bneeds? no approval|(\bnot|n[''’]t) need (any |an )?approval'
            ) THEN 'decision_maker'
            WHEN regexp_like(
                authority_words, '\b(no|not|none|never|cannot|false|board|committee)\b|\bnon decision|n[''’]t\b'
            ) THEN 'needs_approval'
            WHEN regexp_like(
                authority_words,
                'need.* approval|approval (needed|required)|\b(with|asks?|reports to|up to) (the|my|our)\b'
            ) THEN 'needs_approval'
            WHEN regexp_like(
                authority_words,
                '\bdecision maker|\bdecide|final (say|decision)|\b(full|sole|owner|founder)\b|^(yes|true)$'
            ) THEN 'decision_maker'
        END AS authority,
        CASE
            WHEN tier_words IN ('tier 1', 'sales ready', 'high value', 'medium', 'qualified') THEN 'sales_ready'
            WHEN tier_words IN ('tier 2', 'self serve', 'low') THEN 'self_serve'
        END AS tier
    FROM timed
),
judged AS (
    SELECT
        *,
        filter(
            ARRAY[
                if(team_size >= 5, 'team_size'),
                if(monthly_volume >= 100, 'monthly_volume'),
                if(cardinality(key_integrations) > 0, 'integration'),
                if(authority = 'decision_maker' AND urgent, 'urgent_decision_maker'),
                if(
                    team_size >= 3
                        AND regexp_like(
                            industry_words, 'health|medic|clinic|hospital|financ|fintech|bank|insur|legal|\blaw(yers?)?\b'
                        ),
                    'industry'
                )
            ],
            reason -> reason IS NOT NULL
        ) AS qualification_reasons,
        coalesce(any_match(tool_calls, used -> used.tool = 'book_sales_meeting' AND used.success), false) AS meeting_booked,
        nullif(regexp_replace(lower(trim(outcome)), '[\s_-]+', '_'), '') AS outcome_words,
        coalesce(close_reason, disconnect_reason) IN ('CR_PARTICIPANT_DISCONNECTED', 'user_hangup') AS hung_up,
        upper(conversation_state) AS state
    FROM understood
)
SELECT
    dt,
    session_id,
    started_at,
    ended_at,
    duration_seconds,
    event_id,
    schema_version,
    logged_at,
    emitted_at,
    aws_account_id,
    log_group,
    log_stream,
    agent_name,
    agent_version,
    sdk_version,
    job_id,
    room_id,
    room,
    region,
    language,
    tags,
    participant_id,
    user_email,
    user_email_domain,
    user_name,
    user_metadata,
    utm_source,
    utm_campaign,
    plan_tier,
    trial_start_date,
    conversation_state,
    outcome,
    disconnect_reason,
    close_reason,
    llm_error_count,
    stt_error_count,
    tts_error_count,
    realtime_error_count,
    conversation_notes,
    consent_obtained,
    consent_at,
    team_size,
    monthly_volume,
    integration_needs,
    pain_points,
    urgency,
    qualification_tier,
    industry,
    location,
    use_case,
    current_tool,
    decision_timeline,
    budget_authority,
    team_structure,
    tool_calls,
    tool_call_count,
    tool_error_count,
    transcript,
    transcript_text,
    turn_count,
    user_turn_count,
    agent_turn_count,
    user_word_count,
    agent_word_count,
    interruption_count,
    llm_call_count,
    avg_latency_ms,
    llm_input_tokens,
    llm_cached_input_tokens,
    llm_output_tokens,
    llm_total_tokens,
    tts_characters,
    tts_audio_seconds,
    stt_audio_seconds,
    model_usage,
    cost_total_usd,
    costs,
    bandwidth_in_bytes,
    bandwidth_out_bytes,
    packet_loss_percent,
    jitter_ms,
    device_browser,
    device_os,
    device_location,
    agent_handoffs,
    handoff_count,
    outcome_reason,
    evaluations,
    answered_by,
    participants,
    call_direction,
    caller_number,
    dialed_number,
    sip_call_id,
    last_error,
    interruption_error_count,
    away_count,
    false_interruption_count,
    agent_talk_seconds,
    user_talk_seconds,
    silence_seconds,
    first_response_ms,
    session_options,
    recording_path,
    price_table,
    unpriced_models,
    is_partial,
    truncation,
    signal_evidence,
    redactions,
    privacy_profile,
    pseudonym_key,
    recorder_version,
    recorder_errors,
    contract_violations,
    extras,
    copies,
    copies_differ,
    cardinality(qualification_reasons) > 0 AS qualified,
    qualification_reasons,
    tier,
    key_integrations,
    timeline,
    authority,
    meeting_booked,
    CASE
        WHEN meeting_booked THEN 'meeting_booked'
        WHEN outcome_words IN ('meeting_booked', 'meeting_scheduled', 'booked') THEN 'booking_unconfirmed'
        WHEN outcome_words IS NOT NULL THEN outcome_words
        WHEN close_reason = 'CR_ERROR' THEN 'error'
        WHEN answered_by LIKE 'machine%' THEN 'voicemail'
        WHEN state = 'CLOSING' THEN 'completed'
        WHEN hung_up AND state IS NOT NULL THEN 'abandoned'
        WHEN hung_up THEN 'caller_hung_up'
        WHEN coalesce(close_reason, disconnect_reason) IN ('CR_USER_INITIATED', 'CR_TASK_COMPLETED', 'agent_ended_call')
            THEN 'completed'
    END AS final_outcome,
    coalesce(
        nullif(
            array_join(
                transform(transcript, turn -> coalesce(upper(turn.role), '?') || ': ' || coalesce(turn.content, '')), chr(10)
            ),
            ''
        ),
        transcript_text
    ) AS conversation_text,
    agent_word_count / nullif(CAST(agent_word_count AS double) + user_word_count, 0) AS agent_talk_share,
    cost_total_usd / nullif(duration_seconds / 60, 0) AS cost_per_minute_usd
FROM judged
