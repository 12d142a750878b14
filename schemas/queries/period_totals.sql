-- Question: How many calls were there in all, how long, how many qualified and booked, and what did they cost?
-- Audience: business
-- Parameters: none
-- Lengths and costs are of the calls that say them: the count before them says of how many. Each number is rounded once, at the end;
-- those of the days, rounded one by one, add up to something else.
SELECT
    count(*) AS calls,
    count_if(qualified) AS qualified_calls,
    count_if(meeting_booked) AS booked_calls,
    count(duration_seconds) AS calls_with_length,
    round(sum(duration_seconds) / 60, 1) AS minutes,
    count(cost_total_usd) AS calls_with_cost,
    round(sum(cost_total_usd), 2) AS cost_usd,
    round(avg(cost_total_usd), 4) AS cost_per_call_usd,
    count(if(duration_seconds IS NOT NULL, cost_total_usd)) AS calls_with_both,
    round(
        sum(if(duration_seconds IS NOT NULL, cost_total_usd))
            / nullif(sum(if(cost_total_usd IS NOT NULL, duration_seconds)) / 60, 0),
        4
    ) AS cost_per_minute_usd
FROM sessions
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
HAVING count(*) > 0
