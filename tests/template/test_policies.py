"""Every policy of the stack is sound and no wider than needed; each asterisk has its reason."""

from typing import Any

import pytest

from tests.template.broken import GONE, break_it
from tests.template.cloudformation import TEMPLATE, Template, load, transformed
from tests.template.policies import documents, findings
from tests.template.reasons import asterisks_without_a_reason
from tests.template.rules.parts import of_type

# parliament's list of actions knows no resource for it; SAM's own guide ("Deploying serverless
# applications gradually") restricts it to the deployment groups of the stack's application, as
# here.
KNOWN_BETTER = (
    "RESOURCE_MISMATCH [{'action': 'codedeploy:PutLifecycleEventHookExecutionStatus', "
    "'required_format': '*'}]"
)

_POLICIES = "Resources/TransformRole/Properties/Policies"
_STATEMENT = f"{_POLICIES}/0/PolicyDocument/Statement/0"
_TRUST = "Resources/DeliveryRole/Properties/AssumeRolePolicyDocument/Statement/0"


def found_in(template: Template) -> list[str]:
    all_findings = [finding for document in documents(template) for finding in findings(document)]
    return [finding for finding in all_findings if not finding.endswith(KNOWN_BETTER)]


def test_parliament_finds_nothing_in_any_document() -> None:
    assert found_in(load()) == []


def test_parliament_reads_every_document() -> None:
    where = {document.where.split("/")[0] for document in documents(load())}
    kinds = (
        "AWS::IAM::Role",
        "AWS::IAM::ManagedPolicy",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::TopicPolicy",
    )
    assert where == {name for kind in kinds for name, _ in of_type(load()["Resources"], kind)}


@pytest.mark.parametrize(
    ("path", "value", "issue"),
    [
        (f"{_STATEMENT}/Action", "lambda:InvokeFunctionn", "UNKNOWN_ACTION"),
        (f"{_STATEMENT}/Action", "lamda:InvokeFunction", "UNKNOWN_PREFIX"),
        (f"{_STATEMENT}/Resource", "*", "RESOURCE_STAR"),
        (f"{_STATEMENT}/Resource", {"Fn::GetAtt": ["DeliveryStream", "Arn"]}, "RESOURCE_MISMATCH"),
        (f"{_STATEMENT}/Resource", GONE, "MALFORMED"),
        (
            f"{_POLICIES}/1/PolicyDocument/Statement/0/Condition",
            {"StringEquals": {"lambda:FunctionArn": "x"}},
            "UNKNOWN_CONDITION",
        ),
        (f"{_TRUST}/Action", "sts:AssumeRoles", "UNKNOWN_ACTION"),
        (f"{_TRUST}/Principal", {"AWS": "123"}, "UNKNOWN_PRINCIPAL"),
        (
            "Resources/AnalyticsBucketPolicy/Properties/PolicyDocument/Statement/0/Action",
            "s3:Everything",
            "UNKNOWN_ACTION",
        ),
        (
            "Resources/AlarmTopicPolicy/Properties/PolicyDocument/Statement/0/Action",
            "sns:Publsh",
            "UNKNOWN_ACTION",
        ),
        (
            "Resources/AnalystPolicy/Properties/PolicyDocument/Statement/0/Resource",
            "*",
            "RESOURCE_STAR",
        ),
    ],
)
def test_parliament_finds_in_a_broken_copy(path: str, value: Any, issue: str) -> None:
    template = load()
    break_it(template, path, value)
    assert any(f": {issue}" in finding for finding in found_in(template))


def test_what_parliament_does_not_know_is_still_there() -> None:
    assert any(
        finding.endswith(KNOWN_BETTER)
        for document in documents(load())
        for finding in findings(document)
    )


def test_sam_adds_no_role_and_no_permission_of_its_own() -> None:
    """They would be wider than those here, and would escape the rules."""
    resources = transformed(load())["Resources"]
    for kind in (
        "AWS::IAM::Role",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::Lambda::Permission",
    ):
        assert {name for name, _ in of_type(resources, kind)} == {
            name for name, _ in of_type(load()["Resources"], kind)
        }


def test_each_asterisk_that_is_allowed_has_its_reason_beside_it() -> None:
    assert list(asterisks_without_a_reason(TEMPLATE.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('Resource: "*" # these three know no resource; they list names', 'Resource: "*"'),
        ("            # The asterisk: its log streams, which the agent names.\n", ""),
        ("Action: [logs:CreateLogStream, logs:PutLogEvents]", "Action: logs:*"),
        ("Action: [firehose:PutRecord, firehose:PutRecordBatch]", "Action: [firehose:Put*]"),
        ("${Bucket}/rejected/*", "${Bucket}/*"),
        ("Principal: {Service: logs.amazonaws.com}", 'Principal: "*"'),
    ],
)
def test_an_asterisk_without_a_reason_is_found(old: str, new: str) -> None:
    text = TEMPLATE.read_text(encoding="utf-8")
    assert old in text
    assert list(asterisks_without_a_reason(text.replace(old, new))) != []
