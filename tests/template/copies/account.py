"""How names, keys, limits and retention may be broken."""

from typing import Any

from tests.template.broken import GONE, Replaced
from tests.template.rules import encryption, functions, limits, names, partitions, retention
from tests.template.rules.parts import Rule

RULES: list[Rule] = [
    *names.RULES,
    *encryption.RULES,
    *functions.RULES,
    *limits.RULES,
    *partitions.RULES,
    *retention.RULES,
]

_DESTINATION = "Resources/DeliveryStream/Properties/ExtendedS3DestinationConfiguration"
_LAMBDA = f"{_DESTINATION}/ProcessingConfiguration/Processors/0/Parameters"
_ERRORS = "Resources/DeliveryErrorsTable/Properties/TableInput"
_BUCKET = "Resources/AnalyticsBucket"
_LIFECYCLE = f"{_BUCKET}/Properties/LifecycleConfiguration/Rules"
_FUNCTION = "Resources/TransformFunction/Properties"
_HOOK = "Resources/PreTrafficFunction/Properties"
_SUBSCRIPTION_KEY = (
    "Resources/SubscriptionRole/Properties/Policies/1/Fn::If/1/PolicyDocument/Statement/0"
)
_TRANSFORM_KEY = "Resources/TransformRole/Properties/Policies/3/Fn::If/1/PolicyDocument/Statement/0"

BROKEN_COPIES: list[tuple[Rule, str, Any]] = [
    (
        names.no_name_is_there_twice,
        "Resources/Subscription/Properties/FilterName",
        "session-analytics",
    ),
    (
        names.no_name_is_there_twice,
        "Resources/SessionAnalyticsLayer/Properties/LayerName",
        "session-analytics",
    ),
    (
        names.no_name_is_there_twice,
        "Resources/AnalyticsDatabase/Properties/DatabaseInput/Name",
        "voice_analytics",
    ),
    (
        names.no_name_is_there_twice,
        "Resources/AnalyticsWorkGroup/Properties/Name",
        "voice-analytics",
    ),
    (names.no_name_is_there_twice, "Resources/AlarmTopic/Properties/TopicName", "alarms"),
    (
        names.no_name_is_there_twice,
        "Resources/PreTrafficFunction/Properties/FunctionName",
        "CodeDeployHook_voice-analytics",
    ),
    (names.no_name_is_there_twice, f"{_BUCKET}/Properties/BucketName", "voice-analytics"),
    (names.no_name_is_there_twice, "Resources/DeliveryRole/Properties/RoleName", "delivery"),
    (
        names.no_name_is_there_twice_in_a_stage,
        "Resources/ReingestAlarm/Properties/AlarmName",
        {"Ref": "RejectsAlarm"},
    ),
    (names.no_name_is_there_twice_in_a_stage, f"{_ERRORS}/Name", "rejected_events"),
    (
        names.prod_has_the_plain_names,
        f"{_FUNCTION}/FunctionName",
        {"Fn::Sub": "voice-analytics-transform-${Stage}"},
    ),
    (
        names.roles_and_policies_have_no_names,
        "Resources/DeliveryRole/Properties/RoleName",
        {"Fn::Sub": "delivery-${Stage}"},
    ),
    (
        names.roles_and_policies_have_no_names,
        "Resources/AgentPolicy/Properties/ManagedPolicyName",
        "agent",
    ),
    (
        encryption.everything_that_takes_a_key_has_it,
        "Resources/TransformLogGroup/Properties/KmsKeyId",
        GONE,
    ),
    (encryption.everything_that_takes_a_key_has_it, f"{_BUCKET}/Properties/BucketEncryption", GONE),
    (
        encryption.everything_that_takes_a_key_has_it,
        "Resources/DeliveryStream/Properties/DeliveryStreamEncryptionConfigurationInput",
        {"KeyType": "AWS_OWNED_CMK"},
    ),
    (
        encryption.everything_that_takes_a_key_has_it,
        "Resources/AnalyticsWorkGroup/Properties/WorkGroupConfiguration/ResultConfiguration/EncryptionConfiguration",
        {"EncryptionOption": "SSE_S3"},
    ),
    (
        encryption.without_a_key_none_is_named,
        "Resources/TransformLogGroup/Properties/KmsKeyId",
        {"Ref": "KmsKeyArn"},
    ),
    (
        encryption.who_handles_data_may_use_its_key,
        "Resources/SubscriptionRole/Properties/Policies/1",
        GONE,
    ),
    (encryption.who_handles_data_may_use_its_key, f"{_SUBSCRIPTION_KEY}/Action", "kms:Decrypt"),
    (
        encryption.who_handles_data_may_use_its_key,
        f"{_SUBSCRIPTION_KEY}/Action",
        ["kms:Decrypt", "kms:GenerateDataKey"],
    ),
    (
        encryption.who_handles_data_may_use_its_key,
        f"{_TRANSFORM_KEY}/Condition/StringEquals/kms:ViaService",
        "firehose.us-west-1.amazonaws.com",
    ),
    (
        encryption.the_key_is_used_for_this_applications_data_alone,
        f"{_TRANSFORM_KEY}/Condition/StringLike",
        GONE,
    ),
    (
        encryption.the_key_is_used_for_this_applications_data_alone,
        f"{_TRANSFORM_KEY}/Condition/StringLike/kms:EncryptionContext:aws:s3:arn",
        "arn:aws:s3:::*",
    ),
    (functions.handlers_are_in_the_code, f"{_FUNCTION}/Handler", "app.handler"),
    (functions.handlers_are_in_the_code, f"{_HOOK}/CodeUri", "functions/hook"),
    (functions.functions_log_into_groups_of_the_stack, f"{_HOOK}/LoggingConfig/LogGroup", GONE),
    (
        functions.functions_log_into_groups_of_the_stack,
        f"{_HOOK}/LoggingConfig/LogGroup",
        {"Ref": "AgentLogGroup"},
    ),
    (limits.the_stream_is_within_its_limits, f"{_LAMBDA}/2/ParameterValue", "901"),
    (limits.the_stream_is_within_its_limits, f"{_LAMBDA}/3/ParameterValue", "301"),
    (
        limits.the_stream_is_within_its_limits,
        f"{_DESTINATION}/DynamicPartitioningConfiguration/RetryOptions/DurationInSeconds",
        7201,
    ),
    (
        limits.prefixes_are_made_of_what_firehose_knows,
        f"{_DESTINATION}/Prefix",
        "sessions/!{partitionKeyFromQuery:dt}/",
    ),
    (
        limits.prefixes_are_made_of_what_firehose_knows,
        f"{_DESTINATION}/Prefix",
        Replaced("dt}/", "dt}/!{firehose:error-output-type}/"),
    ),
    (
        limits.prefixes_are_made_of_what_firehose_knows,
        f"{_DESTINATION}/ErrorOutputPrefix",
        Replaced("dt=", "dt=!{dt}"),
    ),
    (
        limits.prefixes_are_made_of_what_firehose_knows,
        f"{_DESTINATION}/ErrorOutputPrefix",
        Replaced("errors/", "/errors/"),
    ),
    (limits.the_filter_pattern_is_one, "Parameters/FilterPattern/Default", "%session analytics%"),
    (
        limits.the_filter_pattern_is_one,
        "Parameters/FilterPattern/Default",
        "{ $._event_type = session analytics }",
    ),
    (limits.the_filter_pattern_is_one, "Parameters/FilterPattern/MaxLength", 2048),
    (
        limits.the_path_does_not_read_its_own_log,
        "Resources/Subscription/Properties/LogGroupName",
        {"Ref": "TransformLogGroup"},
    ),
    (
        partitions.errors_land_where_athena_looks,
        f"{_DESTINATION}/ErrorOutputPrefix",
        Replaced("yyyy-MM-dd", "yyyy/MM/dd"),
    ),
    (
        partitions.errors_land_where_athena_looks,
        f"{_DESTINATION}/ErrorOutputPrefix",
        Replaced("errors/", "failures/"),
    ),
    (
        partitions.errors_land_where_athena_looks,
        f"{_ERRORS}/Parameters/storage.location.template",
        GONE,
    ),
    (
        partitions.errors_land_where_athena_looks,
        f"{_ERRORS}/StorageDescriptor/Location",
        "s3://bucket/errors/",
    ),
    (
        partitions.every_kind_of_error_is_projected,
        f"{_ERRORS}/Parameters/projection.error_type.values",
        Replaced("processing-failed,", ""),
    ),
    (
        partitions.every_partition_key_is_projected,
        f"{_ERRORS}/Parameters/projection.error_type.type",
        GONE,
    ),
    (
        partitions.every_partition_key_is_projected,
        f"{_ERRORS}/Parameters/projection.error_type.type",
        "list",
    ),
    (
        partitions.every_partition_key_is_projected,
        f"{_ERRORS}/Parameters/projection.error_type.value",
        "processing-failed",
    ),
    (partitions.every_partition_key_is_projected, f"{_ERRORS}/PartitionKeys/0/Name", "kind"),
    (
        partitions.the_stream_partitions_by_what_the_function_answers,
        f"{_DESTINATION}/Prefix",
        Replaced("partitionKeyFromLambda:dt", "partitionKeyFromLambda:day"),
    ),
    (retention.folders_are_kept_as_long_as_is_said, f"{_LIFECYCLE}/1/ExpirationInDays", 30),
    (retention.folders_are_kept_as_long_as_is_said, f"{_LIFECYCLE}/2/Prefix", "error/"),
    (retention.folders_are_kept_as_long_as_is_said, f"{_LIFECYCLE}/3", GONE),
    (
        retention.folders_are_kept_as_long_as_is_said,
        f"{_LIFECYCLE}/0",
        {
            "Id": "sessions",
            "Status": "Enabled",
            "Prefix": "sessions/",
            "ExpirationInDays": {"Ref": "SessionRetentionDays"},
        },
    ),
    (retention.every_rule_of_the_bucket_is_on, f"{_LIFECYCLE}/1/Status", "Disabled"),
    (retention.every_rule_of_the_bucket_is_on, f"{_LIFECYCLE}/6/ExpirationInDays", 30),
    (retention.what_holds_data_says_what_becomes_of_it, f"{_BUCKET}/DeletionPolicy", "Delete"),
    (
        retention.what_holds_data_says_what_becomes_of_it,
        "Resources/AgentLogGroup/UpdateReplacePolicy",
        GONE,
    ),
    (
        retention.what_holds_data_says_what_becomes_of_it,
        "Resources/PreTrafficLogGroup/DeletionPolicy",
        GONE,
    ),
    (
        retention.log_groups_are_kept_as_long_as_is_said,
        "Resources/DeliveryLogGroup/Properties/RetentionInDays",
        30,
    ),
    (
        retention.log_groups_are_kept_as_long_as_is_said,
        "Resources/PreTrafficLogGroup/Properties/RetentionInDays",
        GONE,
    ),
]
