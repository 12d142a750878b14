-- Question: How long does it take until a caller is qualified: days of the trial, minutes and turns of the call?
-- Audience: sales
-- Parameters: none
-- An agent says at the end of a call what it has found out, so the length of the call is what is known of the time it took.
SELECT
    dt,
    count(*) AS qualified_calls,
    round(approx_percentile(duration_seconds, 0.5) / 60, 1) AS median_minutes,
    round(approx_percentile(duration_seconds, 0.9) / 60, 1) AS p90_minutes,
    approx_percentile(user_turn_count, 0.5) AS median_turns_of_caller,
    count(trial_started_on) AS calls_with_trial_start,
    approx_percentile(date_diff('day', trial_started_on, date(started_at)), 0.5) AS median_days_of_trial
FROM (
    SELECT
        *,
        try(date(substr(trial_start_date, 1, 10))) AS trial_started_on
    FROM sessions
    WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
      AND qualified
) AS calls
GROUP BY dt
ORDER BY dt
