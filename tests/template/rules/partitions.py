"""Partition projection against the prefixes.

What the stream's errors are named by is what their table looks for.
"""

import re

from session_analytics.schema.row import PARTITION_KEY

from tests.template.cloudformation import Template
from tests.template.deployed import deployed
from tests.template.rules.parts import Findings, destination_of, of_type, table_of
from voice_analytics.catalog.tables import DELIVERY_ERRORS, ERROR_TYPES

# "Supported types for partition projection" in the user guide of Athena: the settings that each
# type needs, and may have.
PROJECTIONS = {
    "date": ({"format", "range"}, {"interval", "interval.unit"}),
    "enum": ({"values"}, set()),
    "injected": (set(), set()),
    "integer": ({"range"}, {"digits", "interval"}),
}
_EXPRESSIONS = {
    "!{firehose:error-output-type}": "${error_type}",
    "!{timestamp:yyyy-MM-dd}": "${dt}",
}
_SETTING = re.compile(r"projection\.(?P<key>\w+)\.(?P<setting>[\w.]+)")


def errors_land_where_athena_looks(template: Template) -> Findings:
    for existing in ("", "an-existing-bucket"):
        resources = deployed(template, BucketName=existing)
        destination = destination_of(resources)
        looked_for = (
            "s3://"
            + destination["BucketARN"].removeprefix("arn:aws:s3:::")
            + "/"
            + destination["ErrorOutputPrefix"]
        )
        for expression, partition in _EXPRESSIONS.items():
            looked_for = looked_for.replace(expression, partition)
        errors = table_of(resources, DELIVERY_ERRORS.name)
        if errors["Parameters"].get("storage.location.template") != looked_for:
            yield f"Athena looks for errors elsewhere than in {looked_for}"
        if not looked_for.startswith(errors["StorageDescriptor"]["Location"] + "${"):
            yield f"the location of {DELIVERY_ERRORS.name} is not the folder of the errors"


def every_kind_of_error_is_projected(template: Template) -> Findings:
    errors = table_of(deployed(template), DELIVERY_ERRORS.name)
    values = errors["Parameters"].get("projection.error_type.values", "").split(",")
    yield from (f"Athena does not look for {kind}" for kind in set(ERROR_TYPES) - set(values))


def every_partition_key_is_projected(template: Template) -> Findings:
    """Each key of the table once and no other, of Athena's types, in the location's template."""
    for name, resource in of_type(deployed(template), "AWS::Glue::Table"):
        table = resource["Properties"]["TableInput"]
        keys = [key["Name"] for key in table["PartitionKeys"]]
        if re.findall(r"\$\{(\w+)\}", table["Parameters"]["storage.location.template"]) != keys:
            yield f"{name} is not laid out by {keys}"
        settings: dict[str, dict[str, str]] = {}
        for parameter, value in table["Parameters"].items():
            if match := _SETTING.fullmatch(parameter):
                settings.setdefault(match["key"], {})[match["setting"]] = value
        if settings.keys() != set(keys):
            yield f"{name} has keys {keys} and projects {sorted(settings)}"
        for key, given in settings.items():
            needed, known = PROJECTIONS.get(given.get("type", ""), ({"a known type"}, set()))
            if wrong := (needed - given.keys()) | (given.keys() - needed - known - {"type"}):
                yield f"{name}: projection.{key} lacks or should not have {sorted(wrong)}"


def the_stream_partitions_by_what_the_function_answers(template: Template) -> Findings:
    prefix = destination_of(deployed(template))["Prefix"]
    if re.findall(r"!\{partitionKeyFromLambda:(\w+)\}", prefix) != [PARTITION_KEY]:
        yield f"the function answers {PARTITION_KEY}, and {prefix} asks for something else"


RULES = [
    errors_land_where_athena_looks,
    every_kind_of_error_is_projected,
    every_partition_key_is_projected,
    the_stream_partitions_by_what_the_function_answers,
]
