"""The delivery stream, by the limits of Firehose's developer guide that no linter knows."""

from tests.template.cloudformation import Template, resolved
from tests.template.rules.parts import (
    Findings,
    destination_of,
    folder_of,
    of_type,
    transformation_of,
)

CONVERSION_MIN_BUFFER_MB = 64
PARTITIONING_INTERVAL_SECONDS = range(60, 901)
TRANSFORMATION_MAX_SECONDS = 300
MAX_ANSWER_MB = 6
MAX_EXPANSION = 10  # from gzipped log events to rows in base64, as measured
MIN_LAMBDA_BUFFER_MB = 0.2


def every_processing_step_is_on(template: Template) -> Findings:
    """A missing `Enabled` switches the transformation off and the conversion on."""
    destination = destination_of(resolved(template))
    for step in (
        "ProcessingConfiguration",
        "DataFormatConversionConfiguration",
        "DynamicPartitioningConfiguration",
    ):
        if destination.get(step, {}).get("Enabled") is not True:
            yield f"{step} is not explicitly enabled"


def the_buffer_suits_parquet(template: Template) -> Findings:
    destination = destination_of(resolved(template))
    hints = destination["BufferingHints"]
    if hints.get("SizeInMBs", 0) < CONVERSION_MIN_BUFFER_MB:
        yield f"conversion and dynamic partitioning need a buffer of {CONVERSION_MIN_BUFFER_MB} MB"
    if destination.get("CompressionFormat") != "UNCOMPRESSED":
        yield "Parquet compresses by itself: the files must be UNCOMPRESSED"
    interval = template["Parameters"]["BufferIntervalSeconds"]
    for bound in ("Default", "MinValue", "MaxValue"):
        if interval.get(bound) not in PARTITIONING_INTERVAL_SECONDS:
            yield f"BufferIntervalSeconds: {bound} is outside of what Firehose takes"


def a_transformation_fits_its_limits(template: Template) -> Findings:
    resources = resolved(template)
    size = float(transformation_of(resources)["BufferSizeInMBs"])
    if not MIN_LAMBDA_BUFFER_MB <= size <= MAX_ANSWER_MB / MAX_EXPANSION:
        yield f"{size} MB of gzipped records may exceed a response's {MAX_ANSWER_MB} MB"
    if resources["TransformFunction"]["Properties"]["Timeout"] >= TRANSFORMATION_MAX_SECONDS:
        yield "Firehose stops waiting before the function stops working"


def the_stream_invokes_the_alias(template: Template) -> Findings:
    alias = "TransformFunction.Alias"
    resources = resolved(template)
    if not resources["TransformFunction"]["Properties"].get("AutoPublishAlias"):
        yield "the function has no alias"
    if transformation_of(resources)["LambdaArn"] != alias:
        yield "the stream invokes something else than the alias"


def errors_are_kept_apart(template: Template) -> Findings:
    destination = destination_of(resolved(template))
    prefix = destination.get("ErrorOutputPrefix", "")
    if "!{firehose:error-output-type}/" not in prefix:
        yield "ErrorOutputPrefix does not tell the kinds of errors apart"
    if "!{partitionKey" in prefix or not prefix.endswith("/"):
        yield "ErrorOutputPrefix is not a folder that Firehose can name"
    if prefix.startswith((folder_of(destination["Prefix"]), "_", ".")):
        yield "ErrorOutputPrefix lies inside the table"
    if destination.get("CloudWatchLoggingOptions", {}).get("Enabled") is not True:
        yield "errors of the delivery are not logged"


def the_stream_is_encrypted(template: Template) -> Findings:
    stream = resolved(template)["DeliveryStream"]["Properties"]
    if "KeyType" not in stream.get("DeliveryStreamEncryptionConfigurationInput", {}):
        yield "records rest in the stream unencrypted"


def every_shape_of_line_is_subscribed(template: Template) -> Findings:
    if resolved(template)["Subscription"]["Properties"]["FilterPattern"] != "%session_analytics%":
        yield "the default filter pattern does not let every shape of line pass"


def the_subscription_waits_for_stream_and_role(template: Template) -> Findings:
    """CloudWatch Logs sends a test message at once.

    A reference orders the two, and an inline policy comes with its role.
    """
    subscription = template["Resources"]["Subscription"]["Properties"]
    for setting, resource in {
        "DestinationArn": "DeliveryStream",
        "RoleArn": "SubscriptionRole",
    }.items():
        if subscription[setting] != {"Fn::GetAtt": [resource, "Arn"]}:
            yield f"{setting} does not refer to {resource}"
    for name, _ in of_type(template["Resources"], "AWS::IAM::Policy"):
        yield f"{name} may be attached after it is needed: policies of the data path are inline"


RULES = [
    every_processing_step_is_on,
    the_buffer_suits_parquet,
    a_transformation_fits_its_limits,
    the_stream_invokes_the_alias,
    errors_are_kept_apart,
    the_stream_is_encrypted,
    every_shape_of_line_is_subscribed,
    the_subscription_waits_for_stream_and_role,
]
