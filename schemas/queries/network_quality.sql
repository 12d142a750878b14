-- Question: Which browsers and systems have a bad connection?
-- Audience: call health
-- Parameters: none
-- More than 1 % of packets lost, or a jitter of more than 30 ms, is what speech begins to suffer from.
SELECT
    coalesce(device_browser, 'not said') AS browser,
    coalesce(device_os, 'not said') AS operating_system,
    count(*) AS calls_measured,
    round(approx_percentile(packet_loss_percent, 0.5), 2) AS median_packet_loss_percent,
    round(approx_percentile(packet_loss_percent, 0.95), 2) AS p95_packet_loss_percent,
    round(approx_percentile(jitter_ms, 0.5), 1) AS median_jitter_ms,
    round(approx_percentile(jitter_ms, 0.95), 1) AS p95_jitter_ms,
    count_if(packet_loss_percent > 1 OR jitter_ms > 30) AS bad_calls,
    round(1e2 * count_if(packet_loss_percent > 1 OR jitter_ms > 30) / count(*), 1) AS bad_calls_percent
FROM sessions
WHERE dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND (packet_loss_percent IS NOT NULL OR jitter_ms IS NOT NULL)
GROUP BY 1, 2
ORDER BY bad_calls DESC, calls_measured DESC, browser, operating_system
LIMIT 100
