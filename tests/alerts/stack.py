"""The nested stack of lead alerts as it stands in an account, with every receiver or with some."""

from functools import cache
from typing import Any

from tests.template.cloudformation import ACCOUNT, REGION, TEMPLATE, Template, load, transformed
from tests.template.deployed import KEY, deployed, with_defaults

ALERTS = TEMPLATE.with_name("alerts.yaml")
PREFIX = "voice-analytics-dev"
SECRETS = {
    name: f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name.lower()}-AbCdEf"
    for name in ("SlackSecret", "HubSpotSecret", "SalesforceSecret", "WebhookSecret")
}
PLAIN = {
    "Prefix": PREFIX,
    "DatabaseName": "voice_analytics_dev",
    "WorkGroupName": PREFIX,
    "BucketName": "a-bucket",
    "EncryptionKey": "",
    "Architecture": "arm64",
    "LogRetentionDays": "30",
    "AlarmTopicArn": "",
    "EveryMinutes": "15",
    "Fields": "none",
    "Email": "",
    **dict.fromkeys(SECRETS, ""),
}
EVERYTHING = {
    **PLAIN,
    **SECRETS,
    "EncryptionKey": KEY,
    "AlarmTopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:{PREFIX}-alarms",
    "Fields": "contact",
    "Email": "sales@example.com",
}


def alerts() -> Template:
    """The template with values for its parameters, none of which has a default."""
    return with_defaults(load(ALERTS), **EVERYTHING)


@cache
def _made(parameters: tuple[tuple[str, str], ...]) -> Template:
    given = dict(parameters)
    return deployed(transformed(with_defaults(load(ALERTS), **given)), **given)


def resources(**changed: str) -> Template:
    """The resources by logical id: with every receiver, but for what is changed."""
    return _made(tuple(sorted({**EVERYTHING, **changed}.items())))


def properties(name: str, **changed: str) -> dict[str, Any]:
    found: dict[str, Any] = resources(**changed)[name]["Properties"]
    return found
