"""How the data path, its tables, its rights and its deployment may be broken."""

from typing import Any

from tests.template.broken import GONE
from tests.template.rules import access, deployment, firehose, table
from tests.template.rules.parts import Rule

RULES: list[Rule] = [*firehose.RULES, *table.RULES, *access.RULES, *deployment.RULES]


_DESTINATION = "Resources/DeliveryStream/Properties/ExtendedS3DestinationConfiguration"
_LAMBDA = f"{_DESTINATION}/ProcessingConfiguration/Processors/0/Parameters"
_TABLE = "Resources/SessionAnalyticsTable/Properties/TableInput"
_REJECTED = "Resources/RejectedEventsTable/Properties/TableInput"
_FUNCTION = "Resources/TransformFunction/Properties"
_ENVIRONMENT = f"{_FUNCTION}/Environment/Variables"
_LAYER = "Resources/SessionAnalyticsLayer"
_BUCKET = "Resources/AnalyticsBucket"
_SUBSCRIPTION = "Resources/Subscription/Properties"
_DELIVERY_POLICIES = "Resources/DeliveryRole/Properties/Policies"
_TRANSFORM_POLICIES = "Resources/TransformRole/Properties/Policies"
_STREAMS = "arn:${AWS::Partition}:firehose:${AWS::Region}:${AWS::AccountId}:deliverystream"
_TRUST = "Properties/AssumeRolePolicyDocument/Statement/0/Condition"

BROKEN_COPIES: list[tuple[Rule, str, Any]] = [
    (firehose.every_processing_step_is_on, f"{_DESTINATION}/ProcessingConfiguration/Enabled", GONE),
    (
        firehose.every_processing_step_is_on,
        f"{_DESTINATION}/DataFormatConversionConfiguration/Enabled",
        GONE,
    ),
    (
        firehose.every_processing_step_is_on,
        f"{_DESTINATION}/DynamicPartitioningConfiguration",
        GONE,
    ),
    (firehose.the_buffer_suits_parquet, f"{_DESTINATION}/BufferingHints/SizeInMBs", 32),
    (firehose.the_buffer_suits_parquet, f"{_DESTINATION}/CompressionFormat", "GZIP"),
    (firehose.the_buffer_suits_parquet, "Parameters/BufferIntervalSeconds/MinValue", 0),
    (firehose.a_transformation_fits_its_limits, f"{_LAMBDA}/1/ParameterValue", "3"),
    (firehose.a_transformation_fits_its_limits, f"{_FUNCTION}/Timeout", 900),
    (
        table.rows_land_where_athena_looks,
        f"{_DESTINATION}/Prefix",
        "sessions/dt=!{timestamp:yyyy-MM-dd}/",
    ),
    (
        table.rows_land_where_athena_looks,
        f"{_DESTINATION}/Prefix",
        "calls/dt=!{partitionKeyFromLambda:dt}/",
    ),
    (
        table.rows_land_where_athena_looks,
        f"{_DESTINATION}/Prefix",
        "sessions/dt=!{partitionKeyFromLambda:dt}",
    ),
    (table.rows_land_where_athena_looks, f"{_TABLE}/PartitionKeys/0/Name", "date"),
    (
        table.rows_land_where_athena_looks,
        f"{_TABLE}/StorageDescriptor/Location",
        "s3://AnalyticsBucket/",
    ),
    (
        table.rows_land_where_athena_looks,
        f"{_TABLE}/StorageDescriptor/Location",
        {"Fn::Sub": "s3://${AnalyticsBucket}/sessions/"},
    ),
    (
        table.rows_land_where_athena_looks,
        f"{_DESTINATION}/BucketARN",
        {"Fn::Sub": "arn:aws:s3:::${BucketName}"},
    ),
    (table.athena_projects_every_day_of_a_call, f"{_TABLE}/Parameters/projection.dt.type", "dat"),
    (
        table.athena_projects_every_day_of_a_call,
        f"{_TABLE}/Parameters/projection.dt.range",
        "2025-01-01,NOW",
    ),
    (
        table.athena_projects_every_day_of_a_call,
        f"{_ENVIRONMENT}/PROJECTION_START_DATE",
        "2025-01-01",
    ),
    (
        table.athena_projects_every_day_of_a_call,
        f"{_REJECTED}/Parameters/projection.dt.range",
        "2025-01-01,NOW",
    ),
    (table.rejects_land_where_athena_looks, f"{_ENVIRONMENT}/BUCKET_NAME", GONE),
    (
        table.rejects_land_where_athena_looks,
        f"{_ENVIRONMENT}/BUCKET_NAME",
        {"Ref": "AnalyticsBucket"},
    ),
    (
        table.rejects_land_where_athena_looks,
        f"{_REJECTED}/Parameters/storage.location.template",
        "s3://AnalyticsBucket/rejected/",
    ),
    (
        table.rejects_land_where_athena_looks,
        f"{_REJECTED}/StorageDescriptor/Location",
        {"Fn::Sub": "s3://${AnalyticsBucket}/rejects/"},
    ),
    (table.rejects_land_where_athena_looks, f"{_REJECTED}/PartitionKeys/0/Name", "date"),
    (
        table.no_folder_lies_in_another,
        f"{_REJECTED}/StorageDescriptor/Location",
        "s3://AnalyticsBucket/errors/rejected/",
    ),
    (
        table.no_folder_lies_in_another,
        f"{_REJECTED}/StorageDescriptor/Location",
        "s3://AnalyticsBucket/",
    ),
    (
        table.no_folder_lies_in_another,
        f"{_DESTINATION}/ErrorOutputPrefix",
        "rejected/!{firehose:error-output-type}/",
    ),
    (
        table.athena_reads_what_is_written,
        f"{_TABLE}/StorageDescriptor/SerdeInfo/SerializationLibrary",
        "org.openx.data.jsonserde.JsonSerDe",
    ),
    (
        table.athena_reads_what_is_written,
        f"{_REJECTED}/StorageDescriptor/InputFormat",
        "org.apache.hadoop.mapred.KeyValueTextInputFormat",
    ),
    (table.athena_reads_what_is_written, f"{_REJECTED}/Parameters/classification", "parquet"),
    (firehose.errors_are_kept_apart, f"{_DESTINATION}/ErrorOutputPrefix", GONE),
    (firehose.errors_are_kept_apart, f"{_DESTINATION}/ErrorOutputPrefix", "errors/"),
    (
        firehose.errors_are_kept_apart,
        f"{_DESTINATION}/ErrorOutputPrefix",
        "sessions/!{firehose:error-output-type}/",
    ),
    (
        firehose.errors_are_kept_apart,
        f"{_DESTINATION}/ErrorOutputPrefix",
        "errors/!{firehose:error-output-type}/x",
    ),
    (firehose.errors_are_kept_apart, f"{_DESTINATION}/CloudWatchLoggingOptions/Enabled", False),
    (
        firehose.the_stream_invokes_the_alias,
        f"{_LAMBDA}/0/ParameterValue",
        {"Ref": "TransformFunction"},
    ),
    (firehose.the_stream_invokes_the_alias, f"{_FUNCTION}/AutoPublishAlias", GONE),
    (
        access.roles_may_do_what_the_path_needs,
        f"{_DELIVERY_POLICIES}/0/PolicyDocument/Statement/1/Action",
        "s3:GetObject",
    ),
    (
        access.roles_may_do_what_the_path_needs,
        f"{_DELIVERY_POLICIES}/0/PolicyDocument/Statement/1/Resource",
        "*",
    ),
    (
        access.roles_may_do_what_the_path_needs,
        f"{_DELIVERY_POLICIES}/1/PolicyDocument/Statement/0/Resource",
        "TransformFunction",
    ),
    (
        access.roles_may_do_what_the_path_needs,
        f"{_DELIVERY_POLICIES}/2/PolicyDocument/Statement/0/Resource/0",
        "*",
    ),
    (
        access.roles_may_do_what_the_path_needs,
        "Resources/SubscriptionRole/Properties/Policies",
        GONE,
    ),
    (access.roles_may_do_what_the_path_needs, f"{_TRANSFORM_POLICIES}/0", GONE),
    (access.roles_may_do_what_the_path_needs, f"{_TRANSFORM_POLICIES}/1", GONE),
    (access.roles_may_do_what_the_path_needs, f"{_TRANSFORM_POLICIES}/2", GONE),
    (
        access.roles_may_do_what_the_path_needs,
        f"{_TRANSFORM_POLICIES}/1/PolicyDocument/Statement/0/Action",
        "s3:*",
    ),
    (
        access.roles_may_do_what_the_path_needs,
        f"{_TRANSFORM_POLICIES}/1/PolicyDocument/Statement/0/Resource",
        {"Fn::Sub": "arn:${AWS::Partition}:s3:::${AnalyticsBucket}/*"},
    ),
    (
        access.roles_may_do_what_the_path_needs,
        f"{_TRANSFORM_POLICIES}/2/PolicyDocument/Statement/0/Resource",
        {"Fn::Sub": f"{_STREAMS}/*"},
    ),
    (
        access.roles_may_do_what_the_path_needs,
        f"{_TRANSFORM_POLICIES}/2/PolicyDocument/Statement/0/Resource",
        {"Fn::Sub": f"{_STREAMS}/${{StreamName}}"},
    ),
    (access.services_act_for_this_account_alone, f"Resources/SubscriptionRole/{_TRUST}", GONE),
    (
        access.services_act_for_this_account_alone,
        f"Resources/DeliveryRole/{_TRUST}",
        {"StringLike": {"sts:ExternalId": "*"}},
    ),
    (
        firehose.the_subscription_waits_for_stream_and_role,
        f"{_SUBSCRIPTION}/DestinationArn",
        "arn:aws:firehose:::x",
    ),
    (
        firehose.the_subscription_waits_for_stream_and_role,
        "Resources/Late",
        {"Type": "AWS::IAM::Policy"},
    ),
    (
        firehose.every_shape_of_line_is_subscribed,
        "Parameters/FilterPattern/Default",
        '{ $._event_type = "session_analytics" }',
    ),
    (
        access.the_bucket_is_private_and_stays,
        f"{_BUCKET}/Properties/PublicAccessBlockConfiguration/BlockPublicAcls",
        False,
    ),
    (access.the_bucket_is_private_and_stays, f"{_BUCKET}/Properties/BucketEncryption", GONE),
    (access.the_bucket_is_private_and_stays, f"{_BUCKET}/DeletionPolicy", "Delete"),
    (
        access.the_bucket_is_private_and_stays,
        "Resources/AnalyticsBucketPolicy/Properties/PolicyDocument/Statement/0/Condition/Bool/aws:SecureTransport",
        "true",
    ),
    (
        firehose.the_stream_is_encrypted,
        "Resources/DeliveryStream/Properties/DeliveryStreamEncryptionConfigurationInput",
        GONE,
    ),
    (
        table.columns_are_those_of_the_row_model,
        f"{_TABLE}/StorageDescriptor/Columns/0/Type",
        "bigintt",
    ),
    (table.columns_are_those_of_the_row_model, f"{_TABLE}/StorageDescriptor/Columns/1", GONE),
    (table.columns_are_those_of_the_row_model, f"{_TABLE}/PartitionKeys/0/Name", "region"),
    (
        table.columns_are_those_of_the_row_model,
        f"{_REJECTED}/StorageDescriptor/Columns/1/Type",
        "string",
    ),
    (deployment.one_runtime_everywhere, f"{_FUNCTION}/Runtime", "python3.12"),
    (deployment.one_runtime_everywhere, f"{_LAYER}/Metadata/BuildArchitecture", "arm64"),
    (
        deployment.one_runtime_everywhere,
        "Resources/PreTrafficFunction/Properties/Runtime",
        "python3.12",
    ),
    (
        deployment.one_runtime_everywhere,
        "Resources/PreTrafficFunction/Properties/Architectures",
        ["arm64"],
    ),
    (deployment.parameters_and_outputs_are_described, "Parameters/Stage/Description", GONE),
    (deployment.the_subscription_comes_last, "Resources/Subscription/DependsOn", GONE),
    (
        deployment.the_subscription_comes_last,
        "Resources/Late",
        {"Type": "AWS::CloudWatch::Alarm", "Properties": {}},
    ),
]
