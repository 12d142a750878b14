"""The doctor names each seeded fault, and the cure; in a healthy stack it finds none."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from tests.operate.account import Account
from tests.operate.healthy import destination, log, make_healthy, subscribe
from tests.operate.test_commands import TARGET, run
from tests.rows import event
from voice_analytics.operate.doctor import CHECKS, before_deploy, examine
from voice_analytics.operate.findings import Finding, State

type Seed = Callable[[Account], None]


@pytest.fixture
def healthy(account: Account) -> Account:
    make_healthy(account)
    return account


def wrong(findings: list[Finding]) -> list[Finding]:
    return [each for each in findings if each.state is not State.OK]


def test_nothing_is_wrong_with_a_healthy_stack(healthy: Account) -> None:
    findings = list(examine(healthy.stack))
    assert wrong(findings) == []
    assert {link for link, _ in CHECKS} - {"key"} <= {each.link for each in findings} | {
        "leftovers"
    }


def wrong_pattern(account: Account) -> None:
    subscribe(account, filterPattern='{ $._event_type = "session_analytics" }')


def other_destination(account: Account) -> None:
    arn = account.stack.stream_arn.replace(account.stack.stream, "another")
    account.aws.client("firehose").create_delivery_stream(
        DeliveryStreamName="another",
        DeliveryStreamType="DirectPut",
        ExtendedS3DestinationConfiguration=destination(account),
    )
    subscribe(account, destinationArn=arn)


def no_subscription(account: Account) -> None:
    account.aws.client("logs").delete_subscription_filter(
        logGroupName=account.stack.agent_log, filterName=account.stack.filter_name
    )


def full_quota(account: Account) -> None:
    no_subscription(account)
    for name in ("one", "two"):
        subscribe(account, filterName=name)


def masking_policy(account: Account) -> None:
    policies = {"accountPolicies": [{"policyName": "mask", "policyDocument": "{}"}]}
    account.answer("logs", "DescribeAccountPolicies", policies)


def masked_values(account: Account) -> None:
    log(account, json.dumps(event(session_id="m", user_email="*****@*****")))


def short_retention(account: Account) -> None:
    logs = account.aws.client("logs")
    logs.put_retention_policy(logGroupName=account.stack.agent_log, retentionInDays=3)


def missing_permission(account: Account) -> None:
    denied = {"EvaluationResults": [{"EvalActionName": "x", "EvalDecision": "implicitDeny"}]}
    account.answer("iam", "SimulatePrincipalPolicy", denied)


def hook_may_not_report(account: Account) -> None:
    resources = cast("dict[str, str]", account.stack.resources)
    resources["ServerlessDeploymentApplication"] = "application"

    def answer(params: dict[str, Any], **_: object) -> dict[str, Any]:
        denied = "codedeploy" in params["body"]["ActionNames.member.1"]
        decision = "implicitDeny" if denied else "allowed"
        return {"EvaluationResults": [{"EvalActionName": "x", "EvalDecision": decision}]}

    account.answer_by("iam", "SimulatePrincipalPolicy", answer)


def metric_values(account: Account, **values: list[float]) -> None:
    results = [{"Id": name, "Values": each} for name, each in values.items()]
    account.answer("cloudwatch", "GetMetricData", {"MetricDataResults": results})


def busy_minute(account: Account) -> None:
    metric_values(account, bytes=[6e6, 57e6], limit_bytes=[1e6])


def late_records(account: Account) -> None:
    metric_values(account, age=[310.0, 901.0])


def change_table(account: Account, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    glue = account.aws.client("glue")
    table = glue.get_table(DatabaseName=account.stack.database, Name=name)["Table"]
    kept = (
        "Name",
        "Parameters",
        "PartitionKeys",
        "StorageDescriptor",
        "TableType",
        "ViewOriginalText",
    )
    changed = {key: table[key] for key in kept if key in table}
    change(changed)
    glue.update_table(DatabaseName=account.stack.database, TableInput=changed)


def projection_off(account: Account) -> None:
    change_table(
        account, "session_analytics", lambda t: t["Parameters"].update({"projection.enabled": "x"})
    )


def projection_begins_tomorrow(account: Account) -> None:
    changed = {"projection.dt.range": "2099-01-01,NOW+1DAYS"}
    change_table(account, "session_analytics", lambda t: t["Parameters"].update(changed))


def missing_column(account: Account) -> None:
    def drop(table: dict[str, Any]) -> None:
        del table["StorageDescriptor"]["Columns"][3]

    change_table(account, "session_analytics", drop)


def stale_view(account: Account) -> None:
    change_table(
        account, "sessions", lambda t: t.update(ViewOriginalText="/* Presto View: e30= */")
    )


def hidden_errors(account: Account) -> None:
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    account.put(f"errors/a-new-kind/dt={today}/o", b"{}")


def transformation_off(account: Account) -> None:
    firehose = account.aws.client("firehose")
    described = firehose.describe_delivery_stream(DeliveryStreamName=account.stack.stream)
    about = described["DeliveryStreamDescription"]
    firehose.update_destination(
        DeliveryStreamName=account.stack.stream,
        CurrentDeliveryStreamVersionId=about["VersionId"],
        DestinationId=about["Destinations"][0]["DestinationId"],
        ExtendedS3DestinationUpdate={"ProcessingConfiguration": {"Enabled": False}},
    )


def unconfirmed_topic(account: Account) -> None:
    sns = account.aws.client("sns")
    topic = account.stack.resources["AlarmTopic"]
    for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])


def alarm_on(account: Account) -> None:
    account.aws.client("cloudwatch").set_alarm_state(
        AlarmName="voice-analytics-dev-rejects", StateValue="ALARM", StateReason="test"
    )


def alarm_off(account: Account) -> None:
    names = ["voice-analytics-dev-rejects"]
    account.aws.client("cloudwatch").disable_alarm_actions(AlarmNames=names)


def alarm_gone(account: Account) -> None:
    names = ["voice-analytics-dev-transform-errors"]
    account.aws.client("cloudwatch").delete_alarms(AlarmNames=names)


def concurrency_gone(account: Account) -> None:
    limit = {"AccountLimit": {"UnreservedConcurrentExecutions": 0}}
    account.answer("lambda", "GetAccountSettings", limit)


def rejected_lines(account: Account) -> None:
    log(account, '{"_event_type": "session_analytics", "session_id": "cut')


def governed_catalog(account: Account) -> None:
    settings = {
        "DataLakeAdmins": [{"DataLakePrincipalIdentifier": "arn:aws:iam::1:role/admin"}],
        "CreateTableDefaultPermissions": [],
    }
    account.answer("lakeformation", "GetDataLakeSettings", {"DataLakeSettings": settings})


def query_fails(account: Account) -> None:
    status = {"State": "FAILED", "StateChangeReason": "INVALID_VIEW: view is stale"}
    answer = {"QueryExecution": {"Status": status}}
    account.answer("athena", "GetQueryExecution", answer)


SEEDS: list[tuple[Seed, str, str, str]] = [
    (wrong_pattern, "subscription", "its pattern is", "deploy the stack again"),
    (other_destination, "subscription", "deliverystream/another", "changed by hand"),
    (no_subscription, "subscription", "there is no filter", "deploy the stack again"),
    (full_quota, "filter slots", "one, two", "delete one of them"),
    (masking_policy, "data protection", "a policy of the account", "exclude e-mail"),
    (masked_values, "data protection", "lines hold *****", "see data protection policies"),
    (short_retention, "log group", "kept for 3 days", "keep them for 7"),
    (missing_permission, "roles", "DeliveryRole may not lambda:InvokeFunction", "boundaries"),
    (hook_may_not_report, "roles", "PreTrafficRole may not codedeploy:", "boundaries"),
    (busy_minute, "quota", "95% of the stream's bytes a second", "raise its limit"),
    (late_records, "freshness", "waited 901 seconds", "the stream's log group"),
    (projection_off, "projection", "session_analytics is off", "deploy the stack again"),
    (projection_begins_tomorrow, "projection", "not today", "ProjectionStartDate"),
    (missing_column, "table", "are not those of this version", "replay errors"),
    (stale_view, "views", "not as in this version: sessions", "deploy this version"),
    (hidden_errors, "projection", "a-new-kind", "projection.error_type.values"),
    (transformation_off, "stream", "is switched off", "deploy the stack again"),
    (unconfirmed_topic, "alarm topic", "has not been confirmed", "confirm"),
    (alarm_on, "alarms", "voice-analytics-dev-rejects is on", "percent of a minute's events"),
    (alarm_off, "alarms", "are switched off", "enable-alarm-actions"),
    (alarm_gone, "alarms", "missing: voice-analytics-dev-transform-errors", "deploy the stack"),
    (concurrency_gone, "concurrency", "0 unreserved", "ask AWS"),
    (rejected_lines, "lines", "not_json: 1", "replay rejected"),
    (governed_catalog, "lake formation", "governs new tables", "grant it SELECT"),
    (query_fails, "athena", "INVALID_VIEW", "deploy again"),
]


@pytest.mark.parametrize(
    ("seed", "link", "evidence", "cure"), SEEDS, ids=[seed.__name__ for seed, *_ in SEEDS]
)
def test_a_seeded_fault_is_named_with_its_cure(
    healthy: Account, seed: Seed, link: str, evidence: str, cure: str
) -> None:
    seed(healthy)
    findings = [each for each in wrong(list(examine(healthy.stack))) if each.link == link]
    assert any(evidence in each.evidence and cure in each.cure for each in findings), findings


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("iam", "SimulatePrincipalPolicy", "iam:SimulatePrincipalPolicy"),
        ("logs", "DescribeSubscriptionFilters", "logs:DescribeSubscriptionFilters"),
        ("athena", "StartQueryExecution", "athena:StartQueryExecution"),
    ],
)
def test_what_may_not_be_looked_at_is_unknown_and_names_the_action(
    healthy: Account, service: str, operation: str, action: str
) -> None:
    healthy.refuse(service, operation, "AccessDeniedException")
    findings = [each for each in examine(healthy.stack) if each.state is State.UNKNOWN]
    assert findings
    assert all(action in each.cure for each in findings)


def test_before_a_deployment_the_log_group_is_looked_at(healthy: Account) -> None:
    assert wrong(list(before_deploy(healthy.aws, healthy.stack.agent_log))) == []
    (missing,) = [
        each
        for each in wrong(list(before_deploy(healthy.aws, "/no/such")))
        if each.link == "log group"
    ]
    assert "/no/such does not exist" in missing.evidence


def test_the_command_exits_with_1_for_a_fault(
    healthy: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    no_subscription(healthy)
    monkeypatch.setattr(
        "voice_analytics.cli.operate.stack_options.find_stack", lambda *_: healthy.stack
    )
    assert run(monkeypatch, "doctor", *TARGET, "--json") == 1
    links = {each["link"]: each["state"] for each in json.loads(capsys.readouterr().out)}
    assert links["subscription"] == "fault"
