-- How long does a caller wait, stage by stage (milliseconds)?
SELECT
    stage,
    count(ms) AS turns,
    round(approx_percentile(ms, 0.5)) AS p50,
    round(approx_percentile(ms, 0.9)) AS p90,
    round(approx_percentile(ms, 0.95)) AS p95,
    round(approx_percentile(ms, 0.99)) AS p99
FROM session_analytics
CROSS JOIN UNNEST(transcript) AS turn (
    role, content, said_at, interrupted, e2e_latency_ms, llm_ttft_ms, tts_ttfb_ms,
    end_of_turn_delay_ms, transcription_delay_ms, playback_latency_ms, confidence, llm_model
)
CROSS JOIN UNNEST(ARRAY[
    ROW('1 end of turn', end_of_turn_delay_ms),
    ROW('2 first token', llm_ttft_ms),
    ROW('3 first audio', tts_ttfb_ms),
    ROW('total', e2e_latency_ms)
]) AS wait (stage, ms)
WHERE dt >= date_format(current_date - INTERVAL '6' DAY, '%Y-%m-%d')
GROUP BY stage
ORDER BY stage
