"""alerts.yaml: what is deployed, who may do what, and where what is not delivered goes."""

import json
import re
from typing import Any

import pytest
from cfnlint.api import lint

from tests.alerts.conftest import app, lead
from tests.alerts.stack import ALERTS, EVERYTHING, PLAIN, SECRETS, alerts, properties, resources
from tests.template.checkov import check
from tests.template.cloudformation import load, transformed
from tests.template.deployed import KEY
from tests.template.policies import Document, findings
from tests.template.reasons import asterisks_without_a_reason, skips_without_a_reason
from tests.template.rules.parts import of_type
from tests.template.test_linters import REGIONS

DETAIL = app("lead_alerts").lead_of(lead("a"), with_contact=True)
RECEIVERS = {
    "Email": "EmailRule",
    "SlackSecret": "SlackRule",
    "HubSpotSecret": "HubSpotTaskRule",
    "SalesforceSecret": "SalesforceRule",
    "WebhookSecret": "WebhookRule",
}
TARGETS = [
    (name, target)
    for name, rule in of_type(resources(), "AWS::Events::Rule")
    for target in rule["Properties"]["Targets"]
]


def test_nobody_is_told_by_default() -> None:
    assert of_type(resources(**PLAIN), "AWS::Events::Rule") == []
    parameters = load()["Parameters"]
    assert parameters["LeadAlerts"]["Default"] == "false"
    assert parameters["LeadAlertFields"]["Default"] == "none"
    assert load()["Resources"]["LeadAlertsStack"]["Condition"] == "AlertsLeads"


@pytest.mark.parametrize("parameter", RECEIVERS)
def test_each_receiver_is_behind_its_parameter(parameter: str) -> None:
    made = resources(**PLAIN | {parameter: EVERYTHING[parameter]})
    assert RECEIVERS[parameter] in made
    others = {rule for name, rule in RECEIVERS.items() if name != parameter}
    assert not others & made.keys()


def test_the_application_gives_the_stack_its_parameters() -> None:
    nested = load()["Resources"]["LeadAlertsStack"]["Properties"]
    assert nested["TemplateURL"] == ALERTS.name
    assert nested["Parameters"].keys() == load(ALERTS)["Parameters"].keys()


def test_the_rules_of_the_parameters_are_made_of_what_cloudformation_allows_there() -> None:
    """As in "Rules section syntax" of its guide; no linter of the project knows them."""
    allowed = {"And", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "Not", "Or"}
    used = set(re.findall(r'"Fn::(\w+)"', json.dumps(load()["Rules"])))
    assert used
    assert used <= allowed | {"RefAll", "ValueOf", "ValueOfAll"}


@pytest.mark.parametrize(("rule", "target"), TARGETS, ids=lambda value: str(value)[:30])
def test_what_a_receiver_does_not_take_is_tried_for_a_day_and_then_kept(
    rule: str, target: dict[str, Any]
) -> None:
    assert target["RetryPolicy"] == {
        "MaximumEventAgeInSeconds": 86_400,
        "MaximumRetryAttempts": 185,
    }
    assert target["DeadLetterConfig"] == {"Arn": _queue_arn()}


@pytest.mark.parametrize(("rule", "target"), TARGETS, ids=lambda value: str(value)[:30])
def test_an_input_transformer_reads_fields_that_every_event_has(
    rule: str, target: dict[str, Any]
) -> None:
    transformer = target.get("InputTransformer", {"InputPathsMap": {}, "InputTemplate": ""})
    paths = transformer["InputPathsMap"]
    assert {path.removeprefix("$.detail.") for path in paths.values()} <= DETAIL.keys()
    assert set(re.findall(r"<(\w+)>", transformer["InputTemplate"])) == paths.keys()


def test_what_is_tried_in_vain_reaches_the_dead_letter_queue_and_its_alarm() -> None:
    assert properties("SendLeadsTrigger")["DestinationConfig"]["OnFailure"]["Destination"] == (
        _queue_arn()
    )
    redrive = properties("WebhookQueue")["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == _queue_arn()
    hours = redrive["maxReceiveCount"] * properties("WebhookQueue")["VisibilityTimeout"] / 3600
    assert hours == 6
    alarm = properties("LeadsUndeliveredAlarm")
    assert alarm["Dimensions"] == [
        {"Name": "QueueName", "Value": properties("DeadLetterQueue")["QueueName"]}
    ]
    for _, found in of_type(resources(), "AWS::CloudWatch::Alarm"):
        assert found["Properties"]["AlarmActions"] == [EVERYTHING["AlarmTopicArn"]]


def test_one_item_is_sent_at_a_time_and_from_the_beginning() -> None:
    """Else what was sent before a failure would be sent again, or some never."""
    trigger = properties("SendLeadsTrigger")
    assert (trigger["BatchSize"], trigger["StartingPosition"]) == (1, "TRIM_HORIZON")
    (pattern,) = trigger["FilterCriteria"]["Filters"]
    assert json.loads(pattern["Pattern"]) == {"eventName": ["INSERT"]}
    assert properties("WebhookTrigger")["BatchSize"] == 1


def test_the_function_ends_before_it_is_stopped_and_a_call_is_remembered_long_enough() -> None:
    code = app("lead_alerts")
    assert properties("FindLeadsFunction")["Timeout"] * 1000 > 2 * code._LEFT_MS
    assert code._KEPT_SECONDS > 2 * code.WITHIN_HOURS * 3600
    assert properties("LeadsTable")["TimeToLiveSpecification"] == {
        "AttributeName": "expires",
        "Enabled": True,
    }


def test_secrets_are_references_and_never_values() -> None:
    for name in SECRETS:
        parameter = load()["Parameters"][f"LeadAlert{name}"]
        assert parameter["AllowedPattern"].startswith("(arn:aws")
    text = json.dumps(resources())
    for field in ("SlackSecret}:SecretString:url", "HubSpotSecret}:SecretString:token"):
        name = field.partition("}")[0]
        resolved = f"{{{{resolve:secretsmanager:{SECRETS[name]}:{field.partition('}:')[2]}}}}}"
        assert resolved in text
    sent = properties("SalesforceConnection")["AuthParameters"]["OAuthParameters"]
    assert sent["ClientParameters"]["ClientSecret"].startswith("{{resolve:secretsmanager:")


def test_what_holds_a_lead_is_encrypted() -> None:
    assert properties("LeadsTable")["SSESpecification"]["KMSMasterKeyId"] == KEY
    assert "SSESpecification" not in properties("LeadsTable", EncryptionKey="")
    for name in ("DeadLetterQueue", "WebhookQueue"):
        assert properties(name)["SqsManagedSseEnabled"] is True
    for _, group in of_type(resources(), "AWS::Logs::LogGroup"):
        assert group["Properties"]["KmsKeyId"] == KEY


@pytest.mark.parametrize("minutes", ["1", "15"])
def test_the_schedule_is_an_expression_that_the_scheduler_takes(minutes: str) -> None:
    expression = properties("FindLeadsSchedule", EveryMinutes=minutes)["ScheduleExpression"]
    assert expression == ("rate(1 minute)" if minutes == "1" else "rate(15 minutes)")


def test_policies_are_sound_and_narrow() -> None:
    for name, resource in resources().items():
        given = resource["Properties"]
        documents = [policy["PolicyDocument"] for policy in given.get("Policies", [])]
        documents += [given["PolicyDocument"]] if "PolicyDocument" in given else []
        for document in documents:
            assert list(findings(Document(name, document))) == []
    text = ALERTS.read_text(encoding="utf-8")
    assert list(asterisks_without_a_reason(text)) == []
    assert list(skips_without_a_reason(text)) == []


def test_sam_adds_no_role_and_no_permission_of_its_own() -> None:
    made = transformed(alerts())["Resources"]
    for kind in ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::Lambda::Permission"):
        assert {name for name, _ in of_type(made, kind)} == {
            name for name, _ in of_type(load(ALERTS)["Resources"], kind)
        }


@pytest.mark.slow
def test_cfn_lint_finds_nothing() -> None:
    assert lint(ALERTS.read_text(encoding="utf-8"), regions=REGIONS) == []
    assert lint(json.dumps(transformed(alerts())), regions=REGIONS[:1]) == []


@pytest.mark.slow
@pytest.mark.xdist_group("checkov")
def test_checkov_finds_nothing_that_is_not_skipped_with_a_reason(tmp_path: Any) -> None:
    made = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources()}
    report = check(tmp_path, made=made)["made"]
    assert report.failed == set()
    assert report.skipped


def _queue_arn() -> str:
    queue: str = resources()["SendLeadsTrigger"]["Properties"]["DestinationConfig"]["OnFailure"][
        "Destination"
    ]
    assert queue.endswith(":voice-analytics-dev-leads-undelivered")
    return queue
