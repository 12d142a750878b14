"""checkov finds nothing that is not skipped with a reason, and would find it."""

from typing import Any

import pytest

from tests.template.broken import GONE, break_it
from tests.template.checkov import Report, check
from tests.template.cloudformation import TEMPLATE, Template, load
from tests.template.deployed import with_everything
from tests.template.reasons import skips_without_a_reason

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("checkov")]  # which is run once
BROKEN_COPIES: dict[str, list[tuple[str, Any]]] = {
    "CKV_AWS_53 AWS::S3::Bucket.AnalyticsBucket": [
        ("Resources/AnalyticsBucket/Properties/PublicAccessBlockConfiguration", GONE)
    ],
    "CKV_AWS_21 AWS::S3::Bucket.AnalyticsBucket": [
        ("Resources/AnalyticsBucket/Properties/VersioningConfiguration", GONE)
    ],
    "CKV_AWS_158 AWS::Logs::LogGroup.TransformLogGroup": [
        ("Resources/TransformLogGroup/Properties/KmsKeyId", GONE)
    ],
    "CKV_AWS_45 AWS::Lambda::Function.TransformFunction": [
        (
            "Resources/TransformFunction/Properties/Environment/Variables/AWS_ACCESS_KEY_ID",
            "AKIAIOSFODNN7EXAMPLE",
        )
    ],
    "CKV_AWS_107 AWS::IAM::ManagedPolicy.AgentPolicy": [
        ("Resources/AgentPolicy/Properties/PolicyDocument/Statement/0/Action", "iam:*"),
        ("Resources/AgentPolicy/Properties/PolicyDocument/Statement/0/Resource", "*"),
    ],
}


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    """Of the template; of what is deployed, as checkov looks away where a function stands.

    And of a copy with every fault.
    """
    return check(
        tmp_path_factory.mktemp("checkov"),
        sam=TEMPLATE.read_text(encoding="utf-8"),
        deployed=_deployed(load()),
        broken=_without_skips(_deployed(_broken())),
    )


@pytest.mark.parametrize("template", ["sam", "deployed"])
def test_checkov_finds_nothing_in(template: str, reports: dict[str, Report]) -> None:
    assert reports[template].failed == set()


@pytest.mark.parametrize("finding", BROKEN_COPIES)
def test_checkov_finds_in_a_broken_copy(finding: str, reports: dict[str, Report]) -> None:
    assert finding in reports["broken"].failed


def test_each_skip_is_of_something_that_checkov_would_find(reports: dict[str, Report]) -> None:
    skipped = reports["deployed"].skipped
    assert skipped
    assert skipped <= reports["broken"].failed


def test_each_skip_has_its_reason() -> None:
    assert list(skips_without_a_reason(TEMPLATE.read_text(encoding="utf-8"))) == []


def test_a_skip_without_a_reason_is_found() -> None:
    text = TEMPLATE.read_text(encoding="utf-8")
    reason = (
        'comment: "A dead-letter queue takes failed asynchronous calls; this function is '
        'called synchronously"'
    )
    assert list(skips_without_a_reason(text.replace(reason, 'comment: "not needed"'))) != []
    assert list(skips_without_a_reason(text.replace(f", {reason}", ""))) != []


def _deployed(template: Template) -> Template:
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": with_everything(template)}


def _broken() -> Template:
    template = load()
    for changes in BROKEN_COPIES.values():
        for path, value in changes:
            break_it(template, path, value)
    return template


def _without_skips(template: Template) -> Template:
    for resource in template["Resources"].values():
        resource.get("Metadata", {}).pop("checkov", None)
    return template
