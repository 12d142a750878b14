"""Lambda on this machine: loads the real handler and invokes it under Lambda's limits.

Lambda Developer Guide, "Lambda quotas" and "AWS Lambda context object in Python".
"""

import contextlib
import importlib
import io
import json
import os
import sys
import time
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voice_analytics.errors import UserError
from voice_analytics.local.application import TransformFunction
from voice_analytics.local.intrinsics import ACCOUNT, REGION

_MAX_REQUEST_BYTES = 6 * 1024 * 1024
MAX_RESPONSE_BYTES = 6_291_556  # exactly: the Runtime Interface Emulator's "maximum allowed payload size"

type Handler = Callable[[Any, Any], Any]
type Log = Callable[[str], object]


def _silent(_: str) -> None:
    """For a function whose log nobody reads."""


@dataclass(frozen=True, slots=True)
class FunctionError:
    """What Lambda answers when the function gave no answer."""

    type: str
    message: str


@dataclass(frozen=True, slots=True)
class Context:
    """The context object; the deadline is on `time.monotonic`'s clock."""

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
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}:{self.function_version}"

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self.deadline - time.monotonic()) * 1000))


class _Output(io.TextIOBase):
    """The function's standard output, which is its log: never this program's, which is for results.

    One object for the whole process, because a logger keeps the stream that it was made with.
    """

    def __init__(self) -> None:
        self.log: Log = _silent

    def write(self, text: str, /) -> int:
        self.log(text)
        return len(text)


_OUTPUT = _Output()


class LambdaFunction:
    """A handler under Lambda's limits. `log` receives what it prints."""

    def __init__(self, handler: Handler, function: TransformFunction, log: Log = _silent) -> None:
        self._handler = handler
        self._function = function
        self._log = log

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """The answer as the caller of Lambda reads it out of JSON, or a FunctionError."""
        if len(request := json.dumps(event).encode()) > _MAX_REQUEST_BYTES:
            return FunctionError("RequestTooLargeException", f"the request has {len(request)} bytes, over {_MAX_REQUEST_BYTES}")
        deadline = time.monotonic() + self._function.timeout_seconds
        context = Context(self._function.name, str(self._function.memory_mb), str(uuid.uuid4()), deadline)
        try:
            with _running(self._function, self._log):
                answer = self._handler(json.loads(request), context)
            response = json.dumps(answer, ensure_ascii=False).encode()  # as Lambda's Python runtime marshals it
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the function raises is its answer
            self._log(traceback.format_exc())
            return FunctionError(type(error).__name__, str(error))
        if time.monotonic() > deadline:
            return FunctionError("Sandbox.Timedout", f"Task timed out after {self._function.timeout_seconds}.00 seconds")
        if len(response) > MAX_RESPONSE_BYTES:
            return FunctionError(
                "Function.ResponseSizeTooLarge", f"the response has {len(response)} bytes, over {MAX_RESPONSE_BYTES}"
            )
        return json.loads(response)


def load(function: TransformFunction, log: Log = _silent) -> LambdaFunction:
    """The function with its code, layers and environment. Raises UserError where Lambda could not start it."""
    with _running(function, log):
        return LambdaFunction(_import(function), function, log)


def _import(function: TransformFunction) -> Handler:
    module_name, _, attribute = function.handler.rpartition(".")
    for directory in (*function.layers, function.code):  # the code's own directory comes to stand first, as on Lambda
        if str(directory) not in sys.path:
            sys.path.insert(0, str(directory))
    _forget_other(module_name, function.code)
    try:
        handler = getattr(importlib.import_module(module_name), attribute)
    except (ImportError, SyntaxError) as error:
        raise UserError(
            f"{function.name} cannot be loaded: {error}", f"look at {function.code} and the template's Handler and Layers"
        ) from error
    except AttributeError:
        raise UserError(f"{function.code}/{module_name}.py has no {attribute}", "correct Handler in the template") from None
    return handler  # type: ignore[no-any-return] # whatever the module calls by this name


def _forget_other(module_name: str, code: Path) -> None:
    """A module of the same name from elsewhere would be taken for the function's."""
    loaded = sys.modules.get(module_name)
    if loaded is not None and Path(loaded.__file__ or "").parent.resolve() != code.resolve():
        del sys.modules[module_name]


def _lambda_environment(function: TransformFunction) -> dict[str, str]:
    """The variables that Lambda itself sets, and the template's ("Defined runtime environment variables")."""
    return {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        **function.environment,
    }


@contextlib.contextmanager
def _running(function: TransformFunction, log: Log) -> Iterator[None]:
    _OUTPUT.log = log
    before = dict(os.environ)
    os.environ.update(_lambda_environment(function))
    try:
        with contextlib.redirect_stdout(_OUTPUT):
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)
