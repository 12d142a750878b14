-- Question: Which calls were logged long after they ended, or with a clock that was wrong?
-- Audience: operations
-- Parameters: none
-- Late: logged more than an hour after the end, or after the start where no end is known.
-- Clock ahead: ended five minutes after the log line.
WITH ends AS (
    SELECT
        *,
        coalesce(
            ended_at,
            -- a length may be any number that an agent says, also one that leads out of all times
            if(abs(duration_seconds) < 2e6, date_add('millisecond', CAST(round(1e3 * duration_seconds) AS bigint), started_at)),
            started_at
        ) AS over_at
    FROM sessions
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
),
arrivals AS (
    SELECT
        *,
        date_diff('second', over_at, logged_at) AS late_seconds
    FROM ends
)
SELECT
    dt,
    session_id,
    started_at,
    over_at,
    logged_at,
    CAST(round(late_seconds / 6e1) AS bigint) AS late_minutes,
    CASE
        WHEN dt <> date_format(started_at, '%Y-%m-%d') THEN 'wrong clock: filed under the day of the log line'
        WHEN late_seconds < 0 THEN 'clock ahead'
        ELSE 'logged late'
    END AS why,
    log_group,
    log_stream
FROM arrivals
WHERE dt <> date_format(started_at, '%Y-%m-%d')
   OR late_seconds > 3600
   OR late_seconds < -300
ORDER BY abs(late_seconds) DESC, session_id, started_at
LIMIT 100
