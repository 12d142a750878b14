-- Question: Is each day's data complete, in time, and as the contract says?
-- Audience: operations
-- Parameters: none
SELECT
    dt,
    calls,
    deliveries,
    repeated_deliveries,
    repeated_events,
    rejects,
    round(1e2 * reject_share, 2) AS rejects_percent,
    violations,
    events_with_violations,
    late_events,
    round(emit_to_log_p95_seconds, 1) AS emit_to_log_p95_seconds,
    last_event_at
FROM data_quality
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
ORDER BY dt
