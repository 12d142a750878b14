"""The tables, the stream and the function agree on where a row lands and what it looks like."""

import re
from itertools import permutations

from tests.template.cloudformation import Template, resolved
from tests.template.rules.parts import Findings, destination_of, environment_of, folder_of, table_of
from voice_analytics.catalog.columns import columns
from voice_analytics.catalog.tables import (
    DELIVERY_ERRORS,
    REJECTED_EVENTS,
    SESSION_ANALYTICS,
    TABLES,
    Table,
)

_KEY = r"!\{partitionKeyFromLambda:(\w+)\}"
_HIVE, _MAPRED = "org.apache.hadoop.hive.ql.io", "org.apache.hadoop.mapred"
# How Athena reads the files that are written, by CREATE TABLE with the same storage clause: SerDe,
# input, output, classification
_JSON_LINES = (
    "org.openx.data.jsonserde.JsonSerDe",
    f"{_MAPRED}.TextInputFormat",
    f"{_HIVE}.HiveIgnoreKeyTextOutputFormat",
    "json",
)
_FORMATS = {
    SESSION_ANALYTICS: (
        f"{_HIVE}.parquet.serde.ParquetHiveSerDe",
        f"{_HIVE}.parquet.MapredParquetInputFormat",
        f"{_HIVE}.parquet.MapredParquetOutputFormat",
        "parquet",
    ),
    REJECTED_EVENTS: _JSON_LINES,
    DELIVERY_ERRORS: _JSON_LINES,
}


def rows_land_where_athena_looks(template: Template) -> Findings:
    """The stream's prefix, the table's location and its partition template are three spellings of one place."""
    for existing in ("", "an-existing-bucket"):
        resources = resolved(template, BucketName=existing)
        destination = destination_of(resources)
        prefix, bucket = destination["Prefix"], existing or "AnalyticsBucket"
        if destination["BucketARN"] != f"arn:aws:s3:::{bucket}":
            yield f"the stream does not write to {bucket}"
        yield from _looks_for(
            SESSION_ANALYTICS, re.sub(_KEY, r"${\1}", f"s3://{bucket}/{prefix}"), resources
        )


def rejects_land_where_athena_looks(template: Template) -> Findings:
    """The function knows its folder by itself, and is told the bucket."""
    for existing in ("", "an-existing-bucket"):
        resources = resolved(template, BucketName=existing)
        bucket = environment_of(resources).get("BUCKET_NAME")
        if bucket != (existing or "AnalyticsBucket"):
            yield f"the function stores rejects in {bucket}"
        yield from _looks_for(
            REJECTED_EVENTS, f"s3://{bucket}/{REJECTED_EVENTS.folder}dt=${{dt}}/", resources
        )


def no_folder_lies_in_another(template: Template) -> Findings:
    """Else Athena would read the files of one as rows of the other."""
    resources = resolved(template)
    bucket, prefix = "s3://AnalyticsBucket/", destination_of(resources)["ErrorOutputPrefix"]
    tables = [
        table_of(resources, table.name)["StorageDescriptor"]["Location"]
        for table in TABLES
        if table is not DELIVERY_ERRORS
    ]
    for one, other in permutations([*tables, bucket + folder_of(prefix)], 2):
        if one.startswith(other):
            yield f"{one} lies in {other}"


def athena_reads_what_is_written(template: Template) -> Findings:
    resources = resolved(template)
    for table, wanted in _FORMATS.items():
        found = table_of(resources, table.name)
        stored = found["StorageDescriptor"]
        serde = stored["SerdeInfo"]["SerializationLibrary"]
        if (
            serde,
            stored["InputFormat"],
            stored["OutputFormat"],
            found["Parameters"]["classification"],
        ) != wanted:
            yield f"{table.name} is not read as its files are written: {table.storage}"


def athena_projects_every_day_of_a_call(template: Template) -> Findings:
    start = "2025-02-03"
    resources = resolved(template, ProjectionStartDate=start)
    wanted = {
        "enabled": "true",
        "dt.type": "date",
        "dt.format": "yyyy-MM-dd",
        "dt.interval": "1",
        "dt.interval.unit": "DAYS",
    }
    # a call may be dated up to an hour after its log event, so tomorrow belongs to the range
    wanted["dt.range"] = f"{start},NOW+1DAYS"
    for table in TABLES:
        projection = table_of(resources, table.name)["Parameters"]
        for name, value in wanted.items():
            if projection.get(f"projection.{name}") != value:
                yield f"{table.name}: projection.{name} is not {value}"
    if environment_of(resources).get("PROJECTION_START_DATE") != start:
        yield "the function does not know the first day of the projection"


def columns_are_those_of_the_row_model(template: Template) -> Findings:
    resources = resolved(template)
    for table in TABLES:
        described = table_of(resources, table.name)
        found = [
            (column["Name"], column["Type"], column["Comment"])
            for column in described["StorageDescriptor"]["Columns"]
        ]
        if found != [tuple(column) for column in columns(table.model)]:
            yield f"the columns of {table.name} are not those of the row model: run `make schemas`"
        if {name for name, *_ in found} & {key["Name"] for key in described["PartitionKeys"]}:
            yield f"a partition key of {table.name} is a column as well"


RULES = [
    rows_land_where_athena_looks,
    rejects_land_where_athena_looks,
    no_folder_lies_in_another,
    athena_reads_what_is_written,
    athena_projects_every_day_of_a_call,
    columns_are_those_of_the_row_model,
]


def _looks_for(table: Table, partition: str, resources: Template) -> Findings:
    """Whether the table's partitions are where `partition`, an address with `${key}` in it, says."""
    described = table_of(resources, table.name)
    keys = [key["Name"] for key in described["PartitionKeys"]]
    if re.findall(r"\$\{(\w+)\}", partition) != keys:
        yield f"{partition} does not hold the partition keys {keys} of {table.name}"
    if described["Parameters"]["storage.location.template"] != partition or not partition.endswith(
        "/"
    ):
        yield f"storage.location.template of {table.name} is not {partition}"
    location = described["StorageDescriptor"]["Location"]
    if not (partition.startswith(location) and location.endswith(f"/{table.folder}")):
        yield f"the location of {table.name} is not the folder of its partitions"
