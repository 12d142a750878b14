"""AWS's own linters on the SAM template and, because they overlook much in that, on the CloudFormation made of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cfnlint.api import lint

from tests.template.cloudformation import TEMPLATE, Template, load, transformed

SAM = Path(sys.executable).with_name("sam")
REGIONS = ["us-west-1", "us-east-1", "eu-central-1"]


def test_the_sam_cli_finds_the_template_valid() -> None:
    validate = subprocess.run(
        [SAM, "validate", "--lint"],
        cwd=TEMPLATE.parent,
        env={**os.environ, "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert validate.returncode == 0, validate.stdout + validate.stderr


def test_cfn_lint_finds_nothing_in_the_sam_template() -> None:
    assert lint(TEMPLATE.read_text(), regions=REGIONS) == []


def test_cfn_lint_finds_nothing_in_the_cloudformation_made_of_it() -> None:
    assert _rules_broken(transformed(load()), REGIONS) == set()


def test_the_linters_find_an_unused_parameter() -> None:
    template = load()
    template["Parameters"]["Colour"] = {"Type": "String", "Default": "blue"}
    assert "W2001" in _rules_broken(transformed(template))


@pytest.mark.parametrize(
    ("setting", "value", "rule"), [("Runtime", "python3.33", "E3030"), ("Timeout", 1000, "E3717"), ("MemorySize", 64, "E3034")]
)
def test_the_cloudformation_shows_what_is_overlooked_in_the_sam_template(setting: str, value: object, rule: str) -> None:
    template = load()
    template["Resources"]["TransformFunction"]["Properties"][setting] = value
    assert rule in _rules_broken(transformed(template))


def _rules_broken(template: Template, regions: list[str] = REGIONS[:1]) -> set[str]:
    # W1020, a Sub without a variable: the translator fills parameters in and leaves the Sub around them
    broken = {match.rule.id for match in lint(json.dumps(template), regions=regions)}
    return broken - {"W1020"}
