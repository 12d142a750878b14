"""The customer's key.

On everything that takes one, in the hands of all that handle what it encrypts, and nowhere else.
"""

import re
from collections.abc import Iterator
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from tests.template.cloudformation import REGION, Template
from tests.template.deployed import EVERYTHING, KEY, deployed
from tests.template.rules.parts import Findings

# What else could be encrypted with the key and is not, with the reason.
WITHOUT_THE_KEY = {
    "AWS::Lambda::Function": "its variables are names and a date, and Lambda encrypts them with "
    "its own key",
    "AWS::SNS::Topic": "an alarm holds nothing of a call, and its mail never comes where the key's "
    "policy leaves CloudWatch out",
    "AWS::Scheduler::Schedule": "the event that it sends holds nothing of a call",
}
# What an action on encrypted data asks of the key, and through which service it does so; from the
# developer guides of S3 (objects under SSE-KMS, parts of an upload), of Firehose (producers into a
# stream with a customer's key) and of Secrets Manager.
NEEDS = {
    "s3:GetObject": ("kms:Decrypt", "s3"),
    "s3:GetObjectVersion": ("kms:Decrypt", "s3"),
    "s3:PutObject": ("kms:GenerateDataKey", "s3"),
    "firehose:PutRecord": ("kms:GenerateDataKey", "firehose"),
    "firehose:PutRecordBatch": ("kms:GenerateDataKey", "firehose"),
    "secretsmanager:GetSecretValue": ("kms:Decrypt", "secretsmanager"),
}
LOOKS_AT_THE_KEY = "kms:DescribeKey"  # and does not use it
_KEY_PROPERTY = re.compile(r"kms(master)?key(arn|id)?$|^keyarn$|^awskmskeyarn$", re.IGNORECASE)
_PLAIN = {
    "AWS::Serverless::Function": "AWS::Lambda::Function",
    "AWS::Serverless::LayerVersion": "AWS::Lambda::LayerVersion",
}


def everything_that_takes_a_key_has_it(template: Template) -> Findings:
    for name, resource in deployed(template, **EVERYTHING).items():
        kind = _PLAIN.get(resource["Type"], resource["Type"])
        if (
            kind not in WITHOUT_THE_KEY
            and _takes_a_key(kind)
            and KEY not in dict(_keys_of(resource["Properties"])).values()
        ):
            yield f"{name} could be encrypted with the key and is not"


def without_a_key_none_is_named(template: Template) -> Findings:
    """No service takes an empty text as a key: the property must be left out."""
    for name, resource in deployed(template, **EVERYTHING | {"KmsKeyArn": ""}).items():
        yield from (
            f"{name}: {setting} is {key!r} without a key"
            for setting, key in _keys_of(resource["Properties"])
        )


def who_handles_data_may_use_its_key(template: Template) -> Findings:
    for name, resource in deployed(template, **EVERYTHING).items():
        if resource["Type"] not in {"AWS::IAM::Role", "AWS::IAM::ManagedPolicy"}:
            continue
        statements = list(_statements(resource["Properties"]))
        actions = {action for statement in statements for action in _listed(statement["Action"])}
        granted = {
            (action, service)
            for statement in statements
            if statement["Resource"] == KEY and statement["Action"] != LOOKS_AT_THE_KEY
            for action in _listed(statement["Action"])
            for service in _listed(statement["Condition"]["StringEquals"]["kms:ViaService"])
        }
        asked = [NEEDS[action] for action in actions & NEEDS.keys()]
        needed = {(action, f"{service}.{REGION}.amazonaws.com") for action, service in asked}
        yield from (
            f"{name} lacks {action} through {service}" for action, service in needed - granted
        )
        yield from (
            f"{name} may {action} through {service} without need"
            for action, service in granted - needed
        )


def the_key_is_used_for_this_applications_data_alone(template: Template) -> Findings:
    """Through S3 for the bucket's own folders: the context of the encryption names them."""
    for name, resource in deployed(template, **EVERYTHING).items():
        for statement in _statements(resource["Properties"]):
            if statement["Resource"] != KEY or statement["Action"] == LOOKS_AT_THE_KEY:
                continue
            condition = statement["Condition"]
            contexts = condition.get("StringLike", {}).get("kms:EncryptionContext:aws:s3:arn", [])
            through_s3 = condition["StringEquals"]["kms:ViaService"].startswith("s3.")
            if through_s3 and (
                not contexts or any(context.endswith(":::*") for context in _listed(contexts))
            ):
                yield f"{name} may use the key for any bucket"


RULES = [
    everything_that_takes_a_key_has_it,
    without_a_key_none_is_named,
    who_handles_data_may_use_its_key,
    the_key_is_used_for_this_applications_data_alone,
]


def _takes_a_key(kind: str) -> bool:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
    described = [schema, *schema.get("definitions", {}).values()]
    return any(
        _KEY_PROPERTY.search(setting)
        for part in described
        for setting in part.get("properties", {})
    )


def _keys_of(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for item in node:
            yield from _keys_of(item)
    elif isinstance(node, dict):
        for setting, value in node.items():
            if isinstance(value, str) and _KEY_PROPERTY.search(setting):
                yield setting, value
            yield from _keys_of(value)


def _statements(properties: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for policy in [*properties.get("Policies", []), properties]:
        yield from policy.get("PolicyDocument", {}).get("Statement", [])


def _listed(one_or_many: str | list[str]) -> list[str]:
    return one_or_many if isinstance(one_or_many, list) else [one_or_many]
