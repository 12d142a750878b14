"""Sends the corner cases through the real chain: the lake that they become."""

import base64
import gzip
import json
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType

from tests.queries.agent_events import DAY, Event
from tests.queries.corner_cases import (
    CORRUPT,
    DELIVERED_AGAIN,
    EPOCH,
    LOGGED,
    REJECTED,
    REJECTED_AGAIN,
    UNCONVERTED,
    Logged,
    Rejected,
)
from voice_analytics.local.chain import run_chain
from voice_analytics.local.function.code import Code
from voice_analytics.local.function.runtime import LambdaFunction, load
from voice_analytics.template.reader import read_template

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


def write(folder: Path) -> Path:
    """The lake that the corner cases become: folder/lake. The chain needs some seconds for it."""
    application = read_template(TEMPLATE)
    assert application.stream.function
    function = load(application.stream.function)
    lake = folder / "lake"

    def send(name: str, records: list[Event], to: LambdaFunction = function) -> None:
        path = folder / f"{name}.json"
        path.write_text(json.dumps({"records": records}))
        run_chain([str(path)], lake, application, to)

    send("calls", [_batch(LOGGED[first : first + 25]) for first in range(0, len(LOGGED), 25)])
    send("calls again", [_batch(DELIVERED_AGAIN)])
    send("rejects", [_batch([_as_logged(item)], item.rejected_at) for item in REJECTED])
    send("rejects again", [_batch([_as_logged(item)], item.rejected_at) for item in REJECTED_AGAIN])
    send("corrupt", [_record(item.raw, item.arrived_at) for item in CORRUPT])
    # what the function gives back always converts, so one that is broken takes its place
    clients = ModuleType("clients")
    vars(clients)["provide"] = lambda _service, _client: None
    broken = LambdaFunction(Code(_broken, clients), application.stream.function)
    send("unconverted", [_record(b"", UNCONVERTED.arrived_at)], broken)
    return lake


def _broken(event: Event, _context: object) -> Event:
    data, metadata = base64.b64encode(UNCONVERTED.raw).decode(), {"partitionKeys": {"dt": DAY}}
    return {
        "records": [
            {"recordId": record["recordId"], "result": "Ok", "data": data, "metadata": metadata}
            for record in event["records"]
        ]
    }


def _as_logged(rejected: Rejected) -> Logged:
    return Logged(rejected.event_id, rejected.logged_at, {}, rejected.line)


def _batch(logged: list[Logged], arrived_at: datetime | None = None) -> Event:
    batch = {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "agents",
        "logStream": "one",
        "subscriptionFilters": ["all"],
        "logEvents": [
            {
                "id": entry.event_id,
                "timestamp": _milliseconds(entry.logged_at),
                "message": entry.line,
            }
            for entry in logged
        ],
    }
    return _record(
        gzip.compress(json.dumps(batch).encode(), mtime=0),  # the same lake every time
        arrived_at or max(entry.logged_at for entry in logged),
    )


def _record(data: bytes, arrived_at: datetime) -> Event:
    arrival = _milliseconds(arrived_at)
    return {
        "recordId": f"{arrival}",
        "approximateArrivalTimestamp": arrival,
        "data": base64.b64encode(data).decode(),
    }


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)
