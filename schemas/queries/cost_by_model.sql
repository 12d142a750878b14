-- Question: What do calls cost by the models of each provider?
-- Audience: business
-- Parameters: none
-- Agents give costs by provider; where a call used several models of one, their names stand together.
-- LiveKit names providers as in api.openai.com, and the costs call the same one openai.
WITH parts AS (
    SELECT
        sessions.dt,
        sessions.session_id,
        sessions.started_at,
        cost.provider,
        cost.cost_usd,
        array_join(
            array_sort(
                array_distinct(
                    transform(
                        filter(
                            sessions.model_usage,
                            used -> used.model IS NOT NULL AND strpos(lower(used.provider), lower(cost.provider)) > 0
                        ),
                        used -> used.model
                    )
                )
            ),
            ', '
        ) AS models
    FROM sessions
    CROSS JOIN UNNEST(sessions.costs) AS cost (provider, cost_usd, quantity, unit)
    WHERE sessions.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
),
spent AS (
    SELECT
        provider,
        coalesce(nullif(models, ''), 'not said') AS models,
        sum(cost_usd) AS cost_usd
    FROM parts
    GROUP BY dt, session_id, started_at, provider, models
    HAVING sum(cost_usd) IS NOT NULL
)
SELECT
    provider,
    models,
    count(*) AS calls,
    round(sum(cost_usd), 2) AS cost_usd,
    round(1e2 * sum(cost_usd) / nullif(sum(sum(cost_usd)) OVER (), 0), 1) AS cost_percent,
    round(avg(cost_usd), 4) AS cost_per_call_usd
FROM spent
GROUP BY provider, models
ORDER BY cost_usd DESC, provider, models
LIMIT 100
