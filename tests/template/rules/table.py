"""The tables, the stream and the function agree on where a row lands and what it looks like."""

import re
from itertools import permutations

from tests.template.cloudformation import Template, resolved
from tests.template.rules.parts import Findings, destination_of, environment_of, folder_of, table_of
from voice_analytics.catalog.tables import (
    DELIVERY_ERRORS,
    REJECTED_EVENTS,
    SESSION_ANALYTICS,
    TABLES,
    Table,
)

_KEY = r"!\{partitionKeyFromLambda:(\w+)\}"


def rows_land_where_athena_looks(template: Template) -> Findings:
    """The stream's prefix, the table's location and its partition template name one place."""
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
    for folder, other in permutations([*tables, bucket + folder_of(prefix)], 2):
        if folder.startswith(other):
            yield f"{folder} lies in {other}"


def athena_reads_what_is_written(template: Template) -> Findings:
    resources = resolved(template)
    for table in TABLES:
        table_input = table_of(resources, table.name)
        stored, storage = table_input["StorageDescriptor"], table.storage
        if (
            stored["SerdeInfo"]["SerializationLibrary"],
            stored["InputFormat"],
            stored["OutputFormat"],
            table_input["Parameters"]["classification"],
        ) != (storage.serde, storage.input_format, storage.output_format, storage.classification):
            yield f"{table.name} is not read as its files are written: {storage.ddl}"


def athena_projects_every_day_of_a_call(template: Template) -> Findings:
    start = "2025-02-03"
    resources = resolved(template, ProjectionStartDate=start)
    for table in TABLES:
        parameters = table_of(resources, table.name)["Parameters"]
        for name, value in table.projection("AnalyticsBucket", start).items():
            if parameters.get(name) != value:
                yield f"{table.name}: {name} is not {value}"
    if environment_of(resources).get("PROJECTION_START_DATE") != start:
        yield "the function does not know the first day of the projection"


def columns_are_those_of_the_row_model(template: Template) -> Findings:
    resources = resolved(template)
    for table in TABLES:
        described = table_of(resources, table.name)
        columns = [
            (column["Name"], column["Type"], column["Comment"])
            for column in described["StorageDescriptor"]["Columns"]
        ]
        keys = [key["Name"] for key in described["PartitionKeys"]]
        if columns != [column[:3] for column in table.columns]:
            yield f"the columns of {table.name} are not those of the row model: run `make schemas`"
        if keys != table.partition_keys:
            yield f"the partition keys of {table.name} are not {table.partition_keys}"
        if {name for name, *_ in columns} & set(keys):
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
    """Whether the table's partitions are at `partition`, an address with `${key}` in it."""
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
