"""The pages on deploying and operating name what exists, and their commands do what they say."""

import base64
import fnmatch
import importlib
import json
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session
from markdown_it import MarkdownIt
from session_analytics.batch import Rules, Transformed, read_record
from session_analytics.cloudwatch import encode
from session_analytics.rejects import rejected_objects
from session_analytics.response import result_of
from session_analytics.schema.row import ERROR_CODES

from athena_duckdb.to_duckdb import translated
from tests.rows import FIRST_DAY, LOGGED_AT, log_batch
from tests.template.aws_commands import commands, faults
from tests.template.cloudformation import TEMPLATE, load, resolved, transformed
from tests.template.deployed import EVERYTHING, deployed
from tests.template.policies import documents
from tests.template.rules.metrics import unknown_metrics, use_of
from voice_analytics.catalog.saved_queries import queries, views
from voice_analytics.lake.views import Database
from voice_analytics.template.filter_pattern import compile_pattern

ROOT = TEMPLATE.parent
PAGES = [
    *(ROOT / "docs" / f"{name}.md" for name in ("deploy", "reference", "operate", "contributing")),
    *sorted((ROOT / "docs" / "guides").glob("*.md")),
]
TEXT = "\n".join(page.read_text() for page in PAGES)
PARSER = MarkdownIt("commonmark")


def _blocks(text: str) -> list[str]:
    """What is indented as code, which in this document is shell."""
    return [token.content for token in PARSER.parse(text) if token.type == "code_block"]


SHELL = _blocks(TEXT)
INLINE = [
    child.content
    for token in PARSER.parse(TEXT)
    for child in token.children or ()
    if child.type == "code_inline"
]
AWS = [words for block in SHELL for words in commands(block, "aws")]
HEREDOC = re.compile(r"python3 - (.*)<<'END'\n(.*?)\nEND\n", re.DOTALL)
ARRIVED_MS = round(LOGGED_AT.timestamp() * 1000)


def _headings() -> dict[str, str]:
    """The text below each heading, by the heading without backticks."""
    parts = re.split(r"^#+ (.+)$", TEXT, flags=re.MULTILINE)[1:]
    return dict(zip([heading.replace("`", "") for heading in parts[::2]], parts[1::2], strict=True))


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
        assert f"`{name}`" in _headings()["Resources"], name


def test_every_alarm_is_explained() -> None:
    for name, alarm in _resources("AWS::CloudWatch::Alarm").items():
        short = alarm["AlarmName"].removeprefix("voice-analytics-")
        assert f"| `{short}`<br>{name}" in _headings()["Alarms"]


def test_every_widget_of_the_dashboard_is_listed() -> None:
    [dashboard] = _resources("AWS::CloudWatch::Dashboard").values()
    titles = [
        widget["properties"].get("title")
        for widget in json.loads(dashboard["DashboardBody"])["widgets"]
    ]
    assert all(f"| {title} |" in _headings()["Dashboard"] for title in titles if title)


def test_every_saved_log_query_is_listed() -> None:
    for query in _resources("AWS::Logs::QueryDefinition").values():
        assert f"| `{query['Name'].rpartition('/')[2]}` |" in _headings()["Saved log queries"]


def test_every_permission_is_explained_and_no_other() -> None:
    given: dict[str, set[str]] = {}
    for document in documents(load()):
        actions = given.setdefault(document.where.partition("/")[0], set())
        for statement in document.content["Statement"]:
            action = statement["Action"]
            actions |= {action} if isinstance(action, str) else set(action)
    for name, actions in given.items():
        explained = set(re.findall(r"`([a-z0-9]+:[\w*]+)`", _headings()[name]))
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
    found = [words for block in [*SHELL, *INLINE] for words in commands(block, "sam")]
    assert len(found) > 5
    for name, *rest in found:
        command: Any = importlib.import_module(f"samcli.commands.{name}.command").cli
        assert {word for word in rest if word.startswith("-")} <= {
            option for one in command.params for option in one.opts
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


@pytest.mark.parametrize(
    ("stage", "stack"), [("prod", "voice-analytics"), ("dev", "voice-analytics-dev")]
)
def test_the_names_are_those_of_the_stack(stage: str, stack: str, tmp_path: Path) -> None:
    """The block runs with an AWS CLI that knows just what the stack says of itself."""
    resources = resolved(load(), Stage=stage)
    names = {name: resource["Properties"] for name, resource in resources.items()}
    answers = {
        "LogGroupName": load()["Parameters"]["LogGroupName"]["Default"],
        "StreamName": names["DeliveryStream"]["DeliveryStreamName"],
        "DeliveryLog": names["DeliveryLogGroup"]["LogGroupName"],
        "TransformLog": names["TransformLogGroup"]["LogGroupName"],
        "DataLocation": "s3://a-bucket/sessions/",
        "TableName": f"{names['AnalyticsDatabase']['DatabaseInput']['Name']}.session_analytics",
        "WorkGroupName": names["AnalyticsWorkGroup"]["Name"],
    }
    program = tmp_path / "aws"
    cases = "".join(f"*\"=='{name}'\"*) echo '{value}';;\n" for name, value in answers.items())
    program.write_text(f'#!/bin/bash\ncase "$*" in\n{cases}*) exit 1;; esac\n')
    program.chmod(0o755)
    [block] = [block for block in SHELL if block.startswith("export AWS_REGION")]
    asked = (
        "$STREAM $LOG_GROUP $DELIVERY_LOG $FUNCTION $FILTER $HOOK_LOG $BUCKET $DATABASE $WORKGROUP"
    )
    script = f"set -e\n{block.replace('STACK=voice-analytics-dev', f'STACK={stack}')}\necho {asked}"
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    ran = subprocess.run(
        ["bash"], input=script, env=path, text=True, capture_output=True, check=True, timeout=10
    )
    assert ran.stdout.split() == [
        answers["StreamName"],
        answers["LogGroupName"],
        answers["DeliveryLog"],
        names["TransformFunction"]["FunctionName"],
        names["Subscription"]["FilterName"],
        names["PreTrafficLogGroup"]["LogGroupName"],
        "a-bucket",
        names["AnalyticsDatabase"]["DatabaseInput"]["Name"],
        answers["WorkGroupName"],
    ]


def test_the_call_that_is_sent_becomes_a_row(tmp_path: Path) -> None:
    [sent] = json.loads(_run("Verify", "the-session", folder=tmp_path))
    now_ms = time.time() * 1000
    assert abs(sent["timestamp"] - now_ms) < 3_600_000
    batch = log_batch(sent["message"])
    batch["logEvents"][0]["timestamp"] = sent["timestamp"]
    [lines] = read_record(encode(batch), sent["timestamp"], Rules(FIRST_DAY)).outcome.lines.values()
    assert [(json.loads(line.text)["session_id"], line.violations) for line in lines] == [
        ("the-session", 0)
    ]


def test_a_failed_record_is_replayed_as_it_was(tmp_path: Path) -> None:
    """Firehose's objects, with and without newlines between records, as the AWS CLI copies them."""
    records = [encode(log_batch(text)) for text in ("a", "b", "c")]
    first, second, third = (
        json.dumps({"rawData": base64.b64encode(record).decode(), "attemptsMade": 1})
        for record in records
    )
    folder = tmp_path / "failed" / "more"
    folder.mkdir(parents=True)
    (folder / "object-1").write_text(f"{first}\n{second}\n")
    (folder / "object-2").write_text(third + third)
    assert _run("Replay failed records", folder=tmp_path) == "4 records\n"
    assert _replayed(tmp_path) == [*records, records[2]]


def test_a_reject_is_replayed_as_it_was_logged(tmp_path: Path) -> None:
    record = read_record(
        encode(log_batch('{"_event_type": "session_analytics", "é": 1')),
        ARRIVED_MS,
        Rules(FIRST_DAY),
    )
    [stored] = rejected_objects([result_of("0", record)], "a-version")
    path = tmp_path / "rejects" / stored.key.rpartition("/")[2]
    path.parent.mkdir()
    path.write_bytes(stored.body)
    assert _run("Replay rejects", folder=tmp_path) == "1 records\n"
    assert [_logged(read) for read in _read(tmp_path)] == [_logged(record)]


def test_a_line_is_replayed_from_the_log_group_as_it_was_logged(tmp_path: Path) -> None:
    record = read_record(encode(log_batch("a", "b")), ARRIVED_MS, Rules(FIRST_DAY))
    batch = record.batch
    found = [
        {
            "eventId": one["id"],
            "timestamp": one["timestamp"],
            "message": one["message"],
            "logStreamName": batch["logStream"],
        }
        for one in batch["logEvents"]
    ]
    (tmp_path / "lines.json").write_text(json.dumps({"events": found}))
    assert (
        _run("Replay from the log group", batch["owner"], batch["logGroup"], folder=tmp_path)
        == "2 records\n"
    )
    read = _read(tmp_path)
    assert [event for one in read for event in one.batch["logEvents"]] == batch["logEvents"]
    assert {_logged(one)[:3] for one in read} == {_logged(record)[:3]}


def _run(heading: str, *arguments: str, folder: Path) -> str:
    """What the Python program under that heading prints, with these arguments in this folder."""
    [(_, program)] = HEREDOC.findall("".join(block for block in _blocks(_headings()[heading])))
    command = [sys.executable, "-", *arguments]
    ran: subprocess.CompletedProcess[str] = subprocess.run(
        command,
        input=program,
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=30,
    )
    return ran.stdout


def _replayed(folder: Path) -> list[bytes]:
    return [
        base64.b64decode(json.loads(path.read_text())["Data"])
        for path in sorted((folder / "replay").iterdir())
    ]


def _read(folder: Path) -> list[Transformed]:
    return [read_record(data, ARRIVED_MS, Rules(FIRST_DAY)) for data in _replayed(folder)]


def _logged(record: Transformed) -> tuple[Any, ...]:
    """All of a record that becomes part of a row."""
    batch = record.batch
    return batch["owner"], batch["logGroup"], batch["logStream"], batch["logEvents"]


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
