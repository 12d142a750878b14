-- A row is a record that Firehose could not deliver and has kept under errors/.
-- error_type is the folder: processing-failed (raw_data is the record as CloudWatch Logs sent it: gzip in base64; decoded and put
-- into the stream again it is replayed), format-conversion-failed and others (raw_data is base64 of the rows). dt is the day on
-- which the first record of the object arrived. A record holds many log events.
-- error_type: Folder under errors/: the step that failed, such as processing-failed
-- error_code: Code of Firehose for the reason
-- error_message: Reason in the words of Firehose; may quote a value of the record
-- attempts: Attempts that Firehose made
-- arrived_at: Time at which the record arrived in Firehose (UTC)
-- failed_at: Time at which Firehose gave up (UTC)
-- raw_data: The record in base64, enough to replay it. May hold personal data
SELECT
    dt,
    error_type,
    coalesce(errorcode, lasterrorcode) AS error_code,
    coalesce(errormessage, lasterrormessage) AS error_message,
    attemptsmade AS attempts,
    CAST(from_unixtime(arrivaltimestamp / 1e3) AS timestamp) AS arrived_at,
    CAST(from_unixtime(attemptendingtimestamp / 1e3) AS timestamp) AS failed_at,
    rawdata AS raw_data
FROM delivery_errors
