-- A row is one provider of a call with one of its quantities; ordinal counts from 1 within the call.
-- A provider's cost stands on its first row alone, so that a sum of cost_usd counts it once; its other units have NULL there. The
-- total that the agent sent (cost_total_usd in sessions) may be more or less than this sum.
-- ordinal: Position within the call, from 1, in the order of cost_summary
SELECT
    sessions.dt,
    sessions.session_id,
    sessions.started_at,
    cost.ordinal,
    cost.provider,
    cost.cost_usd,
    cost.quantity,
    cost.unit
FROM sessions
CROSS JOIN UNNEST(sessions.costs) WITH ORDINALITY AS cost (provider, cost_usd, quantity, unit, ordinal)
