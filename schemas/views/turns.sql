-- A row is one turn of a call's transcript; ordinal counts from 1 within the call.
-- A latency is NULL where none was measured.
-- ordinal: Position within the call, from 1
-- speaker: agent (role assistant or agent), else the role in lower case
SELECT
    sessions.dt,
    sessions.session_id,
    sessions.started_at,
    turn.ordinal,
    turn.role,
    if(lower(turn.role) = 'assistant', 'agent', lower(turn.role)) AS speaker,
    turn.content,
    turn.said_at,
    turn.interrupted,
    turn.e2e_latency_ms,
    turn.end_of_turn_delay_ms,
    turn.transcription_delay_ms,
    turn.llm_ttft_ms,
    turn.tts_ttfb_ms,
    turn.playback_latency_ms,
    turn.confidence,
    turn.llm_model,
    turn.agent,
    turn.llm_provider,
    turn.stt_model,
    turn.tts_model,
    turn.started_speaking_at,
    turn.stopped_speaking_at,
    turn.llm_tokens_per_second,
    turn.tts_first_sentence_ms,
    turn.turn_completed_delay_ms,
    turn.provider_request_ids,
    sessions.agent_version,
    sessions.region,
    sessions.room
FROM sessions
CROSS JOIN UNNEST(sessions.transcript) WITH ORDINALITY AS turn (
    role, content, said_at, interrupted, e2e_latency_ms, llm_ttft_ms, tts_ttfb_ms, end_of_turn_delay_ms,
    transcription_delay_ms, playback_latency_ms, confidence, llm_model, agent, llm_provider, stt_model, tts_model,
    started_speaking_at, stopped_speaking_at, llm_tokens_per_second, tts_first_sentence_ms, turn_completed_delay_ms,
    provider_request_ids, ordinal
)
