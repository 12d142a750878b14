"""Who may do what with the data, and what becomes of it."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from tests.template.cloudformation import ACCOUNT, REGION, Template, resolved
from tests.template.deployed import deployed
from tests.template.rules.parts import (
    Findings,
    destination_of,
    folder_of,
    of_type,
    table_of,
    transformation_of,
)
from voice_analytics.catalog.tables import REJECTED_EVENTS

READER = "arn:aws:iam::210987654321:role/warehouse"


def roles_may_do_what_the_path_needs(template: Template) -> Findings:
    """No less, which would stop the delivery, and no more."""
    for changed in ({}, {"BucketName": "an-existing-bucket"}, {"Stage": "dev"}):
        resources = deployed(template, **changed)
        needs = {
            "SubscriptionRole": _needs_of_the_subscription(resources),
            "DeliveryRole": _needs_of_the_delivery(resources),
            "TransformRole": _needs_of_the_transformation(resources),
        }
        for role, needed in needs.items():
            granted = set(_grants(resources[role]))
            yield from (
                f"{role} lacks {action} on {resource}" for action, resource in needed - granted
            )
            yield from (
                f"{role} may {action} on {resource} without need"
                for action, resource in granted - needed
            )


def services_act_for_this_account_alone(template: Template) -> Findings:
    """A role that a service assumes says for whom.

    Else another account could have the service use it.
    """
    for name, role in of_type(
        resolved(template, ReaderPrincipalArn=READER, ReaderExternalId="agreed"), "AWS::IAM::Role"
    ):
        for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]:
            if statement["Principal"] == {"Service": "lambda.amazonaws.com"}:
                continue  # a function is only given roles of its own account
            if statement["Principal"] == {"AWS": READER} and statement.get("Condition") == _AGREED:
                continue  # no service: whoever it reads for has told it the id
            if ACCOUNT not in str(statement.get("Condition")):
                yield f"{name} trusts {statement['Principal']} for any account"


def the_bucket_is_private_and_stays(template: Template) -> Findings:
    resources = resolved(template)
    bucket = resources["AnalyticsBucket"]
    if set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) != {True}:
        yield "public access is not blocked"
    if "BucketEncryption" not in bucket["Properties"]:
        yield "the bucket's encryption is left to chance"
    statements = resources["AnalyticsBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    if not any(
        s["Effect"] == "Deny" and s.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        for s in statements
    ):
        yield "the bucket can be read without TLS"
    for name in ("AnalyticsBucket", "AnalyticsBucketPolicy", "AgentLogGroup"):
        policies = resources[name].get("DeletionPolicy"), resources[name].get("UpdateReplacePolicy")
        if policies != ("RetainExceptOnCreate", "Retain"):
            yield f"{name} goes with the stack"


RULES = [
    roles_may_do_what_the_path_needs,
    services_act_for_this_account_alone,
    the_bucket_is_private_and_stays,
]


type _Grant = tuple[str, str]

_AGREED = {"StringEquals": {"sts:ExternalId": "agreed"}}


def _needs_of_the_subscription(resources: Template) -> set[_Grant]:
    return {
        ("firehose:PutRecord", _stream(resources)),
        ("firehose:PutRecordBatch", _stream(resources)),
    }


def _needs_of_the_delivery(resources: Template) -> set[_Grant]:
    """As in "Controlling access" of Firehose's developer guide."""
    destination = destination_of(resources)
    bucket, log, schema = (
        destination["BucketARN"],
        destination["CloudWatchLoggingOptions"],
        destination["DataFormatConversionConfiguration"]["SchemaConfiguration"],
    )
    objects = [
        f"{bucket}/{folder_of(destination[prefix])}*" for prefix in ("Prefix", "ErrorOutputPrefix")
    ]
    catalog = [
        "catalog",
        f"database/{schema['DatabaseName']}",
        f"table/{schema['DatabaseName']}/{schema['TableName']}",
    ]
    needs: list[tuple[list[str], list[str]]] = [
        (["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], [bucket]),
        (["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], objects),
        (
            ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"],
            [transformation_of(resources)["LambdaArn"]],
        ),
        (
            ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
            [f"arn:aws:glue:{REGION}:{ACCOUNT}:{entry}" for entry in catalog],
        ),
        (
            ["logs:PutLogEvents"],
            [
                f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{log['LogGroupName']}:log-stream:{log['LogStreamName']}"
            ],
        ),
    ]
    return {grant for actions, on in needs for grant in product(actions, on)}


def _needs_of_the_transformation(resources: Template) -> set[_Grant]:
    """Its own log; rejects, which the function writes where their table looks.

    Records reingested into its own stream.
    """
    rejects = table_of(resources, REJECTED_EVENTS.name)["StorageDescriptor"][
        "Location"
    ].removeprefix("s3://")
    log_group = resources["TransformFunction"]["Properties"]["LoggingConfig"]["LogGroup"]
    log = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{log_group}:*"
    return {
        ("logs:CreateLogStream", log),
        ("logs:PutLogEvents", log),
        ("s3:PutObject", f"arn:aws:s3:::{rejects}*"),
        ("firehose:PutRecordBatch", _stream(resources)),
    }


def _grants(role: dict[str, Any]) -> Iterator[_Grant]:
    for policy in role["Properties"].get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            yield from product(_listed(statement["Action"]), _listed(statement["Resource"]))


def _listed(one_or_many: str | list[str]) -> list[str]:
    return one_or_many if isinstance(one_or_many, list) else [one_or_many]


def _stream(resources: Template) -> str:
    name = resources["DeliveryStream"]["Properties"]["DeliveryStreamName"]
    return f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{name}"
