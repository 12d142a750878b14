-- Question: How many tokens, characters and minutes of audio does each model use?
-- Audience: business
-- Parameters: none
-- Older agents give sums of a call and name no model: they stand as 'not said'. A sum beyond a bigint is NULL.
WITH used AS (
    SELECT
        sessions.dt,
        sessions.session_id,
        sessions.started_at,
        usage.type,
        usage.provider,
        usage.model,
        usage.input_tokens,
        usage.cached_input_tokens,
        usage.output_tokens,
        coalesce(
            usage.total_tokens,
            CAST(usage.input_tokens AS decimal(38, 0)) + usage.output_tokens,
            usage.input_tokens,
            usage.output_tokens
        ) AS total_tokens,
        usage.characters,
        usage.audio_seconds
    FROM sessions
    CROSS JOIN UNNEST(
        coalesce(
            transform(
                sessions.model_usage,
                model -> ROW(
                    model.type,
                    model.provider,
                    model.model,
                    model.input_tokens,
                    model.cached_input_tokens,
                    model.output_tokens,
                    CAST(NULL AS bigint),
                    model.characters,
                    model.audio_seconds
                )
            ),
            ARRAY[
                ROW('llm_usage', NULL, NULL, llm_input_tokens, llm_cached_input_tokens, llm_output_tokens, llm_total_tokens, NULL, NULL),
                ROW('tts_usage', NULL, NULL, NULL, NULL, NULL, NULL, tts_characters, tts_audio_seconds),
                ROW('stt_usage', NULL, NULL, NULL, NULL, NULL, NULL, NULL, stt_audio_seconds)
            ]
        )
    ) AS usage (
        type, provider, model, input_tokens, cached_input_tokens, output_tokens, total_tokens, characters, audio_seconds
    )
    WHERE sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
      AND (
          sessions.model_usage IS NOT NULL
          OR coalesce(usage.total_tokens, usage.characters, usage.audio_seconds) IS NOT NULL
      )
),
summed AS (
    SELECT
        coalesce(type, 'not said') AS type,
        coalesce(provider, 'not said') AS provider,
        coalesce(model, 'not said') AS model,
        count(DISTINCT ROW(dt, session_id, started_at)) AS calls,
        sum(total_tokens) AS total_tokens,
        sum(CAST(input_tokens AS decimal(38, 0))) AS input_tokens,
        sum(CAST(cached_input_tokens AS decimal(38, 0))) AS cached_input_tokens,
        sum(CAST(output_tokens AS decimal(38, 0))) AS output_tokens,
        sum(CAST(characters AS decimal(38, 0))) AS characters,
        round(sum(audio_seconds) / 60, 1) AS audio_minutes
    FROM used
    GROUP BY 1, 2, 3
)
SELECT
    type,
    provider,
    model,
    calls,
    try_cast(total_tokens AS bigint) AS total_tokens,
    try_cast(input_tokens AS bigint) AS input_tokens,
    try_cast(cached_input_tokens AS bigint) AS cached_input_tokens,
    round(1e2 * CAST(cached_input_tokens AS double) / nullif(CAST(input_tokens AS double), 0), 1) AS cached_percent,
    try_cast(output_tokens AS bigint) AS output_tokens,
    try_cast(characters AS bigint) AS characters,
    audio_minutes
FROM summed
ORDER BY type, total_tokens DESC, characters DESC, audio_minutes DESC, provider, model
LIMIT 100
