-- Question: How many calls were there at once, at most, and when?
-- Audience: operations
-- Parameters: none
-- Calls whose length is not known are left out.
WITH lasting AS (
    SELECT
        dt,
        started_at,
        coalesce(
            ended_at,
            if(abs(duration_seconds) < 2e6, date_add('millisecond', CAST(round(1e3 * duration_seconds) AS bigint), started_at))
        ) AS over_at
    FROM sessions
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
),
-- a call that ends at the moment in which another begins is over
counted AS (
    SELECT
        lasting.dt,
        step.changed_at,
        step.change,
        sum(step.change) OVER (
            ORDER BY step.changed_at, step.change
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS calls
    FROM lasting
    CROSS JOIN UNNEST(ARRAY[ROW(lasting.started_at, 1), ROW(lasting.over_at, -1)]) AS step (changed_at, change)
    WHERE lasting.over_at > lasting.started_at
),
ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY dt ORDER BY calls DESC, changed_at) AS place
    FROM counted
    WHERE change = 1
)
SELECT
    dt,
    calls AS calls_at_once,
    changed_at AS reached_at
FROM ranked
WHERE place = 1
ORDER BY dt
