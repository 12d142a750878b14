"""The project's own stream with a small table and a function given by the test."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from voice_analytics.catalog.hive_types import Primitive
from voice_analytics.local.firehose.bucket import Bucket
from voice_analytics.local.firehose.records import Outcome, SourceRecord
from voice_analytics.local.firehose.stream import Firehose
from voice_analytics.local.function.code import Code, Handler
from voice_analytics.template.application import Application, DeliveryStream
from voice_analytics.template.reader import read_template

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
COLUMNS = (("id", Primitive("string")), ("n", Primitive("int")))  # of a small table
NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z

type Answer = Callable[[dict[str, Any]], dict[str, Any] | None]


def application() -> Application:
    return read_template(TEMPLATE)


def stream(**changes: Any) -> DeliveryStream:
    """The template's stream; `changes` are made to its destination."""
    template = application().stream
    return replace(template, destination=template.destination.model_copy(update=changes))


def record(number: int, data: bytes = b"in", arrival_ms: int = NOON) -> SourceRecord:
    return SourceRecord(f"id-{number}", arrival_ms, data, (f"event-{number}",))


def ok(
    given: Mapping[str, Any], dt: str = "2026-01-01", data: bytes | None = None
) -> dict[str, Any]:
    """The usual answer for a record: one row whose id is the record's."""
    line = json.dumps({"id": given["recordId"], "n": 1}).encode() if data is None else data
    keys = {"partitionKeys": {"dt": dt}}
    return {
        "recordId": given["recordId"],
        "result": "Ok",
        "data": base64.b64encode(line).decode(),
        "metadata": keys,
    }


def each(answer: Answer) -> Callable[[Mapping[str, Any]], Any]:
    """A function that answers record by record; None leaves the record out."""
    return lambda event: {
        "records": [result for given in event["records"] if (result := answer(given)) is not None]
    }


class Run:
    """A stream that was fed, and what came of it."""

    def __init__(
        self,
        root: Path,
        records: list[SourceRecord],
        invoke: Callable[[Mapping[str, Any]], Any],
        **changes: Any,
    ) -> None:
        self.outcomes: list[Outcome] = []
        self.events: list[Mapping[str, Any]] = []
        bucket = Bucket(root)
        self._root = root

        def invoked(event: Mapping[str, Any]) -> Any:
            self.events.append(event)
            return invoke(event)

        start = partial(partial, invoked)
        firehose = Firehose(stream(**changes), COLUMNS, start, bucket, self.outcomes.append)
        for source_record in records:
            firehose.put(source_record)
        firehose.drain()
        self.keys = sorted(bucket.objects)

    def fates(self) -> dict[str, str]:
        return {outcome.source.id: outcome.error_code or outcome.fate for outcome in self.outcomes}

    def folders(self) -> list[str]:
        return [key.rpartition("/")[0] for key in self.keys]

    def error_lines(self) -> list[dict[str, Any]]:
        files = [self._root / key for key in self.keys if key.startswith("errors/")]
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def code(handler: Handler) -> Code:
    """The code of a function that calls nothing of AWS."""
    clients = ModuleType("clients")
    vars(clients).update(provide=lambda *_: None)
    return Code(handler, clients)
