"""The project's own `lambda_handler`, all of it, as template.yaml describes the function.

Read and checked by the contract, columns, wrong values salvaged, rejects in S3, other dates put
back, a response within Lambda's limit, metrics and a log line. S3 and Firehose take what they are
given, at once; standard output goes nowhere.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from benchmarks.race import Contender
from benchmarks.traffic import transform_function
from voice_analytics.local.function.code import load_code
from voice_analytics.local.function.runtime import Context, environment
from voice_analytics.local.function.sandbox import CLOCK, running, silent


class _Aws:
    """Both clients: all is taken."""

    def put_object(self, **_: Any) -> dict[str, Any]:
        return {}

    def put_record_batch(self, *, Records: Sequence[Any], **_: Any) -> dict[str, Any]:  # noqa: N803 - AWS's name
        return {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "1"} for _ in Records]}


@contextmanager
def this_project() -> Iterator[Contender]:
    """The handler, within the surroundings that it is told of."""
    function = transform_function()
    with running(environment(function), silent):
        code = load_code(function)
        assert code.clients
        for service in ("s3", "firehose"):
            code.clients.provide(service, _Aws())
        context = Context(
            function.name,
            str(function.memory_mb),
            "request",
            CLOCK.seconds + function.timeout_seconds,
        )
        yield lambda event: code.handler(event, context)
