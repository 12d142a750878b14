-- A row is a log event that could not become a call, with the reason and the line as it came.
-- Of the copies of an event (same dt and event_id: repeated deliveries, and newer code that rejects it for another reason) the
-- one rejected last is kept, of equal ones the one whose error_code comes first.
SELECT
    dt,
    event_id,
    logged_at,
    rejected_at,
    error_code,
    error_path,
    error_message,
    raw_message,
    aws_account_id,
    log_group,
    log_stream,
    transform_version
FROM (
    SELECT
        *,
        row_number() OVER (PARTITION BY dt, event_id ORDER BY rejected_at DESC, error_code) AS copy
    FROM rejected_events
)
WHERE copy = 1
