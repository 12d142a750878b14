-- Question: Which records could Firehose not deliver, and why?
-- Audience: operations
-- Parameters: none
-- A record holds many log lines. How to replay them: docs/operate.md.
SELECT
    error_type,
    error_code,
    error_message,
    count(*) AS records,
    max(attempts) AS most_attempts,
    min(arrived_at) AS first_arrived_at,
    max(failed_at) AS last_failed_at
FROM failed_records
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
GROUP BY error_type, error_code, error_message
ORDER BY records DESC, error_type, error_code, error_message
LIMIT 100
