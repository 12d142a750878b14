"""How long things are kept.

As long as the parameters say, and no longer by accident nor shorter.
"""

from typing import Any

from tests.template.cloudformation import Template
from tests.template.deployed import deployed
from tests.template.rules.parts import Findings, of_type
from voice_analytics.catalog.tables import TABLES

# Types whose contents go with them. The others can be made again from the template.
HOLD_DATA = {"AWS::Logs::LogGroup", "AWS::S3::Bucket"}
# Log groups of the application itself tell how it went, and nothing of a call: they go with the
# stack.
OF_THE_APPLICATION = {
    "CanaryLogGroup",
    "DeliveryLogGroup",
    "PreTrafficLogGroup",
    "TransformLogGroup",
}
RESULTS = "query-results/"


def folders_are_kept_as_long_as_is_said(template: Template) -> Findings:
    given = {"RejectRetentionDays": "77", "SessionRetentionDays": "88"}
    wanted = {
        **dict.fromkeys(("rejected/", "errors/", "replayed/", "operate/"), "77"),
        "sessions/": "88",
    }
    expirations = _expirations(deployed(template, **given))
    if {prefix: days for prefix, days in expirations.items() if prefix != RESULTS} != wanted:
        yield f"the folders are kept for {expirations}"
    if RESULTS not in expirations:
        yield "results of queries are kept for ever"
    if "sessions/" in _expirations(deployed(template, SessionRetentionDays="0")):
        yield "calls go although they are to be kept for ever"
    if {table.folder for table in TABLES} - expirations.keys():
        yield "a table's folder has no rule"


def every_rule_of_the_bucket_is_on(template: Template) -> Findings:
    for rule in _rules(deployed(template, SessionRetentionDays="88")):
        if rule.get("Status") != "Enabled":
            yield f"{rule.get('Id')} is off"
        if "ExpirationInDays" in rule and not rule.get("Prefix"):
            yield f"{rule.get('Id')} deletes calls with all the rest"


def what_holds_data_says_what_becomes_of_it(template: Template) -> Findings:
    for name, resource in template["Resources"].items():
        if resource["Type"] in HOLD_DATA:
            wanted = (
                ("Delete", "Delete")
                if name in OF_THE_APPLICATION
                else ("RetainExceptOnCreate", "Retain")
            )
            if (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")) != wanted:
                yield f"{name} should be kept by {wanted}"


def log_groups_are_kept_as_long_as_is_said(template: Template) -> Findings:
    for name, group in of_type(
        deployed(template, LogRetentionDays="90", CreateLogGroup="true"), "AWS::Logs::LogGroup"
    ):
        if str(group["Properties"].get("RetentionInDays")) != "90":
            yield f"{name} does not follow LogRetentionDays"


RULES = [
    folders_are_kept_as_long_as_is_said,
    every_rule_of_the_bucket_is_on,
    what_holds_data_says_what_becomes_of_it,
    log_groups_are_kept_as_long_as_is_said,
]


def _expirations(resources: Template) -> dict[str, str]:
    """Days by prefix."""
    return {
        rule["Prefix"]: str(rule["ExpirationInDays"])
        for rule in _rules(resources)
        if "Prefix" in rule
    }


def _rules(resources: Template) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = resources["AnalyticsBucket"]["Properties"][
        "LifecycleConfiguration"
    ]["Rules"]
    return rules
