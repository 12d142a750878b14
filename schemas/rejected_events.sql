-- Made from the row model (layers/session_analytics/session_analytics/schema/row.py) by `make schemas`.
-- The stack makes this table itself. To make it by hand (for a copy of the data, say): replace
-- YOUR-BUCKET by your bucket's name (twice), and run it in the Athena console.
CREATE EXTERNAL TABLE IF NOT EXISTS rejected_events (
  `event_id` string COMMENT 'Id that CloudWatch Logs gave the log event',
  `logged_at` timestamp COMMENT 'Time of the log event in CloudWatch Logs (UTC)',
  `aws_account_id` string COMMENT 'AWS account of the log group',
  `log_group` string COMMENT 'Log group that the line came from',
  `log_stream` string COMMENT 'Log stream that the line came from',
  `error_code` string COMMENT 'Why: not_json, unknown_shape, too_deep, missing_session_id, no_start_time, fault, invalid_row, too_large',
  `error_path` string COMMENT 'JSON Pointer of what is missing or wrong; empty for the line as a whole',
  `error_message` string COMMENT 'Why, in words; quotes nothing of the line',
  `raw_message` string COMMENT 'The line as it came, never cut: enough to replay the event. May hold personal data',
  `rejected_at` timestamp COMMENT 'Time at which the record arrived in Firehose (UTC)',
  `transform_version` string COMMENT 'Hash of the code that rejected it'
)
PARTITIONED BY (`dt` string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
STORED AS TEXTFILE
LOCATION 's3://YOUR-BUCKET/rejected/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2025-01-01,NOW+1DAYS',
  'projection.dt.interval' = '1',
  'projection.dt.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://YOUR-BUCKET/rejected/dt=${dt}/'
)
