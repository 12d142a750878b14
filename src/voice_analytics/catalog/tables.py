"""The tables of the database, defined once.

Local chain, local lake, generated DDL and documents read them; tests hold template.yaml to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from voice_analytics.errors import UserError

if TYPE_CHECKING:
    from voice_analytics.catalog.columns import Column

DAY = "dt"  # the last partition key of every table: session_analytics.schema.row.PARTITION_KEY
ERROR_TYPE = "error_type"  # partition key: the folder that Firehose's `error-output-type` makes
# All that a stream from Direct PUT to S3 is known to write ("Custom prefixes for Amazon S3 objects"
# and what users report): a folder that is not named here is in S3 and invisible in Athena.
ERROR_TYPES = (
    "processing-failed",
    "format-conversion-failed",
    "metadata-extraction-failed",
    "decompression-failed",
    # Buffering with dynamic partitioning: records beyond the quota of open partitions. AWS
    # documents the folder and not the object's format.
    "activePartitionExceeded",
)


@dataclass(frozen=True, slots=True)
class StorageFormat:
    """How Athena reads the files: the clause of its DDL, and what Glue has in its place."""

    ddl: str
    serde: str
    input_format: str
    output_format: str
    classification: str


PARQUET = StorageFormat(
    "STORED AS PARQUET",
    serde="org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    input_format="org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    output_format="org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    classification="parquet",
)
JSON_LINES = StorageFormat(
    "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'\nSTORED AS TEXTFILE",
    serde="org.openx.data.jsonserde.JsonSerDe",
    input_format="org.apache.hadoop.mapred.TextInputFormat",
    output_format="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    classification="json",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table over a folder of the bucket.

    `row` is where the model of its rows is, which loads pydantic: it is imported when asked for.
    `folder` ends with a slash; `outer_keys` are the partition keys before the day, each with all
    its values. All partition keys are strings.
    """

    name: str
    row: str
    folder: str
    storage: StorageFormat
    outer_keys: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def model(self) -> type:
        """The model of a row: a typed dict."""
        model: type = resolve_name(self.row)
        return model

    @property
    def columns(self) -> "list[Column]":
        """The columns without the partition keys."""
        from voice_analytics.catalog.columns import columns  # noqa: PLC0415 - slow to load

        return columns(self.model)

    @property
    def partition_keys(self) -> list[str]:
        """The partition keys in their order."""
        return [*(key for key, _ in self.outer_keys), DAY]

    def location(self, bucket: str) -> str:
        """The address of the table's folder."""
        return f"s3://{bucket}/{self.folder}"

    def projection(self, bucket: str, first_day: str) -> dict[str, str]:
        """The table's parameters of partition projection, from `first_day` to tomorrow.

        Tomorrow, because a call may be dated up to an hour after its log event.
        """
        enums = {
            f"projection.{key}.{name}": value
            for key, values in self.outer_keys
            for name, value in (("type", "enum"), ("values", ",".join(values)))
        }
        outer = "".join(f"${{{key}}}/" for key, _ in self.outer_keys)
        return {
            "projection.enabled": "true",
            **enums,
            f"projection.{DAY}.type": "date",
            f"projection.{DAY}.format": "yyyy-MM-dd",
            f"projection.{DAY}.range": f"{first_day},NOW+1DAYS",
            f"projection.{DAY}.interval": "1",
            f"projection.{DAY}.interval.unit": "DAYS",
            "storage.location.template": f"{self.location(bucket)}{outer}{DAY}=${{{DAY}}}/",
        }


_ROWS = "session_analytics.schema.row"
SESSION_ANALYTICS = Table("session_analytics", f"{_ROWS}:Row", "sessions/", PARQUET)
REJECTED_EVENTS = Table("rejected_events", f"{_ROWS}:RejectedEvent", "rejected/", JSON_LINES)
DELIVERY_ERRORS = Table(
    "delivery_errors",
    "voice_analytics.catalog.delivery_errors:DeliveryError",
    "errors/",
    JSON_LINES,
    ((ERROR_TYPE, ERROR_TYPES),),
)
TABLES = (SESSION_ANALYTICS, REJECTED_EVENTS, DELIVERY_ERRORS)


def table_named(name: str) -> Table:
    """The table of that name. Raises UserError for an unknown one."""
    for table in TABLES:
        if table.name == name:
            return table
    names = ", ".join(table.name for table in TABLES)
    raise UserError(f"unknown table {name}", f"use one of {names}")


def in_folders(folders: Mapping[str, str]) -> tuple[Table, ...]:
    """The tables, in other folders where `folders` names one for a table."""
    return tuple(replace(table, folder=folders.get(table.name, table.folder)) for table in TABLES)
