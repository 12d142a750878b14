"""The table, the stream and the function agree on where a row lands and what it looks like."""

import re

from tests.template.cloudformation import Template, resolved
from tests.template.rules.parts import Findings, destination_of, folder_of, table_of
from voice_analytics.glue import columns

_KEY = r"!\{partitionKeyFromLambda:(\w+)\}"


def rows_land_where_athena_looks(template: Template) -> Findings:
    """The stream's prefix, the table's location and its partition template are three spellings of one place."""
    for existing in ("", "an-existing-bucket"):
        resources = resolved(template, BucketName=existing)
        destination, table = destination_of(resources), table_of(resources)
        prefix, keys = destination["Prefix"], [key["Name"] for key in table["PartitionKeys"]]
        bucket = existing or "AnalyticsBucket"
        if destination["BucketARN"] != f"arn:aws:s3:::{bucket}":
            yield f"the stream does not write to {bucket}"
        if re.findall(_KEY, prefix) != keys:
            yield f"the prefix does not hold the table's partition keys {keys}"
        partition = re.sub(_KEY, r"${\1}", f"s3://{bucket}/{prefix}")
        if table["Parameters"]["storage.location.template"] != partition or not partition.endswith("/"):
            yield f"storage.location.template is not {partition}"
        if table["StorageDescriptor"]["Location"] != f"s3://{bucket}/{folder_of(prefix)}":
            yield "the table's location is not the folder of the prefix"


def athena_projects_every_day_of_a_call(template: Template) -> Findings:
    start = "2025-02-03"
    resources = resolved(template, ProjectionStartDate=start)
    projection = table_of(resources)["Parameters"]
    wanted = {"enabled": "true", "dt.type": "date", "dt.format": "yyyy-MM-dd", "dt.interval": "1", "dt.interval.unit": "DAYS"}
    # a call may be dated up to an hour after its log event, so tomorrow belongs to the range
    wanted["dt.range"] = f"{start},NOW+1DAYS"
    for name, value in wanted.items():
        if projection.get(f"projection.{name}") != value:
            yield f"projection.{name} is not {value}"
    if resources["TransformFunction"]["Properties"]["Environment"]["Variables"].get("PROJECTION_START_DATE") != start:
        yield "the function does not know the first day of the projection"


def columns_are_those_of_the_row_model(template: Template) -> Findings:
    table = table_of(resolved(template))
    found = [(column["Name"], column["Type"], column["Comment"]) for column in table["StorageDescriptor"]["Columns"]]
    if found != [tuple(column) for column in columns()]:
        yield "the table's columns are not those of the row model: run `make schemas`"
    if {name for name, *_ in found} & {key["Name"] for key in table["PartitionKeys"]}:
        yield "a partition key is a column as well"


RULES = [
    rows_land_where_athena_looks,
    athena_projects_every_day_of_a_call,
    columns_are_those_of_the_row_model,
]
