"""What IAM asks for when a command calls AWS, held against the statements of a policy.

Service Authorization Reference, "Actions, resources, and condition keys". Only what the commands
call is known; an unknown call raises KeyError.
"""

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple
from urllib.parse import unquote

from tests.template.cloudformation import ACCOUNT, REGION
from voice_analytics.operate.aws import Aws, iam_action

type Statement = dict[str, Any]


class Call(NamedTuple):
    """An operation with what it was called with."""

    service: str
    operation: str
    params: dict[str, Any]


class Need(NamedTuple):
    """An action on a resource, with the keys that a condition may ask for."""

    action: str
    resource: str
    context: dict[str, str]


class RecordingAws(Aws):
    """Notes each call that is made."""

    def __init__(self, region: str) -> None:
        super().__init__(region)
        self.calls: list[Call] = []

    def _remember(self, model: Any, params: Any = None, **others: object) -> None:
        super()._remember(model, **others)
        self.calls.append(Call(*self.last_call, dict(params)))


def needs(call: Call, key: str) -> Iterator[Need]:
    """What the call needs in a stack whose data is encrypted with a KMS key."""
    action = iam_action(call.service, call.operation)
    if call.operation == "CopyObject":
        bucket, _, name = unquote(call.params["CopySource"]).partition("/")
        yield from needs(Call("s3", "GetObject", {"Bucket": bucket, "Key": name}), key)
    context = {"s3:prefix": call.params["Prefix"]} if "Prefix" in call.params else {}
    for resource in _RESOURCES[call.service](call):
        yield Need(action, resource, context)
    if kms := _KMS.get((call.service, call.operation)):
        service = f"{call.service}.{REGION}.amazonaws.com"
        encrypted = {"kms:ViaService": service}
        if call.service == "s3":
            encrypted["kms:EncryptionContext:aws:s3:arn"] = _s3(call)[0]
        if call.service == "secretsmanager":
            encrypted["kms:EncryptionContext:SecretARN"] = call.params["SecretId"]
        yield Need(kms, key, encrypted)


def allows(statement: Statement, need: Need) -> bool:
    """Whether a statement allows what a call needs."""
    return (
        need.action in _list(statement["Action"])
        and any(fnmatchcase(need.resource, each) for each in _list(statement["Resource"]))
        and all(
            _holds(need.context.get(key), values)
            for keys in statement.get("Condition", {}).values()
            for key, values in keys.items()
        )
    )


def _holds(value: str | None, patterns: Any) -> bool:
    return value is not None and any(fnmatchcase(value, each) for each in _list(patterns))


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def _s3(call: Call) -> list[str]:
    bucket = f"arn:aws:s3:::{call.params['Bucket']}"
    return [f"{bucket}/{call.params['Key']}" if "Key" in call.params else bucket]


def _logs(call: Call) -> list[str]:
    group = call.params.get("logGroupName") or call.params.get("logGroupIdentifier")
    return [_arn("logs", f"log-group:{group}:log-stream:")] if group else [_arn("logs", "*")]


def _glue(call: Call) -> list[str]:
    database = call.params["DatabaseName"]
    table = f"table/{database}/{call.params.get('Name', '*')}"
    return [_arn("glue", each) for each in ("catalog", f"database/{database}", table)]


def _lambda(call: Call) -> list[str]:
    if "FunctionName" not in call.params:
        return ["*"]
    qualifier = f":{call.params['Qualifier']}" if "Qualifier" in call.params else ""
    return [_arn("lambda", f"function:{call.params['FunctionName']}{qualifier}")]


def _cloudwatch(call: Call) -> list[str]:
    if call.operation == "DescribeAlarms":
        return [_arn("cloudwatch", f"alarm:{name}") for name in call.params["AlarmNames"]]
    return ["*"]


_RESOURCES: dict[str, Callable[[Call], list[str]]] = {
    "athena": lambda _: [_arn("athena", "workgroup/voice-analytics-dev")],
    "ce": lambda _: ["*"],
    "cloudformation": lambda call: [_arn("cloudformation", f"stack/{call.params['StackName']}/id")],
    "cloudwatch": _cloudwatch,
    "firehose": lambda call: [
        _arn("firehose", f"deliverystream/{call.params['DeliveryStreamName']}")
    ],
    "glue": _glue,
    "iam": lambda call: [call.params["PolicySourceArn"]],
    "kms": lambda call: [call.params["KeyId"]],
    "lakeformation": lambda _: ["*"],
    "lambda": _lambda,
    "logs": _logs,
    "s3": _s3,
    "secretsmanager": lambda call: [call.params["SecretId"]],
    "sns": lambda call: [call.params["TopicArn"]],
}
_KMS = {
    ("firehose", "PutRecordBatch"): "kms:GenerateDataKey",
    ("s3", "CopyObject"): "kms:GenerateDataKey",
    ("s3", "GetObject"): "kms:Decrypt",
    ("s3", "PutObject"): "kms:GenerateDataKey",
    ("secretsmanager", "GetSecretValue"): "kms:Decrypt",
}
