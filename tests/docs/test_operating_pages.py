"""The pages on deploying and operating name what exists, all of it, and nothing else."""

import fnmatch
import importlib
import json
import re
import subprocess
import tomllib
from typing import Any

import pytest
from botocore.session import Session
from session_analytics.schema.row import ERROR_CODES

from athena_duckdb.to_duckdb import translated
from tests.docs.operating_pages import PARSER, ROOT, SHELL, TEXT, headings
from tests.template.aws_commands import commands, faults
from tests.template.cloudformation import TEMPLATE, load, resolved, transformed
from tests.template.deployed import EVERYTHING, deployed
from tests.template.policies import documents
from tests.template.rules.metrics import unknown_metrics, use_of
from voice_analytics.catalog.saved_queries import queries, views
from voice_analytics.lake.views import Database
from voice_analytics.template.filter_pattern import compile_pattern

INLINE = [
    child.content
    for token in PARSER.parse(TEXT)
    for child in token.children or ()
    if child.type == "code_inline"
]
AWS = [words for block in SHELL for words in commands(block, "aws")]


def _resources(kind: str) -> dict[str, dict[str, Any]]:
    return {
        name: item["Properties"]
        for name, item in resolved(load(), **EVERYTHING).items()
        if item["Type"] == kind
    }


def test_every_parameter_and_output_is_explained() -> None:
    for name in [*load()["Parameters"], *load()["Outputs"]]:
        assert re.search(rf"^\| `{name}`", TEXT, re.MULTILINE), name


def test_every_resource_is_named() -> None:
    for name in load()["Resources"]:
        assert f"`{name}`" in headings()["Resources"], name


def test_every_alarm_is_explained() -> None:
    for name, alarm in _resources("AWS::CloudWatch::Alarm").items():
        short = alarm["AlarmName"].removeprefix("voice-analytics-")
        assert f"| `{short}`<br>{name}" in headings()["Alarms"]


def test_every_widget_of_the_dashboard_is_listed() -> None:
    [dashboard] = _resources("AWS::CloudWatch::Dashboard").values()
    titles = [
        widget["properties"].get("title")
        for widget in json.loads(dashboard["DashboardBody"])["widgets"]
    ]
    assert all(f"| {title} |" in headings()["Dashboard"] for title in titles if title)


def test_every_saved_log_query_is_listed() -> None:
    for query in _resources("AWS::Logs::QueryDefinition").values():
        assert f"| `{query['Name'].rpartition('/')[2]}` |" in headings()["Saved log queries"]


def test_every_permission_is_explained_and_no_other() -> None:
    given: dict[str, set[str]] = {}
    for document in documents(load()):
        actions = given.setdefault(document.where.partition("/")[0], set())
        for statement in document.content["Statement"]:
            action = statement["Action"]
            actions |= {action} if isinstance(action, str) else set(action)
    for name, actions in given.items():
        explained = set(re.findall(r"`([a-z0-9]+:[\w*]+)`", headings()[name]))
        assert explained == actions - {"sts:AssumeRole"}, name


def test_no_resource_parameter_or_metric_is_named_that_there_is_not() -> None:
    """A word of several capitals in backticks is one of the template's or of AWS's metrics."""
    known = set(re.findall(r"[\w.]+", TEMPLATE.read_text())) | {
        "ServerlessDeploymentApplication",
        "IncomingBytes",
    }
    prose = "\n".join(token.content for token in PARSER.parse(TEXT) if token.type == "inline")
    unknown = {
        word
        for word in re.findall(r"`([A-Z][a-z]+(?:[A-Z][A-Za-z]*)+(?:\.[A-Z]\w+)?)`", prose)
        if word not in known
    }
    of_aws = {
        "CreateExportTask",
        "AccessDenied",
        "AccessDeniedException",
        "DataFreshness",
        "PendingConfirmation",
    }
    assert unknown == of_aws


@pytest.mark.parametrize("words", AWS, ids=lambda words: " ".join(words[:2]))
def test_the_aws_cli_knows_the_command(words: list[str]) -> None:
    assert list(faults(words)) == []


@pytest.mark.parametrize(
    "command",
    [
        "s3 ls s3://bucket --all",
        "logs put-log-event --log-group-name a",
        "deploys list-deployments",
        "codedeploy list-deployments",
        "logs describe-log-streams --log-group a",
        "logs put-log-events --log-group-name a --log-events file://a",
        "logs describe-log-streams --order-by Age",
        "logs describe-log-streams --descending yes",
        "logs filter-log-events --log-group-name a --start-time now",
        "logs filter-log-events --log-group-name a --output words",
        "logs filter-log-events --log-group-name a --query 'lines[].message'",
        "logs filter-log-events --log-group-name a b",
        "logs filter-log-events a --log-group-name a",
        "sts get-caller-identity --max-items 1",
        "lakeformation list-permissions --resource 'Table={Database=a}'",
        (
            "ce get-cost-and-usage --time-period Start=a,End=b --granularity DAILY --metrics A "
            "--filter '{\"Tag\": {}}'"
        ),
        "cloudformation describe-stacks --query \"Stacks[?StackName=='a'].Status\"",
    ],
)
def test_a_wrong_command_is_found(command: str) -> None:
    [words] = commands(f"if x=$(aws {command}); then", "aws")
    assert list(faults(words)) != []


def test_the_document_has_its_commands() -> None:
    assert len(AWS) > 30


def test_every_block_is_shell_that_bash_reads() -> None:
    for block in SHELL:
        if not block.startswith("parameter_overrides"):
            subprocess.run(["bash", "-n"], input=block, text=True, check=True, timeout=10)


@pytest.mark.slow
def test_the_sam_cli_knows_the_commands() -> None:
    stages = tomllib.loads(TEMPLATE.with_name("samconfig.toml").read_text())
    sam_commands = [words for block in [*SHELL, *INLINE] for words in commands(block, "sam")]
    assert len(sam_commands) > 5
    for name, *rest in sam_commands:
        command: Any = importlib.import_module(f"samcli.commands.{name}.command").cli
        assert {word for word in rest if word.startswith("-")} <= {
            option for param in command.params for option in param.opts
        }
        assert "--config-env" not in rest or rest[rest.index("--config-env") + 1] in stages


def test_make_knows_the_targets() -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"\bmake (\w+)`", TEXT)) <= set(targets)


def test_a_parameter_list_of_the_document_is_one_of_the_templates() -> None:
    for block in SHELL:
        if block.startswith("parameter_overrides"):
            given = dict(item.split("=") for item in tomllib.loads(block)["parameter_overrides"])
            assert deployed(load(), **given)


@pytest.mark.parametrize("block", [block for block in SHELL if 'ask "SELECT' in block])
def test_athena_takes_the_queries(block: str) -> None:
    for sql in re.findall(r'ask "(SELECT [^"]+)"', block):
        assert translated(sql.replace("THE_COLUMN", "session_id"), Database(views())).columns


def test_cloudwatch_logs_takes_the_filter_patterns_and_the_function_logs_what_they_look_for() -> (
    None
):
    patterns = {
        pattern
        for block in SHELL
        for pattern in re.findall(r"^lines \S+ '([^']+)'$", block, re.MULTILINE)
    }
    assert len(patterns) == 3
    fields = {field for pattern in patterns for field in re.findall(r"\$\.(\w+)", pattern)}
    assert fields == {"message", "EventsRejected", "level"}
    assert compile_pattern('{ $.message = "transformed" }')(
        '{"message": "transformed", "EventsDelivered": 1}'
    )


@pytest.mark.slow
def test_every_metric_that_is_looked_at_is_sent() -> None:
    resources = resolved(load())
    names = {
        "$STREAM": resources["DeliveryStream"]["Properties"]["DeliveryStreamName"],
        "$FUNCTION": resources["TransformFunction"]["Properties"]["FunctionName"],
        "$LOG_GROUP": resources["Subscription"]["Properties"]["LogGroupName"],
    }
    looked_at = [
        words
        for block in SHELL
        for words in re.findall(r'^metric (\S+) (\S+) \w+ (\w+) "(\S+)"$', block, re.MULTILINE)
    ]
    assert len(looked_at) > 10
    uses = (
        (name, use_of(namespace, name, {by: names[value]}))
        for namespace, name, by, value in looked_at
    )
    assert list(unknown_metrics(uses, resources)) == []


@pytest.mark.slow
def test_no_table_column_or_query_is_named_that_there_is_not() -> None:
    """Words joined by underscores, in backticks."""
    database = Database(views())
    known = {
        *queries(),
        *database,
        *ERROR_CODES,
        *(column.name for name in database for column in database[name]),
    }
    named = set(re.findall(r"`([a-z]+(?:_[a-z0-9]+)+)`", TEXT))
    assert named - known == {"parameter_overrides", "stack_name", "voice_analytics_dev"}


def test_the_resources_that_commands_ask_for_are_made() -> None:
    asked = set(re.findall(r"\$\(resource (\w+)\)", TEXT))
    assert {"AlarmTopic", "TransformFunctionDeploymentGroup"} <= asked
    assert asked <= transformed(load())["Resources"].keys()


def test_the_policy_of_a_key_lets_in_the_account_and_its_log_groups() -> None:
    [statements] = [
        json.loads(token.content) for token in PARSER.parse(TEXT) if token.info == "json"
    ]
    assert [
        (statement["Effect"], statement["Principal"], bool(statement.get("Condition")))
        for statement in statements
    ] == [
        ("Allow", {"AWS": "arn:aws:iam::ACCOUNT:root"}, False),
        ("Allow", {"Service": "logs.REGION.amazonaws.com"}, True),
    ]
    known = {f"kms:{name}" for name in Session().get_service_model("kms").operation_names}
    for action in (action for statement in statements[1:] for action in statement["Action"]):
        assert fnmatch.filter(known, action), action
