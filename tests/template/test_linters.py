"""AWS's linters on the SAM template, and on its CloudFormation, in which they find more."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs
from cfnlint.match import Match

from tests.template.broken import GONE, break_it
from tests.template.cloudformation import TEMPLATE, Template, load, transformed

pytestmark = pytest.mark.xdist_group("linters")  # the broken copy is linted once
SAM = Path(sys.executable).with_name("sam")
REGIONS = ["us-west-1", "us-east-1", "eu-central-1"]

BROKEN_COPIES: list[tuple[str, str, Any]] = [
    ("E3002", "Resources/DeliveryStream/Properties/Colour", "blue"),
    ("E3030", "Resources/TransformFunction/Properties/Runtime", "python3.33"),
    ("E3034", "Resources/TransformFunction/Properties/MemorySize", 64),
    ("E3717", "Resources/TransformFunction/Properties/Timeout", 1000),
    ("W2001", "Parameters/Colour", {"Type": "String", "Default": "blue"}),
    (
        "W3037",
        "Resources/TransformRole/Properties/Policies/0/PolicyDocument/Statement/0/Action",
        "logs:PutLogEventss",
    ),
    ("W8001", "Conditions/Unused", {"Fn::Equals": [{"Ref": "Stage"}, "dev"]}),
    ("W3011", "Resources/AnalyticsBucket/DeletionPolicy", GONE),
    ("I3011", "Resources/TransformLogGroup/DeletionPolicy", GONE),
    ("I3011", "Resources/TransformLogGroup/UpdateReplacePolicy", GONE),
]
# What is overlooked as long as the template is SAM's: the reason for looking at both.
OVERLOOKED = {"E3030", "E3717", "W2001", "W3037"}


@pytest.fixture(scope="session")
def broken() -> Template:
    """With every fault at once: the linter takes seconds for each template."""
    template = load()
    for _, path, value in BROKEN_COPIES:
        break_it(template, path, value)
    return template


@pytest.fixture(scope="session")
def broken_as_sam(broken: Template, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What the SAM CLI, which asks cfn-lint, finds in it."""
    copy = tmp_path_factory.mktemp("broken") / "template.json"
    copy.write_text(json.dumps(broken), encoding="utf-8")
    validate = _sam_validate(copy)
    assert validate.returncode == 1
    return set(re.findall(r"\[?\b([EW]\d{4})\b", validate.stdout))


@pytest.fixture(scope="session")
def broken_as_cloudformation(broken: Template) -> set[str]:
    return {match.rule.id for match in _matches(json.dumps(transformed(broken)), REGIONS[:1])}


@pytest.mark.slow
def test_the_sam_cli_finds_the_template_valid() -> None:
    validate = _sam_validate(TEMPLATE)
    assert validate.returncode == 0, validate.stdout + validate.stderr


@pytest.mark.slow
def test_the_sam_cli_finds_in_a_broken_copy_what_is_not_sams_business(
    broken_as_sam: set[str],
) -> None:
    assert {"E3002", "E3034", "W8001"} <= broken_as_sam


@pytest.mark.slow
def test_cfn_lint_finds_nothing_in_the_sam_template() -> None:
    assert _matches(TEMPLATE.read_text(encoding="utf-8"), REGIONS) == []


@pytest.mark.slow
def test_cfn_lint_finds_nothing_in_the_cloudformation_made_of_it() -> None:
    assert _matches(json.dumps(transformed(load())), REGIONS) == []


@pytest.mark.parametrize("rule", sorted({rule for rule, *_ in BROKEN_COPIES}))
@pytest.mark.slow
def test_cfn_lint_finds_in_the_cloudformation_of_a_broken_copy(
    rule: str, broken_as_cloudformation: set[str]
) -> None:
    assert rule in broken_as_cloudformation


def test_the_cloudformation_shows_what_is_overlooked_in_the_sam_template(
    broken_as_sam: set[str], broken_as_cloudformation: set[str]
) -> None:
    assert broken_as_cloudformation >= OVERLOOKED
    assert not OVERLOOKED & broken_as_sam


def _sam_validate(template: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SAM, "validate", "--lint", "--region", REGIONS[0], "--template", template],
        cwd=TEMPLATE.parent,
        env={**os.environ, "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


def _matches(template: str, regions: list[str]) -> list[Match]:
    """Includes I3011, which is off by default: deletion policies of resources that hold data."""
    return [
        match
        for match in lint(template, config=ManualArgs(regions=regions, include_checks=["I3011"]))
        if not _known(match)
    ]


def _known(match: Match) -> bool:
    """Whether a finding is a known false one; each has its reason."""
    if (
        match.rule.id == "W1020"
        # a Sub without a variable: SAM's translator fills in parameters and leaves the Sub
    ):
        return str(match.path[1]).startswith("SessionAnalyticsLayer")
    # The template says why; SAM hands the policy on to the alias, but not what is said of it.
    return str(match.rule.id) == "W3011" and str(match.path[1]) == "TransformFunctionAliaslive"
