"""The resources of a template as they stand in an account.

Only those that are made, each by its physical names and ARNs.
"""

import base64
import copy
from typing import Any

from tests.template.cloudformation import Template, transformed
from voice_analytics.template.intrinsics import ACCOUNT, REGION, Resolver

# "Return values" of each type in the CloudFormation Template Reference. {} stands for the
# resource's name.
_LAMBDA = f"arn:aws:lambda:{REGION}:{ACCOUNT}"
_FUNCTION_ARN = f"{_LAMBDA}:function:{{}}"
_ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/{{}}"
_STREAM_ARN = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{{}}"
_NAMES = {
    "AWS::Athena::WorkGroup": ("Name",),
    "AWS::CloudWatch::Alarm": ("AlarmName",),
    "AWS::CloudWatch::Dashboard": ("DashboardName",),
    "AWS::DynamoDB::Table": ("TableName",),
    "AWS::Events::ApiDestination": ("Name",),
    "AWS::Events::Connection": ("Name",),
    "AWS::Events::EventBus": ("Name",),
    "AWS::Events::Rule": ("Name",),
    "AWS::Glue::Database": ("DatabaseInput", "Name"),
    "AWS::Glue::Table": ("TableInput", "Name"),
    "AWS::KinesisFirehose::DeliveryStream": ("DeliveryStreamName",),
    "AWS::Lambda::Alias": ("Name",),
    "AWS::Lambda::Function": ("FunctionName",),
    "AWS::Lambda::LayerVersion": ("LayerName",),
    "AWS::Logs::LogGroup": ("LogGroupName",),
    "AWS::Logs::LogStream": ("LogStreamName",),
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::SNS::Topic": ("TopicName",),
    "AWS::SQS::Queue": ("QueueName",),
    "AWS::Serverless::Function": ("FunctionName",),
    "AWS::Serverless::LayerVersion": ("LayerName",),
}
_SECRET_ARN = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{{}}-AbCdEf"
_EVENTS = f"arn:aws:events:{REGION}:{ACCOUNT}"
_REFERENCES = {
    "AWS::Lambda::LayerVersion": f"{_LAMBDA}:layer:{{}}:1",
    "AWS::SNS::Topic": f"arn:aws:sns:{REGION}:{ACCOUNT}:{{}}",
    "AWS::SQS::Queue": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{{}}",
    "AWS::SecretsManager::Secret": _SECRET_ARN,
    "AWS::Serverless::LayerVersion": f"{_LAMBDA}:layer:{{}}:1",
}
_ATTRIBUTES = {
    ("AWS::CloudWatch::Alarm", "Arn"): f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{{}}",
    ("AWS::DynamoDB::Table", "Arn"): f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{{}}",
    ("AWS::DynamoDB::Table", "StreamArn"): (
        f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{{}}/stream/2026-03-05"
    ),
    ("AWS::Events::ApiDestination", "Arn"): f"{_EVENTS}:api-destination/{{}}/a1b2",
    ("AWS::Events::Connection", "Arn"): f"{_EVENTS}:connection/{{}}/a1b2",
    ("AWS::Events::EventBus", "Arn"): f"{_EVENTS}:event-bus/{{}}",
    ("AWS::Events::Rule", "Arn"): f"{_EVENTS}:rule/a-bus/{{}}",
    ("AWS::IAM::Role", "Arn"): _ROLE_ARN,
    ("AWS::KinesisFirehose::DeliveryStream", "Arn"): _STREAM_ARN,
    ("AWS::Lambda::Function", "Arn"): _FUNCTION_ARN,
    ("AWS::Lambda::Version", "Version"): "1",
    ("AWS::Logs::LogGroup", "Arn"): f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{{}}:*",
    ("AWS::S3::Bucket", "Arn"): "arn:aws:s3:::{}",
    ("AWS::SQS::Queue", "Arn"): f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{}}",
    ("AWS::SQS::Queue", "QueueName"): "{}",
    ("AWS::Serverless::Function", "Arn"): _FUNCTION_ARN,
}

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0d1b7c2e-5f7a-4c9b-8e1d-3a2b4c5d6e7f"
EVERYTHING = {
    "AlarmEmail": "operations@example.com",
    "CreateAgentPolicy": "true",
    "CreateLogGroup": "true",
    "CreateOperatorPolicies": "true",
    "KmsKeyArn": KEY,
    "LeadAlerts": "true",
    "LeadAlertEmail": "sales@example.com",
    "LeadAlertFields": "contact",
    "LeadAlertHubSpotSecret": _SECRET_ARN.format("hubspot"),
    "LeadAlertSalesforceSecret": _SECRET_ARN.format("salesforce"),
    "LeadAlertSlackSecret": _SECRET_ARN.format("slack"),
    "LeadAlertWebhookSecret": _SECRET_ARN.format("webhook"),
    "PrivacyProfile": "analytics",
    "MonthlyBudgetUsd": "50",
    "ReaderExternalId": "agreed",
    "ReaderPrincipalArn": "arn:aws:iam::210987654321:role/warehouse",
    "ScheduledCanary": "true",
    "SessionRetentionDays": "400",
}
_MADE_BY_SAM = {"ServerlessDeploymentApplication"}


def deployed(template: Template, **parameters: str) -> Template:
    """Of a SAM template, or of the CloudFormation that `transformed` makes of it.

    Raises KeyError for an attribute of a type that is not known here, UserError for a reference to
    nothing.
    """
    account = _Account(template, parameters)
    made = {
        name: resource
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or account.resolve({"Condition": resource["Condition"]})
    }
    return {
        name: {key: value for key, value in account.resolve(resource).items() if key != "Condition"}
        for name, resource in made.items()
    }


def with_everything(template: Template, **parameters: str) -> Template:
    """The CloudFormation made of it, deployed with all that a parameter can switch on."""
    given = EVERYTHING | parameters
    return deployed(transformed(with_defaults(template, **given)), **given)


def with_defaults(template: Template, **parameters: str) -> Template:
    """A copy whose parameters have these values unless others are given.

    SAM's transformation writes some of them out.
    """
    changed = copy.deepcopy(template)
    for name, value in parameters.items():
        changed["Parameters"][name]["Default"] = value
    return changed


class _Account(Resolver):
    """Knows more types than the local chain needs, and names that AWS makes up.

    They hold the stack's, which is the stage's.
    """

    def _call(self, name: str, argument: Any) -> Any:
        if name == "Fn::Base64":
            return base64.b64encode(self.resolve(argument).encode()).decode()
        return super()._call(name, argument)

    def _ref(self, name: str) -> str:
        if name in _MADE_BY_SAM:
            return name
        if (
            name not in self._resources
        ):  # a parameter; or SAM's `Function.Alias`, `Function.Version`
            function, _, attribute = name.partition(".")
            return (
                f"{self._attribute(function, 'Arn')}:1"
                if attribute == "Version"
                else super()._ref(name)
            )
        resource = self._resources[name]
        if resource["Type"] == "AWS::Lambda::Alias":
            properties = self.resolve(resource["Properties"])
            return f"{_FUNCTION_ARN.format(properties['FunctionName'])}:{properties['Name']}"
        if resource["Type"] == "AWS::Lambda::Version":
            return f"{_FUNCTION_ARN.format(self.resolve(resource['Properties']['FunctionName']))}:1"
        return _REFERENCES.get(resource["Type"], "{}").format(self._name(name))

    def _attribute(self, name: str, attribute: str) -> str:
        return _ATTRIBUTES[self._resource(name)["Type"], attribute].format(self._name(name))

    def _name(self, name: str) -> str:
        resource = self._resource(name)
        value: Any = resource.get("Properties", {})
        for key in _NAMES.get(resource["Type"], ("",)):
            value = value.get(key) if isinstance(value, dict) else None
        return str(self.resolve(value)) if value is not None else f"{self._stack()}-{name.lower()}"

    def _stack(self) -> str:
        """As samconfig.toml names it."""
        stage = self._parameters.get("Stage", "prod")
        return "voice-analytics" if stage == "prod" else f"voice-analytics-{stage}"
