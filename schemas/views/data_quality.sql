-- A row is a day on which something was delivered or rejected: how much, how often twice, how wrong and how late.
-- The one view that reads the table of delivered rows itself, where copies still stand. dt is the day of the calls, and of the
-- log events that were rejected; a day that has only rejects is there too. Canaries are left out.
-- deliveries: Rows delivered, copies included
-- repeated_deliveries: Rows that are copies of a log event that was delivered before
-- events: Log events delivered, each counted once
-- repeated_events: Log events of a call that another event has reported already
-- calls: Calls that the events report: the rows of sessions
-- rejects: Log events rejected, each counted once
-- repeated_rejects: Copies of rejected log events
-- reject_share: rejects among events and rejects, 0 to 1
-- rejects_by_reason: Rejects by error_code; NULL where there are none
-- violations: Values that were not as the contract says
-- events_with_violations: Events with at least one violation
-- violations_by_field: Violations by JSON Pointer, * for the places in a list; NULL where there
--   are none. An event lists at most 100; the rest count in violations only
-- emit_to_log_p50_seconds: Seconds from emitted_at to logged_at: median
-- emit_to_log_p95_seconds: Seconds from emitted_at to logged_at: 95th percentile
-- emit_to_log_max_seconds: Seconds from emitted_at to logged_at: longest
-- start_to_log_p50_seconds: Seconds from started_at to logged_at: median
-- start_to_log_p95_seconds: Seconds from started_at to logged_at: 95th percentile
-- start_to_log_max_seconds: Seconds from started_at to logged_at: longest
-- late_events: Events logged on a later day than dt
-- first_event_at: Earliest logged_at, rejects included (UTC)
-- last_event_at: Latest logged_at, rejects included (UTC)
WITH arrivals AS (
    SELECT
        dt,
        event_id,
        logged_at,
        false AS rejected,
        session_id,
        started_at,
        emitted_at,
        cardinality(contract_violations) AS violations
    FROM session_analytics
    WHERE NOT coalesce(contains(tags, 'canary'), false)
    UNION ALL
    SELECT
        dt,
        event_id,
        logged_at,
        true,
        NULL,
        NULL,
        NULL,
        NULL
    FROM rejected_events
),
counted AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY dt, rejected, event_id ORDER BY logged_at) AS copy,
        row_number() OVER (PARTITION BY dt, rejected, session_id, started_at ORDER BY logged_at) AS told,
        date_diff('millisecond', emitted_at, logged_at) / 1e3 AS emit_to_log_seconds,
        date_diff('millisecond', started_at, logged_at) / 1e3 AS start_to_log_seconds
    FROM arrivals
),
by_arrival AS (
    SELECT
        dt,
        count_if(NOT rejected) AS deliveries,
        count_if(NOT rejected AND copy > 1) AS repeated_deliveries,
        count_if(NOT rejected AND copy = 1) AS events,
        count_if(NOT rejected AND told = 1) AS calls,
        count_if(rejected AND copy = 1) AS rejects,
        count_if(rejected AND copy > 1) AS repeated_rejects,
        count_if(copy = 1 AND violations > 0) AS events_with_violations,
        approx_percentile(emit_to_log_seconds, 0.5) FILTER (WHERE copy = 1) AS emit_to_log_p50_seconds,
        approx_percentile(emit_to_log_seconds, 0.95) FILTER (WHERE copy = 1) AS emit_to_log_p95_seconds,
        max(emit_to_log_seconds) AS emit_to_log_max_seconds,
        approx_percentile(start_to_log_seconds, 0.5) FILTER (WHERE copy = 1) AS start_to_log_p50_seconds,
        approx_percentile(start_to_log_seconds, 0.95) FILTER (WHERE copy = 1) AS start_to_log_p95_seconds,
        max(start_to_log_seconds) AS start_to_log_max_seconds,
        count_if(NOT rejected AND copy = 1 AND date_format(logged_at, '%Y-%m-%d') > dt) AS late_events,
        min(logged_at) AS first_event_at,
        max(logged_at) AS last_event_at
    FROM counted
    GROUP BY dt
),
by_reason AS (
    SELECT
        dt,
        map_agg(error_code, rejects) AS rejects_by_reason
    FROM (
        SELECT
            dt,
            error_code,
            count(*) AS rejects
        FROM rejects
        GROUP BY dt, error_code
    )
    GROUP BY dt
),
violated AS (
    SELECT
        delivered.dt,
        array_join(transform(split(violation.path, '/'), part -> regexp_replace(part, '^[0-9]+$', '*')), '/') AS field,
        if(violation.expected = '', CAST(regexp_extract(violation.got, '^\d+') AS bigint), 1) AS violations
    FROM (
        SELECT
            dt,
            contract_violations,
            row_number() OVER (PARTITION BY dt, event_id ORDER BY logged_at) AS copy
        FROM session_analytics
        WHERE NOT coalesce(contains(tags, 'canary'), false)
    ) AS delivered
    CROSS JOIN UNNEST(delivered.contract_violations) AS violation (path, expected, got)
    WHERE delivered.copy = 1
),
by_field AS (
    SELECT
        dt,
        field,
        sum(violations) AS violations
    FROM violated
    GROUP BY dt, field
),
by_violation AS (
    SELECT
        dt,
        sum(violations) AS violations,
        map_agg(field, violations) FILTER (WHERE field <> '') AS violations_by_field
    FROM by_field
    GROUP BY dt
)
SELECT
    by_arrival.dt,
    by_arrival.deliveries,
    by_arrival.repeated_deliveries,
    by_arrival.events,
    by_arrival.events - by_arrival.calls AS repeated_events,
    by_arrival.calls,
    by_arrival.rejects,
    by_arrival.repeated_rejects,
    CAST(by_arrival.rejects AS double) / nullif(by_arrival.events + by_arrival.rejects, 0) AS reject_share,
    by_reason.rejects_by_reason,
    coalesce(by_violation.violations, 0) AS violations,
    by_arrival.events_with_violations,
    by_violation.violations_by_field,
    by_arrival.emit_to_log_p50_seconds,
    by_arrival.emit_to_log_p95_seconds,
    by_arrival.emit_to_log_max_seconds,
    by_arrival.start_to_log_p50_seconds,
    by_arrival.start_to_log_p95_seconds,
    by_arrival.start_to_log_max_seconds,
    by_arrival.late_events,
    by_arrival.first_event_at,
    by_arrival.last_event_at
FROM by_arrival
LEFT JOIN by_reason ON by_reason.dt = by_arrival.dt
LEFT JOIN by_violation ON by_violation.dt = by_arrival.dt
