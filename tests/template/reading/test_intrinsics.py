"""CloudFormation's intrinsic functions, resolved without AWS."""

from typing import Any

import pytest

from voice_analytics.errors import UserError
from voice_analytics.template.intrinsics import Resolver, parse

TEMPLATE = """
Parameters: {Name: {Type: String, Default: prod}, Size: {Type: Number, Default: 5}}
Conditions:
  IsProd: !Equals [!Ref Name, prod]
  IsSmall: !Not [!Equals [!Ref Size, "5"]]
  Both: !And [!Condition IsProd, !Condition IsSmall]
  Either: !Or [!Condition IsProd, !Condition IsSmall]
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Named: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "b-${Name}"}}
  Table: {Type: AWS::Glue::Table, Properties: {TableInput: {Name: t}}}
  Function: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: live}}
"""


def resolve(text: str) -> Any:
    return Resolver(parse(TEMPLATE), {}).resolve(parse(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!Ref Name", "prod"),
        ("!Ref AWS::Region", "us-west-1"),
        ("!Ref Bucket", "Bucket"),
        ("!Ref Named", "b-prod"),
        ("!Ref Table", "t"),
        ("!Ref Function.Alias", "arn:aws:lambda:us-west-1:123456789012:function:Function:live"),
        ("!GetAtt Named.Arn", "arn:aws:s3:::b-prod"),
        ("!GetAtt [Named, Arn]", "arn:aws:s3:::b-prod"),
        ("Fn::GetAtt: [Named, Arn]", "arn:aws:s3:::b-prod"),
        ("!Sub '${Named.Arn}/${!dt}/${AWS::AccountId}'", "arn:aws:s3:::b-prod/${dt}/123456789012"),
        ("!Sub ['${A}-${Name}', {A: !Ref Size}]", "5-prod"),
        ("!If [IsProd, yes-it-is, !ImportValue never-looked-at]", "yes-it-is"),
        ("!If [Both, a, b]", "b"),
        ("!If [Either, a, b]", "a"),
        ("!Join ['/', [a, !Ref Name, !Ref AWS::NoValue]]", "a/prod"),
        ("{a: !Ref AWS::NoValue, b: [1, !If [IsSmall, 2, !Ref AWS::NoValue]]}", {"b": [1]}),
        ("{Ref: Name}", "prod"),
    ],
)
def test_a_function_gives_what_a_deployment_would(text: str, value: Any) -> None:
    assert resolve(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "!ImportValue x",
        "!Ref Nobody",
        "!Sub '${Nobody}'",
        "!GetAtt Bucket.Color",
        "!If [None, a, b]",
        "!Join [a]",
    ],
)
def test_what_cannot_be_resolved_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        resolve(text)
