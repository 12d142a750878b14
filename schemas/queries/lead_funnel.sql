-- Question: How many calls become leads, qualified, hot and booked meetings?
-- Audience: sales
-- Parameters: none
-- Each stage counts by itself: a meeting may be booked by somebody who has told nothing about themselves.
WITH funnel AS (
    SELECT
        count(*) AS calls,
        count_if(
            coalesce(team_size, monthly_volume) IS NOT NULL
            OR cardinality(integration_needs) > 0
            OR coalesce(timeline, authority, industry, use_case, current_tool) IS NOT NULL
        ) AS told,
        count_if(qualified) AS qualified,
        count_if(hot) AS hot,
        count_if(meeting_booked) AS booked
    FROM lead_scores
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
)
SELECT
    step.stage,
    step.calls,
    round(1e2 * step.calls / nullif(funnel.calls, 0), 1) AS calls_percent
FROM funnel
CROSS JOIN UNNEST(ARRAY[
    ROW(1, 'calls', funnel.calls),
    ROW(2, 'told something', funnel.told),
    ROW(3, 'qualified', funnel.qualified),
    ROW(4, 'hot', funnel.hot),
    ROW(5, 'meeting booked', funnel.booked)
]) AS step (stage_number, stage, calls)
ORDER BY step.stage_number
