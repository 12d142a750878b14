"""Lambda on this machine: invokes the real handler under Lambda's limits.

Lambda Developer Guide, "Lambda quotas" and "AWS Lambda context object in Python".
"""

import json
import time
import traceback
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voice_analytics.errors import UserError
from voice_analytics.local.function.code import Code, load_code
from voice_analytics.local.function.sandbox import CLOCK, Log, running, silent
from voice_analytics.template.application import TransformFunction
from voice_analytics.template.intrinsics import ACCOUNT, REGION

_MAX_REQUEST_BYTES = 6 * 1024 * 1024
MAX_RESPONSE_BYTES = (
    6_291_556  # exactly: the Runtime Interface Emulator's "maximum allowed payload size"
)


@dataclass(frozen=True, slots=True)
class FunctionError:
    """What Lambda answers when the function gave no answer."""

    type: str
    message: str


@dataclass(frozen=True, slots=True)
class Context:
    """The context object; the deadline is on the sandbox's clock."""

    function_name: str
    memory_limit_in_mb: str
    aws_request_id: str
    deadline: float
    function_version: str = "1"
    log_stream_name: str = "local"
    identity: None = None
    client_context: None = None

    @property
    def invoked_function_arn(self) -> str:
        name = f"{self.function_name}:{self.function_version}"
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.deadline - CLOCK.seconds) * 1000))


class LambdaFunction:
    """A function under Lambda's limits. `log` receives what it prints."""

    def __init__(self, code: Code, function: TransformFunction, log: Log = silent) -> None:
        self._code = code
        self._function = function
        self._log = log

    def connect(self, **clients: object) -> None:
        """Give the function these clients in place of AWS's, by the names of their services.

        Raises UserError where it has no `clients.provide(service, client)`.
        """
        provide = getattr(self._code.clients, "provide", None)
        if provide is None:
            raise UserError(
                f"{self._function.code} has no clients.py with provide(service, client)",
                "without it a local run would call AWS: see functions/transform/clients.py",
            )
        for service, client in clients.items():
            provide(service, client)

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """The answer as the caller of Lambda reads it out of JSON, or a FunctionError."""
        if len(request := json.dumps(event).encode()) > _MAX_REQUEST_BYTES:
            return FunctionError(
                "RequestTooLargeException",
                f"the request has {len(request)} bytes, over {_MAX_REQUEST_BYTES}",
            )
        seconds = self._function.timeout_seconds
        started, deadline = time.monotonic(), CLOCK.seconds + seconds
        context = Context(
            self._function.name, str(self._function.memory_mb), str(uuid.uuid4()), deadline
        )
        try:
            with running(environment(self._function), self._log):
                answer = self._code.handler(json.loads(request), context)
            response = json.dumps(
                answer, ensure_ascii=False
            ).encode()  # as Lambda's Python runtime marshals it
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the function raises is its answer
            self._log(traceback.format_exc())
            return FunctionError(type(error).__name__, str(error))
        if time.monotonic() - started + CLOCK.seconds > deadline:
            return FunctionError("Sandbox.Timedout", f"Task timed out after {seconds}.00 seconds")
        if len(response) > MAX_RESPONSE_BYTES:
            return FunctionError(
                "Function.ResponseSizeTooLarge",
                f"the response has {len(response)} bytes, over {MAX_RESPONSE_BYTES}",
            )
        return json.loads(response)


def load(function: TransformFunction, log: Log = silent) -> LambdaFunction:
    """The function with its code, layers and environment.

    Raises UserError where Lambda could not start it.
    """
    with running(environment(function), log):
        return LambdaFunction(load_code(function), function, log)


def environment(function: TransformFunction) -> dict[str, str]:
    """Lambda's own variables ("Defined runtime environment variables"), and the template's."""
    return {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        **function.environment,
    }
