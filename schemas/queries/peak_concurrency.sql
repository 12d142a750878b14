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
            if(duration_seconds < 1e9, date_add('millisecond', CAST(round(1e3 * duration_seconds) AS bigint), started_at))
        ) AS over_at
    FROM sessions
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
),
changes AS (
    SELECT
        dt,
        started_at AS changed_at,
        1 AS change
    FROM lasting
    WHERE over_at > started_at
    UNION ALL
    SELECT
        dt,
        over_at AS changed_at,
        -1 AS change
    FROM lasting
    WHERE over_at > started_at
),
-- a call that ends at the moment in which another begins is over
counted AS (
    SELECT
        dt,
        changed_at,
        change,
        sum(change) OVER (ORDER BY changed_at, change ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS calls
    FROM changes
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
