"""A program that runs the function on events/ and prints what it logs: metrics and lines.

AWS answers, then refuses, and then the code has a fault: together every line that the function can
write. The environment is the template's; the arguments are the folders of the function's code and
of its layer.
"""

import json
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Never

EVENTS = Path(__file__).parents[2] / "events"
_REMAINING_MS = 15_000  # time for one round of attempts


class Aws:
    """Takes whatever it is sent, as S3 and as Firehose."""

    def put_object(self, **_: Any) -> None:
        pass

    def put_record_batch(self, **sent: Any) -> dict[str, Any]:
        return {"RequestResponses": [{"RecordId": "1"} for _ in sent["Records"]]}


def refuse(*_: object) -> Never:
    raise ConnectionError


def main() -> None:
    # Modules of the function, found only when the arguments are on the path.
    app: Any = import_module("app")
    clients: Any = import_module("clients")
    for client in (Aws(), None):  # None refuses: it has no methods
        for service in ("s3", "firehose"):
            clients.provide(service, client)
        _invoke(app)
    app.read_record = refuse
    _invoke(app)


def _invoke(app: Any) -> None:
    for path in sorted(EVENTS.glob("*.json")):
        event = json.loads(path.read_text())
        remaining = iter([_REMAINING_MS] * (6 + len(event["records"])))
        context = SimpleNamespace(
            aws_request_id="request",
            get_remaining_time_in_millis=lambda left=remaining: next(left, 0),
        )
        app.lambda_handler(event, context)


if __name__ == "__main__":
    sys.path[:0] = sys.argv[1:]
    main()
