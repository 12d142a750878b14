-- A row is what a call used of one model, as LiveKit 1.5 and later count it; ordinal counts from 1 within the call.
-- Calls of older agents have sums alone (llm_input_tokens and the like, in sessions) and no row here. LiveKit leaves zeros out:
-- NULL.
-- ordinal: Position within the call, from 1
SELECT
    sessions.dt,
    sessions.session_id,
    sessions.started_at,
    used.ordinal,
    used.type,
    used.provider,
    used.model,
    used.input_tokens,
    used.cached_input_tokens,
    used.output_tokens,
    used.characters,
    used.audio_seconds,
    used.session_seconds,
    used.requests,
    used.input_audio_tokens,
    used.cached_input_audio_tokens,
    used.output_audio_tokens,
    used.input_text_tokens,
    used.output_text_tokens,
    used.input_image_tokens,
    used.cache_creation_tokens,
    used.reasoning_tokens,
    used.cost_usd,
    used.cached_input_text_tokens,
    used.cached_input_image_tokens
FROM sessions
CROSS JOIN UNNEST(sessions.model_usage) WITH ORDINALITY AS used (
    type, provider, model, input_tokens, cached_input_tokens, output_tokens, characters, audio_seconds, session_seconds, requests,
    input_audio_tokens, cached_input_audio_tokens, output_audio_tokens, input_text_tokens, output_text_tokens, input_image_tokens,
    cache_creation_tokens, reasoning_tokens, cost_usd, cached_input_text_tokens, cached_input_image_tokens, ordinal
)
