"""The project's own `lambda_handler`, all of it, as template.yaml describes the function.

Read and checked by the contract, columns, wrong values salvaged, rejects in S3, other dates put
back, a response within Lambda's limit, metrics and a log line. S3 and Firehose take what they are
given, at once; standard output goes nowhere.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from benchmarks.race import Contender
from benchmarks.traffic import transform_function_of
from voice_analytics.local.function.code import load_code
from voice_analytics.local.function.runtime import Context, environment
from voice_analytics.local.function.sandbox import CLOCK, running, silent

if TYPE_CHECKING:
    from types import FunctionType


class _Aws:
    """All clients: all is taken, and the key of the pseudonyms is given."""

    def get_secret_value(self, **_: Any) -> dict[str, str]:
        return {"SecretString": json.dumps({"id": "1", "key": "k" * 64})}

    def put_object(self, **_: Any) -> dict[str, Any]:
        return {}

    def put_record_batch(self, *, Records: Sequence[Any], **_: Any) -> dict[str, Any]:  # noqa: N803 - AWS's name
        return {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "1"} for _ in Records]}


@contextmanager
def this_project(profile: str | None = "sales") -> Iterator[Contender]:
    """The handler under a profile of the privacy policy (None: it asks for no policy at all)."""
    function = transform_function_of(profile or "sales")
    with running(environment(function), silent):
        code = load_code(function)
        assert code.clients
        if profile is None:
            cast("FunctionType", code.handler).__globals__["privacy_policy"] = lambda: None
        for service in ("s3", "firehose", "secretsmanager"):
            code.clients.provide(service, _Aws())
        context = Context(
            function.name,
            str(function.memory_mb),
            "request",
            CLOCK.seconds + function.timeout_seconds,
        )
        yield lambda event: code.handler(event, context)
