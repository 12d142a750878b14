-- A row is a record that Firehose could not deliver and has kept under errors/.
-- error_type is the folder: processing-failed (raw_data is the record as CloudWatch Logs sent it: gzip in base64; decoded and put
-- into the stream again it is replayed), format-conversion-failed and others (raw_data is base64 of the rows). dt is the day on
-- which the first record of the object arrived. A record holds many log events.
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
