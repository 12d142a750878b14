-- Question: What do calls cost by the models of each provider?
-- Audience: business
-- Parameters: none
-- Agents give costs by provider; where a call used several models of one, their names stand together.
-- LiveKit names providers as in api.openai.com, and the costs call the same one openai.
WITH provider_costs AS (
    SELECT
        dt,
        session_id,
        started_at,
        provider,
        sum(cost_usd) AS cost_usd
    FROM costs
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
    GROUP BY dt, session_id, started_at, provider
    HAVING sum(cost_usd) IS NOT NULL
),
named AS (
    SELECT
        spent.provider,
        spent.cost_usd,
        array_join(array_sort(array_agg(DISTINCT used.model) FILTER (WHERE used.model IS NOT NULL)), ', ') AS models
    FROM provider_costs AS spent
    LEFT JOIN model_usage AS used
        ON spent.dt = used.dt
        AND spent.session_id = used.session_id
        AND spent.started_at = used.started_at
        AND strpos(lower(used.provider), lower(spent.provider)) > 0
        AND used.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
    GROUP BY spent.dt, spent.session_id, spent.started_at, spent.provider, spent.cost_usd
)
SELECT
    provider,
    coalesce(models, 'not said') AS models,
    count(*) AS calls,
    round(sum(cost_usd), 2) AS cost_usd,
    round(1e2 * sum(cost_usd) / nullif(sum(sum(cost_usd)) OVER (), 0), 1) AS cost_percent,
    round(avg(cost_usd), 4) AS cost_per_call_usd
FROM named
GROUP BY provider, coalesce(models, 'not said')
ORDER BY cost_usd DESC, provider, models
LIMIT 100
