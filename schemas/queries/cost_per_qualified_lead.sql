-- Question: What does a qualified lead cost, and a booked meeting, by where the callers came from?
-- Audience: business
-- Parameters: none
SELECT
    coalesce(utm_source, 'not said') AS source,
    count(*) AS calls,
    round(sum(cost_total_usd), 2) AS cost_usd,
    count_if(qualified) AS qualified_calls,
    round(sum(cost_total_usd) / nullif(count_if(qualified), 0), 2) AS cost_per_qualified_usd,
    count_if(meeting_booked) AS booked_calls,
    round(sum(cost_total_usd) / nullif(count_if(meeting_booked), 0), 2) AS cost_per_booking_usd
FROM sessions
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY coalesce(utm_source, 'not said')
ORDER BY qualified_calls DESC, calls DESC, source
LIMIT 50
