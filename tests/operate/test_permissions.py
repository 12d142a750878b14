"""The stack's policies allow each call that the commands make, and nothing that none makes."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.operate.account import (
    PARAMETERS,
    STACK,
    Account,
    catch_records,
    find_account_stack,
)
from tests.operate.athena import answer_from
from tests.operate.healthy import make_healthy
from tests.operate.iam import Need, RecordingAws, Statement, allows, needs
from tests.operate.test_canary import Clock
from tests.operate.test_compact import NO_GRACE, fill
from tests.operate.test_replay import DAY, failed, reject
from tests.template.cloudformation import REGION, load
from tests.template.deployed import KEY, deployed
from voice_analytics.operate.backfill import Backfill, missing, plan_backfill, run_backfill
from voice_analytics.operate.canary import follow_canary, send
from voice_analytics.operate.compact import Compaction, plan_compaction, run_compaction
from voice_analytics.operate.cost_actual import actual_cost, read_bill
from voice_analytics.operate.doctor import examine
from voice_analytics.operate.ledger import Ledger
from voice_analytics.operate.prices import read_prices
from voice_analytics.operate.replay import Replay, plan_replay, run_replay
from voice_analytics.operate.sending import Sender
from voice_analytics.operate.stack import Stack
from voice_analytics.operate.tail import lake_source, log_source
from voice_analytics.operate.work import Run

NOW = datetime.now(UTC)
HOUR = (NOW - timedelta(minutes=30), NOW + timedelta(minutes=1))
TODAY = NOW.date()
ONE = {"Id": "canaries", "Values": [1.0]}


def run_of(stack: Stack, command: str) -> Run:
    ledger = Ledger(stack.aws, stack.bucket, command)
    return Run(ledger, Sender(stack, sleep=lambda _: None), tell=lambda _: None)


def doctor(stack: Stack) -> None:
    list(examine(stack))


def cost(stack: Stack) -> None:
    actual_cost(stack, read_prices(REGION), 7)
    read_bill(stack, "stage=dev", 7)


def canary(stack: Stack) -> None:
    clock = Clock()
    list(follow_canary(stack, send(stack), clock.sleep, clock))


def replay(stack: Stack) -> None:
    for asked in (
        Replay("errors"),
        Replay("rejected"),
        Replay("log", since=HOUR[0], until=HOUR[1]),
    ):
        plan_replay(stack, asked)
        run = run_of(stack, "replay")
        run_replay(stack, asked, run)
        run.ledger.options()


def backfill(stack: Stack) -> None:
    asked = Backfill("log", TODAY, TODAY)
    plan_backfill(stack, asked)
    run = run_of(stack, "backfill")
    run_backfill(stack, asked, run)
    missing(stack, run.ledger.run)


def compact(stack: Stack) -> None:
    plan_compaction(stack, Compaction())
    ledger = Ledger(stack.aws, stack.bucket, "compact")
    run_compaction(stack, Compaction(grace=NO_GRACE), ledger, lambda _: None)


def tail(stack: Stack) -> None:
    for source in (log_source(stack), lake_source(stack, rejects=True, personal=True)):
        list(source.recent(*HOUR))


DOCTOR = ("DoctorPolicy", "AnalystPolicy")
OPERATOR = ("OperatorPolicy", "AnalystPolicy")
COMMANDS: list[tuple[Callable[[Stack], None], tuple[str, ...]]] = [
    (doctor, DOCTOR),
    (cost, DOCTOR),
    (canary, (*OPERATOR, "DoctorPolicy")),
    (replay, OPERATOR),
    (backfill, OPERATOR),
    (compact, OPERATOR),
    (tail, OPERATOR),
]


@pytest.fixture
def busy(account: Account, tmp_path: Any) -> Account:
    """A stack with a key, in which every command has something to do; nothing is really sent."""
    make_healthy(account)
    (tmp_path / "sessions").mkdir()
    answer_from(account, tmp_path)
    account.answer("cloudwatch", "GetMetricData", {"MetricDataResults": [ONE]})
    account.put(f"sessions/dt={TODAY}/new.parquet", b"")
    account.answer("ce", "GetCostAndUsage", {"ResultsByTime": []})
    account.answer("kms", "DescribeKey", {"KeyMetadata": {"KeyId": KEY, "KeyState": "Enabled"}})
    key = {"SecretString": json.dumps({"id": "1", "key": "k" * 64})}
    account.answer("secretsmanager", "GetSecretValue", key)
    account.put("forgotten/1/somebody.json", b"{}")
    failed(account, "a")
    account.put(f"errors/processing-failed/dt={DAY}/cut", b"no JSON")
    account.put(f"rejected/dt={DAY}/r.json.gz", gzip.compress(reject("x", "{}")))
    fill(account)
    return account


def calls_of(account: Account, command: Callable[[Stack], None]) -> RecordingAws:
    aws = RecordingAws(REGION)
    account_stack = find_account_stack(aws)
    parameters = {**account_stack.parameters, "KmsKeyArn": KEY}
    (secret,) = {
        statement["Resource"]
        for statement in statements(("OperatorPolicy",))
        if statement["Action"] == "secretsmanager:GetSecretValue"
    }
    stack = replace(
        account_stack,
        parameters=parameters,
        resources={**account_stack.resources, "PseudonymKey": secret},
    )
    recorded = Account(stack, account.resources)
    recorded.share(account)
    catch_records(recorded)
    command(recorded.stack)
    return aws


def statements(policies: tuple[str, ...]) -> list[Statement]:
    """Of a stack with everything that a policy depends on."""
    given = {**PARAMETERS, "CreateOperatorPolicies": "true", "KmsKeyArn": KEY}
    resources = json.dumps(deployed(load(), **given))
    made = json.loads(resources.replace(":stack/voice-analytics/", f":stack/{STACK}/"))
    return [
        statement
        for policy in policies
        for statement in made[policy]["Properties"]["PolicyDocument"]["Statement"]
    ]


@pytest.mark.parametrize(("command", "policies"), COMMANDS)
def test_each_call_of_a_command_is_allowed(
    busy: Account, command: Callable[[Stack], None], policies: tuple[str, ...]
) -> None:
    allowed = statements(policies)
    asked = {
        (need.action, need.resource): need
        for call in calls_of(busy, command).calls
        for need in needs(call, KEY)
    }
    assert len(asked) > 3
    denied = [need for need in asked.values() if not any(allows(each, need) for each in allowed)]
    assert denied == []


@pytest.mark.parametrize("policy", ["DoctorPolicy", "OperatorPolicy"])
def test_each_action_of_a_statement_is_needed_by_a_command(busy: Account, policy: str) -> None:
    asked: list[Need] = []
    for command, policies in COMMANDS:
        if policy in policies:
            asked += [each for call in calls_of(busy, command).calls for each in needs(call, KEY)]
    unused = [
        (statement["Sid"], action)
        for statement in statements((policy,))
        for action in _actions(statement)
        if not any(allows({**statement, "Action": action}, need) for need in asked)
    ]
    assert unused == []


def _actions(statement: Statement) -> list[str]:
    actions = statement["Action"]
    return actions if isinstance(actions, list) else [actions]
