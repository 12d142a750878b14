"""The commands of the operating pages do what the pages say."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from session_analytics.batch import Rules, read_record
from session_analytics.cloudwatch import encode

from tests.docs.operating_pages import SHELL, blocks, headings
from tests.rows import FIRST_DAY, log_batch
from tests.template.cloudformation import load, resolved

HEREDOC = re.compile(r"python3 - (.*)<<'END'\n(.*?)\nEND\n", re.DOTALL)


@pytest.mark.slow
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


def _run(heading: str, *arguments: str, folder: Path) -> str:
    """What the Python program under that heading prints, with these arguments in this folder."""
    [(_, program)] = HEREDOC.findall("".join(block for block in blocks(headings()[heading])))
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
