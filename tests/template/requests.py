"""What CloudFormation sends to the services for the resources of a deployed template."""

from collections.abc import Iterator
from typing import Any

from tests.template.cloudformation import Template
from tests.template.service_model import Request

type _Properties = dict[str, Any]


def requests(resources: Template) -> Iterator[Request]:
    """Those whose properties CloudFormation hands on as they are, or with another first letter."""
    for where, resource in resources.items():
        service, *operations = _OPERATIONS.get(resource["Type"], ("",))
        for operation in operations:
            sent = _RENAMED.get(operation, dict)(resource["Properties"])
            yield Request(where, service, operation, sent)


def _in_logs_letters(properties: _Properties) -> _Properties:
    return {key[0].lower() + key[1:]: value for key, value in properties.items()}


def _log_group(properties: _Properties) -> _Properties:
    return _in_logs_letters(
        {key: value for key, value in properties.items() if key != "RetentionInDays"}
    )


def _retention(properties: _Properties) -> _Properties:
    return _in_logs_letters({key: properties[key] for key in ("LogGroupName", "RetentionInDays")})


def _work_group(properties: _Properties) -> _Properties:
    """A new one is enabled; State and RecursiveDeleteOption go with later requests."""
    sent = {
        key: value
        for key, value in properties.items()
        if key not in {"RecursiveDeleteOption", "State"}
    }
    return {"Configuration": sent.pop("WorkGroupConfiguration"), **sent}


def _work_group_update(properties: _Properties) -> _Properties:
    return {"WorkGroup": properties["Name"], "State": properties["State"]}


def _function(properties: _Properties) -> _Properties:
    return properties | {"Tags": {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}}


_OPERATIONS: dict[str, tuple[str, ...]] = {
    "AWS::Athena::NamedQuery": ("athena", "CreateNamedQuery"),
    "AWS::Athena::PreparedStatement": ("athena", "CreatePreparedStatement"),
    "AWS::Athena::WorkGroup": ("athena", "CreateWorkGroup", "UpdateWorkGroup"),
    "AWS::CloudWatch::Alarm": ("cloudwatch", "PutMetricAlarm"),
    "AWS::CloudWatch::Dashboard": ("cloudwatch", "PutDashboard"),
    "AWS::Glue::Database": ("glue", "CreateDatabase"),
    "AWS::Glue::Table": ("glue", "CreateTable"),
    "AWS::KinesisFirehose::DeliveryStream": ("firehose", "CreateDeliveryStream"),
    "AWS::Lambda::Function": ("lambda", "CreateFunction"),
    "AWS::Logs::LogGroup": ("logs", "CreateLogGroup", "PutRetentionPolicy"),
    "AWS::Logs::LogStream": ("logs", "CreateLogStream"),
    "AWS::Logs::QueryDefinition": ("logs", "PutQueryDefinition"),
    "AWS::Logs::SubscriptionFilter": ("logs", "PutSubscriptionFilter"),
    "AWS::SNS::Subscription": ("sns", "Subscribe"),
}
_RENAMED = {
    "CreateFunction": _function,
    "CreateLogGroup": _log_group,
    "CreateLogStream": _in_logs_letters,
    "CreateWorkGroup": _work_group,
    "PutQueryDefinition": _in_logs_letters,
    "PutRetentionPolicy": _retention,
    "PutSubscriptionFilter": _in_logs_letters,
    "UpdateWorkGroup": _work_group_update,
}
