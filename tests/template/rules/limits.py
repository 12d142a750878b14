"""Limits and namespaces of Firehose and CloudWatch Logs that no linter knows."""

import re

from tests.template.cloudformation import Template
from tests.template.deployed import EVERYTHING, deployed
from tests.template.rules.parts import Findings, destination_of, of_type, transformation_of
from voice_analytics.errors import UserError
from voice_analytics.template.filter_pattern import compile_pattern

# "Data Firehose quota" and ProcessorParameter in the developer guide and the API reference of
# Firehose.
LAMBDA_INTERVAL_SECONDS = range(901)
LAMBDA_RETRIES = range(301)
PARTITIONING_RETRY_SECONDS = range(7_201)
MAX_PREFIX = 1_024
# "Custom prefixes for Amazon S3 objects": the namespaces that an expression may have there.
NAMESPACES = {
    "Prefix": {"partitionKeyFromLambda", "timestamp"},
    "ErrorOutputPrefix": {"firehose", "timestamp"},
}
MAX_FILTER_PATTERN = 1_024


def the_stream_is_within_its_limits(template: Template) -> Findings:
    resources = deployed(template)
    destination, transformation = destination_of(resources), transformation_of(resources)
    numbers = [
        (
            "BufferIntervalInSeconds",
            transformation.get("BufferIntervalInSeconds", ""),
            LAMBDA_INTERVAL_SECONDS,
        ),
        ("NumberOfRetries", transformation.get("NumberOfRetries", ""), LAMBDA_RETRIES),
        (
            "DurationInSeconds",
            destination["DynamicPartitioningConfiguration"]["RetryOptions"]["DurationInSeconds"],
            PARTITIONING_RETRY_SECONDS,
        ),
    ]
    for name, value, allowed in numbers:
        if not str(value).isdecimal() or int(value) not in allowed:
            yield f"{name} is {value!r}, which is not between {allowed[0]} and {allowed[-1]}"


def prefixes_are_made_of_what_firehose_knows(template: Template) -> Findings:
    destination = destination_of(deployed(template))
    for setting, namespaces in NAMESPACES.items():
        prefix = destination[setting]
        expressions = re.findall(r"!\{(\w+):[^{}]+\}", prefix)
        if len(expressions) != prefix.count("!{") or not namespaces.issuperset(expressions):
            yield f"{setting} has expressions that Firehose does not know there: {prefix}"
        if len(prefix) > MAX_PREFIX or prefix.startswith("/") or "//" in prefix:
            yield f"{setting} is too long, or has a folder without a name"


def the_filter_pattern_is_one(template: Template) -> Findings:
    pattern = deployed(template)["Subscription"]["Properties"]["FilterPattern"]
    try:
        compile_pattern(pattern)
    except UserError as error:
        yield str(error)
    if (
        len(pattern) > MAX_FILTER_PATTERN
        or template["Parameters"]["FilterPattern"].get("MaxLength") != MAX_FILTER_PATTERN
    ):
        yield "the filter pattern may be longer than CloudWatch Logs takes"


def the_path_does_not_read_its_own_log(template: Template) -> Findings:
    """A line about a delivery would be delivered, and so on for ever."""
    resources = deployed(template, **EVERYTHING)
    subscribed = resources["Subscription"]["Properties"]["LogGroupName"]
    for name, group in of_type(resources, "AWS::Logs::LogGroup"):
        if name != "AgentLogGroup" and group["Properties"]["LogGroupName"] == subscribed:
            yield f"{name}, which the path writes, is subscribed to"


RULES = [
    the_stream_is_within_its_limits,
    prefixes_are_made_of_what_firehose_knows,
    the_filter_pattern_is_one,
    the_path_does_not_read_its_own_log,
]
