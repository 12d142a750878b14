"""AWS as the commands call it: clients that retry, and refusals that name the missing action."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from voice_analytics.errors import UserError

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "403", "UnauthorizedOperation"})
_THROTTLED = frozenset(
    {
        "RequestLimitExceeded",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
# Where IAM's name of an action is not that of the operation.
_ACTIONS = {
    ("lambda", "Invoke"): "lambda:InvokeFunction",
    ("s3", "CopyObject"): "s3:PutObject",
    ("s3", "GetBucketLifecycleConfiguration"): "s3:GetLifecycleConfiguration",
    ("s3", "HeadBucket"): "s3:ListBucket",
    ("s3", "HeadObject"): "s3:GetObject",
    ("s3", "ListObjectsV2"): "s3:ListBucket",
}
_PREFIXES = {"service-quotas": "servicequotas", "resourcegroupstaggingapi": "tag"}
_HINTS = {
    "NoCredentialsError": "log in (aws sso login, aws configure) or give --profile",
    "NoRegionError": "give --region, that of the stack",
    "ProfileNotFound": "give --profile with one that `aws configure list-profiles` names",
    "EndpointConnectionError": "look at the network, and at --region",
    "ExpiredToken": "log in again",
    "ExpiredTokenException": "log in again",
    "UnrecognizedClientException": "log in again, or look at --profile",
}


class Refused(UserError):  # noqa: N818 - it names what happened
    """AWS did not do what it was asked; the exit code is 3."""

    exit_code = 3


class Aws:
    """The services of one account and region, with at most eight attempts a call."""

    def __init__(self, region: str | None = None, profile: str | None = None) -> None:
        with self.refusals():
            # Any: its types know hundreds of services, and mypy takes minutes for them.
            self._session: Any = boto3.Session(region_name=region, profile_name=profile)
        self._clients: dict[str, Any] = {}
        self.last_call = ("", "")  # service and operation

    @property
    def region(self) -> str:
        """The region. Raises Refused where neither an option nor the profile names one."""
        region = self._session.region_name
        if not region:
            raise Refused("no region is configured", _HINTS["NoRegionError"])
        return str(region)

    def client(self, service: str) -> Any:
        """The client of a service, made once."""
        if service not in self._clients:
            config = Config(retries={"mode": "adaptive", "total_max_attempts": 8})
            made = self._session.client(service, region_name=self.region, config=config)
            made.meta.events.register("before-parameter-build", self._remember)
            self._clients[service] = made
        return self._clients[service]

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Raise Refused for what AWS refuses inside, with the IAM action that is missing."""
        try:
            yield
        except ClientError as error:
            raise self._refused(error) from error
        except BotoCoreError as error:
            kind = type(error).__name__
            text = " ".join(str(error).split())
            raise Refused(f"AWS was not reached ({text})", _HINTS.get(kind, "try again")) from error

    def _remember(self, model: Any, **_: object) -> None:
        self.last_call = (model.service_model.service_name, model.name)

    def _refused(self, error: ClientError) -> Refused:
        code = error_code(error)
        service, operation = self.last_call
        if code in _DENIED:
            action = iam_action(service, operation)
            return Refused(
                f"AWS refuses {operation} of {service} ({code})",
                f"allow {action}: the stack's DoctorPolicy, OperatorPolicy or EraserPolicy does",
            )
        hint = _HINTS.get(code, "try again when that is mended")
        if code in _THROTTLED:
            hint = "wait some minutes; with --resume a run goes on where it stopped"
        return Refused(f"AWS refuses {operation} of {service} ({code})", hint)


def error_code(error: ClientError) -> str:
    """AWS's code; the text may quote what was sent and is not shown."""
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def iam_action(service: str, operation: str) -> str:
    """The action that IAM asks for when an operation is called, such as `s3:ListBucket`."""
    prefix = _PREFIXES.get(service, service)
    return _ACTIONS.get((service, operation), f"{prefix}:{operation}")
