-- A row is the latency of one stage of one turn, where it was measured, beside its target in milliseconds.
-- Stages, in the order in which a caller waits for them: 1 end of turn, 2 first token, 3 first audio, and 4 total: from the end
-- of the caller's turn to the agent's first audio. ordinal is the turn's, as in turns. The first stands on the caller's turns,
-- the others on the agent's, so the stages of one answer are on two rows of turns.
-- ordinal: Position of the turn within the call, as in turns
-- llm_model: Language model of the turn
-- stage_number: Order in which a caller waits for the stages, 1 to 4
-- stage: end of turn, first token, first audio or total
-- latency_ms: Latency of the stage in milliseconds
-- target_ms: Target of the stage in milliseconds
-- within_target: Whether the latency is at most the target
SELECT
    turns.dt,
    turns.session_id,
    turns.started_at,
    turns.ordinal,
    turns.llm_model,
    stage.stage_number,
    stage.stage,
    stage.latency_ms,
    stage.target_ms,
    stage.latency_ms <= stage.target_ms AS within_target,
    turns.agent_version,
    turns.region,
    turns.room
FROM turns
CROSS JOIN UNNEST(ARRAY[
    ROW(1, 'end of turn', turns.end_of_turn_delay_ms, 300),
    ROW(2, 'first token', turns.llm_ttft_ms, 700),
    ROW(3, 'first audio', turns.tts_ttfb_ms, 300),
    ROW(4, 'total', turns.e2e_latency_ms, 1500)
]) AS stage (stage_number, stage, latency_ms, target_ms)
WHERE stage.latency_ms IS NOT NULL
