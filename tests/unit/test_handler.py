"""The handler: one answer a record; what is wrong with one costs itself alone, and no payload reaches the log."""

import base64
import importlib
import io
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from session_analytics import batch, flatten
from session_analytics.cloudwatch import encode

from tests.rows import LOGGED_AT, event, log_batch

type Handler = Callable[[dict[str, Any]], dict[str, Any]]
SECRET = "ana@example.com"


@pytest.fixture
def log(handle: Handler, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the function writes to its log."""
    written = io.StringIO()
    monkeypatch.setattr(importlib.import_module("observability").logger.registered_handler, "stream", written)
    return written


@pytest.fixture
def handle(monkeypatch: pytest.MonkeyPatch) -> Handler:
    monkeypatch.setenv("PROJECTION_START_DATE", "2025-01-01")
    app = importlib.import_module("app")
    return lambda event: app.lambda_handler(event, SimpleNamespace(aws_request_id="request"))


def transformation(*records: bytes | str) -> dict[str, Any]:
    return {
        "invocationId": "invocation",
        "deliveryStreamArn": "arn:aws:firehose:us-west-1:123456789012:deliverystream/voice-analytics-to-s3",
        "region": "us-west-1",
        "records": [
            {
                "recordId": f"r{index}",
                "approximateArrivalTimestamp": round(LOGGED_AT.timestamp() * 1000),
                "data": data if isinstance(data, str) else base64.b64encode(data).decode(),
            }
            for index, data in enumerate(records)
        ],
    }


GOOD = encode(log_batch(json.dumps(event(user_email=SECRET)), "another line"))
CONTROL = encode(log_batch("CWL CONTROL MESSAGE: Checking health of destination Firehose.") | {"messageType": "CONTROL_MESSAGE"})


def test_the_rows_of_a_record_are_newline_delimited_json_in_their_partition(handle: Handler) -> None:
    (entry,) = handle(transformation(GOOD))["records"]
    assert (entry["recordId"], entry["result"], entry["metadata"]) == ("r0", "Ok", {"partitionKeys": {"dt": "2026-03-05"}})
    text = base64.b64decode(entry["data"]).decode()
    assert text.endswith("}\n")
    assert json.loads(text)["user_email"] == SECRET


@pytest.mark.parametrize(
    ("record", "result"),
    [
        pytest.param(CONTROL, "Dropped", id="control message"),
        pytest.param(encode(log_batch("a line", "another")), "Dropped", id="other lines alone"),
        pytest.param(encode(log_batch()), "Dropped", id="no event"),
        pytest.param("no base64!", "ProcessingFailed", id="no base64"),
        pytest.param("é", "ProcessingFailed", id="no ASCII"),
        pytest.param(b"no gzip", "ProcessingFailed", id="no gzip"),
        pytest.param(encode(log_batch('{"_event_type": "session_analytics", "cut')), "ProcessingFailed", id="broken event"),
        pytest.param(
            encode(log_batch(json.dumps(event()), json.dumps(event(start_time="2026-03-04T23:00:00")))),
            "ProcessingFailed",
            id="two dates",
        ),
    ],
)
def test_what_a_record_holds_costs_itself_alone(record: bytes | str, result: str, handle: Handler) -> None:
    records = handle(transformation(GOOD, record, GOOD))["records"]
    assert [entry["result"] for entry in records] == ["Ok", result, "Ok"]
    assert records[1] == {"recordId": "r1", "result": result}


def test_an_unforeseen_fault_costs_its_own_record(handle: Handler, monkeypatch: pytest.MonkeyPatch, log: io.StringIO) -> None:
    def exploding(found: Any, *others: Any) -> Any:
        if found.event.get("outcome") == "boom":
            raise RuntimeError(SECRET)
        return flatten.flatten(found, *others)

    monkeypatch.setattr(batch, "flatten", exploding)
    records = handle(transformation(GOOD, encode(log_batch(json.dumps(event(outcome="boom")))), GOOD))["records"]
    assert [entry["result"] for entry in records] == ["Ok", "ProcessingFailed", "Ok"]
    logged = log.getvalue()
    assert '"error":"RuntimeError","where":"' in logged
    assert SECRET not in logged


def test_one_line_an_invocation_has_the_counts_and_no_payload(handle: Handler, log: io.StringIO) -> None:
    handle(transformation(GOOD, CONTROL, b"broken"))
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    (summary,) = [line for line in lines if line["message"] == "transformed"]
    counts = {"records_ok": 1, "records_dropped": 1, "records_processingfailed": 1, "events": 2, "ignored": 1, "rejects": 0}
    assert counts.items() <= summary.items()
    assert (summary["invocation_id"], summary["request_id"], len(summary["transform_version"])) == ("invocation", "request", 12)
    assert SECRET not in json.dumps(lines)


def test_an_invocation_without_records_is_answered(handle: Handler) -> None:
    assert handle(transformation()) == {"records": []}
