-- Made from the row model (src/voice_analytics/catalog/delivery_errors.py) by `make schemas`.
-- The stack makes this table itself. To make it by hand (for a copy of the data, say): replace
-- YOUR-BUCKET by your bucket's name (twice), and run it in the Athena console.
CREATE EXTERNAL TABLE IF NOT EXISTS delivery_errors (
  `errorcode` string COMMENT 'Why the transformation failed; NULL in the form of the conversion, which says lasterrorcode',
  `errormessage` string COMMENT 'Why the transformation failed, in Firehose\'s words',
  `lasterrorcode` string COMMENT 'Why the conversion to Parquet failed',
  `lasterrormessage` string COMMENT 'Why the conversion failed, in Firehose\'s words. May quote a value of the record',
  `attemptsmade` int COMMENT 'How often Firehose tried',
  `arrivaltimestamp` bigint COMMENT 'Time at which the record arrived in Firehose, in milliseconds since 1970 (UTC)',
  `attemptendingtimestamp` bigint COMMENT 'Time at which Firehose gave up, in milliseconds since 1970 (UTC)',
  `rawdata` string COMMENT 'The record in base64, enough to replay it: as CloudWatch Logs sent it (gzip), or where the conversion failed as the function returned it (JSON lines). May hold personal data',
  `lambdaarn` string COMMENT 'Function that was asked to transform the record',
  `sequencenumber` string COMMENT 'Number of the record in its stream (conversion only)',
  `subsequencenumber` bigint COMMENT 'Number within an aggregated record (conversion only)',
  `datacatalogtable` struct<catalogid:string,databasename:string,tablename:string,region:string,versionid:string,catalogarn:string> COMMENT 'Table that the record was to be converted by (conversion only)'
)
PARTITIONED BY (`error_type` string, `dt` string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
STORED AS TEXTFILE
LOCATION 's3://YOUR-BUCKET/errors/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.error_type.type' = 'enum',
  'projection.error_type.values' = 'processing-failed,format-conversion-failed,metadata-extraction-failed,decompression-failed,activePartitionExceeded',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2025-01-01,NOW+1DAYS',
  'projection.dt.interval' = '1',
  'projection.dt.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://YOUR-BUCKET/errors/${error_type}/dt=${dt}/'
)
