-- Question: Which calls have copies that contradict each other, and how?
-- Audience: operations
-- Parameters: none
-- Copies of a call are rows of one session_id that start within ten seconds of each other. A difference of length counts from a
-- second on; partial records contradict nothing. From the raw table: the view sessions shows one row of each, with copies_differ.
-- What differs is listed as least and greatest.
WITH sequenced AS (
    SELECT
        *,
        if(
            date_diff('millisecond', lag(started_at) OVER (PARTITION BY session_id ORDER BY started_at, event_id), started_at) <= 10000,
            0,
            1
        ) AS begins_call
    FROM session_analytics
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
      AND NOT coalesce(is_partial, false)
      AND NOT coalesce(contains(tags, 'canary'), false)
),
numbered AS (
    SELECT
        *,
        -- copies of one event are peers, and get one number whatever their order
        sum(begins_call) OVER (PARTITION BY session_id ORDER BY started_at, event_id) AS call_number
    FROM sequenced
),
copied AS (
    SELECT
        min(dt) AS dt,
        session_id,
        min(started_at) AS started_at,
        count(*) AS copies,
        count(DISTINCT event_id) AS log_lines,
        min(duration_seconds) AS shortest_seconds,
        max(duration_seconds) AS longest_seconds,
        array_sort(array_agg(DISTINCT qualification_tier) FILTER (WHERE qualification_tier IS NOT NULL)) AS tiers,
        array_sort(array_agg(DISTINCT team_size) FILTER (WHERE team_size IS NOT NULL)) AS team_sizes,
        array_sort(array_agg(DISTINCT monthly_volume) FILTER (WHERE monthly_volume IS NOT NULL)) AS monthly_volumes,
        min(cost_total_usd) AS least_cost_usd,
        max(cost_total_usd) AS greatest_cost_usd,
        array_join(array_sort(array_agg(DISTINCT log_group)), ', ') AS log_groups
    FROM numbered
    GROUP BY session_id, call_number
    HAVING count(*) > 1
)
SELECT
    *
FROM copied
WHERE longest_seconds - shortest_seconds > 1
   OR cardinality(tiers) > 1
   OR cardinality(team_sizes) > 1
   OR cardinality(monthly_volumes) > 1
   OR greatest_cost_usd > least_cost_usd
ORDER BY dt DESC, session_id, started_at
LIMIT 100
