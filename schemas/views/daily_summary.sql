-- A row is a day with calls: how many, how long, how good, how fast, and what they cost.
-- Each call counts once. A sum or an average is NULL where no call of the day says anything about it, and leaves out the calls
-- that do not; cost_per_minute_usd takes only calls whose cost and length are both known. Percentiles are approximate in Athena,
-- and over turns, not over calls. A sum of tokens or characters beyond a bigint is NULL.
-- calls: Calls
-- callers: Different e-mail addresses of callers, whatever their case
-- minutes: Minutes of all calls whose length is known
-- average_seconds: Average length of a call in seconds
-- qualified_calls: Calls with at least one qualification reason
-- sales_ready_calls: Calls of the tier sales_ready
-- booked_calls: Calls that booked a meeting
-- calls_with_cost: Calls whose cost is known
-- cost_usd: Cost of these calls in USD
-- average_cost_usd: Average cost of a call in USD
-- cost_per_minute_usd: Cost of a minute in USD, over calls whose cost and length are both known
-- cost_per_qualified_call_usd: cost_usd divided by qualified_calls; NULL where there are none
-- llm_input_tokens: Input tokens of the language models, cached ones included
-- llm_cached_input_tokens: Input tokens read from the cache
-- llm_output_tokens: Output tokens of the language models
-- llm_total_tokens: Tokens as sent by the agent, else input plus output
-- tts_characters: Characters spoken by speech synthesis
-- stt_minutes: Minutes of speech recognised
-- turns: Turns in the transcripts
-- interruptions: Interruptions
-- tool_calls: Tool calls
-- tool_errors: Tool calls that failed
-- llm_errors: Errors of the language models, retried attempts included
-- stt_errors: Errors of speech recognition, retried attempts included
-- tts_errors: Errors of speech synthesis, retried attempts included
-- realtime_errors: Errors of realtime models, retried attempts included
-- calls_with_errors: Calls with an error of any of these five kinds
-- e2e_latency_p50_ms: Caller's end of turn to the agent's first audio: median of the turns
-- e2e_latency_p90_ms: The same, 90th percentile
-- e2e_latency_p95_ms: The same, 95th percentile
-- e2e_latency_p99_ms: The same, 99th percentile
-- end_of_turn_delay_p95_ms: End of speech to the decision that the turn is over: 95th
--   percentile
-- llm_ttft_p95_ms: Language model, time to first token: 95th percentile
-- tts_ttfb_p95_ms: Speech synthesis, time to first audio: 95th percentile
WITH by_call AS (
    SELECT
        dt,
        count(*) AS calls,
        count(DISTINCT lower(user_email)) AS callers,
        sum(duration_seconds) / 60 AS minutes,
        avg(duration_seconds) AS average_seconds,
        count_if(qualified) AS qualified_calls,
        count_if(tier = 'sales_ready') AS sales_ready_calls,
        count_if(meeting_booked) AS booked_calls,
        count(cost_total_usd) AS calls_with_cost,
        sum(cost_total_usd) AS cost_usd,
        avg(cost_total_usd) AS average_cost_usd,
        sum(if(duration_seconds IS NOT NULL, cost_total_usd))
            / nullif(sum(if(cost_total_usd IS NOT NULL, duration_seconds)) / 60, 0) AS cost_per_minute_usd,
        sum(cost_total_usd) / nullif(count_if(qualified), 0) AS cost_per_qualified_call_usd,
        sum(CAST(llm_input_tokens AS decimal(38, 0))) AS llm_input_tokens,
        sum(CAST(llm_cached_input_tokens AS decimal(38, 0))) AS llm_cached_input_tokens,
        sum(CAST(llm_output_tokens AS decimal(38, 0))) AS llm_output_tokens,
        sum(CAST(llm_total_tokens AS decimal(38, 0))) AS llm_total_tokens,
        sum(CAST(tts_characters AS decimal(38, 0))) AS tts_characters,
        sum(stt_audio_seconds) / 60 AS stt_minutes,
        sum(turn_count) AS turns,
        sum(interruption_count) AS interruptions,
        sum(tool_call_count) AS tool_calls,
        sum(tool_error_count) AS tool_errors,
        sum(llm_error_count) AS llm_errors,
        sum(stt_error_count) AS stt_errors,
        sum(tts_error_count) AS tts_errors,
        sum(realtime_error_count) AS realtime_errors,
        count_if(
            tool_error_count > 0 OR llm_error_count > 0 OR stt_error_count > 0 OR tts_error_count > 0 OR realtime_error_count > 0
        ) AS calls_with_errors
    FROM sessions
    GROUP BY dt
),
by_turn AS (
    SELECT
        dt,
        approx_percentile(e2e_latency_ms, 0.5) AS e2e_latency_p50_ms,
        approx_percentile(e2e_latency_ms, 0.9) AS e2e_latency_p90_ms,
        approx_percentile(e2e_latency_ms, 0.95) AS e2e_latency_p95_ms,
        approx_percentile(e2e_latency_ms, 0.99) AS e2e_latency_p99_ms,
        approx_percentile(end_of_turn_delay_ms, 0.95) AS end_of_turn_delay_p95_ms,
        approx_percentile(llm_ttft_ms, 0.95) AS llm_ttft_p95_ms,
        approx_percentile(tts_ttfb_ms, 0.95) AS tts_ttfb_p95_ms
    FROM turns
    GROUP BY dt
)
SELECT
    by_call.dt,
    by_call.calls,
    by_call.callers,
    by_call.minutes,
    by_call.average_seconds,
    by_call.qualified_calls,
    by_call.sales_ready_calls,
    by_call.booked_calls,
    by_call.calls_with_cost,
    by_call.cost_usd,
    by_call.average_cost_usd,
    by_call.cost_per_minute_usd,
    by_call.cost_per_qualified_call_usd,
    try_cast(by_call.llm_input_tokens AS bigint) AS llm_input_tokens,
    try_cast(by_call.llm_cached_input_tokens AS bigint) AS llm_cached_input_tokens,
    try_cast(by_call.llm_output_tokens AS bigint) AS llm_output_tokens,
    try_cast(by_call.llm_total_tokens AS bigint) AS llm_total_tokens,
    try_cast(by_call.tts_characters AS bigint) AS tts_characters,
    by_call.stt_minutes,
    by_call.turns,
    by_call.interruptions,
    by_call.tool_calls,
    by_call.tool_errors,
    by_call.llm_errors,
    by_call.stt_errors,
    by_call.tts_errors,
    by_call.realtime_errors,
    by_call.calls_with_errors,
    by_turn.e2e_latency_p50_ms,
    by_turn.e2e_latency_p90_ms,
    by_turn.e2e_latency_p95_ms,
    by_turn.e2e_latency_p99_ms,
    by_turn.end_of_turn_delay_p95_ms,
    by_turn.llm_ttft_p95_ms,
    by_turn.tts_ttfb_p95_ms
FROM by_call
LEFT JOIN by_turn ON by_turn.dt = by_call.dt
