"""The line straight into the Firehose delivery stream, in the envelope that CloudWatch Logs makes.

The transform function reads that envelope whoever wrote it. It costs a tenth of log ingestion and
needs `firehose:PutRecordBatch` on the stream and the extra `[firehose]` (boto3). What cannot be
delivered within `_LONGEST_WAIT` goes to the log, so nothing is lost. A short line stays in the log
either way, for CloudWatch's own queries; it does not name the event, which would deliver it twice.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from voice_analytics_agent.serialise import to_json
from voice_analytics_agent.sinks.log import complain, to_log

STREAM_VARIABLE = "VOICE_ANALYTICS_STREAM"
_LONGEST_WAIT = 8.0  # seconds; LiveKit gives a job's shutdown callbacks ten
_TRIES = 4
_FIRST_PAUSE = 0.2  # seconds; doubled at each try
_TIMEOUT = 2.0  # seconds for a connection, and for an answer
# PutRecordBatch: 500 records and 4 MiB a request, 1,000 KiB a record before base64.
_BATCH_RECORDS = 500
_BATCH_BYTES = 4 * 1024 * 1024
_LINES_A_RECORD = 50  # one envelope takes many lines: they compress better together
_LINES_BYTES = 4 * 1024 * 1024  # of an envelope, before it is compressed
_SHORT = (
    "session_id",
    "agent_name",
    "duration_seconds",
    "close_reason",
    "outcome",
    "errors",
    "is_partial",
)


class _Delivery:
    """A line on its way."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.done = False
        self.delivered = False


class FirehoseSink:
    """Delivers lines to a stream. Calls that end while another is being delivered go together."""

    def __init__(self, stream: str, client: Any = None) -> None:
        self._stream = stream
        self._client = client
        self._client_lock = threading.Lock()
        self._waiting: list[_Delivery] = []
        self._list_lock = threading.Lock()
        self._send_lock = threading.Lock()

    def prepare(self) -> None:
        """Imports boto3 and makes the client: some hundred milliseconds, so not at a call's end."""
        with self._client_lock:
            if self._client is None:
                self._client = _make_client()

    def __call__(self, line: str) -> None:
        """Delivers the line, or writes it to the log."""
        delivery = _Delivery(line)
        with self._list_lock:
            self._waiting.append(delivery)
        with self._send_lock:
            if not delivery.done:
                with self._list_lock:
                    together, self._waiting = self._waiting, []
                try:
                    self.prepare()
                    self._deliver(together)
                except Exception as error:
                    complain(f"Firehose: {type(error).__name__}; lines go to the log. {_HINT}")
                for each in together:
                    each.done = True
        if delivery.delivered:
            to_log(_short_line(line))
        else:
            to_log(line)

    def _deliver(self, deliveries: list[_Delivery]) -> None:
        deadline = time.monotonic() + _LONGEST_WAIT
        pending = [(_envelope(group), group) for group in _groups(deliveries)]
        pause = _FIRST_PAUSE
        for attempt in range(_TRIES):
            pending = [each for batch in _batches(pending) for each in self._put(batch)]
            if not pending or time.monotonic() + pause > deadline:
                break
            if attempt < _TRIES - 1:
                time.sleep(pause)
                pause *= 2
        if pending:
            complain(f"Firehose did not take {len(pending)} records; their lines go to the log")

    def _put(
        self, batch: list[tuple[bytes, list[_Delivery]]]
    ) -> list[tuple[bytes, list[_Delivery]]]:
        """Puts a batch; returns what was not taken."""
        try:
            response = self._client.put_record_batch(
                DeliveryStreamName=self._stream, Records=[{"Data": data} for data, _ in batch]
            )
            results = response["RequestResponses"]
        except Exception as error:
            complain(f"Firehose: {_error_code(error)}")
            return batch
        refused = []
        for result, each in zip(results, batch, strict=True):
            if result.get("ErrorCode"):
                refused.append(each)
                continue
            for delivery in each[1]:
                delivery.delivered = True
        return refused


def to_firehose(stream: str | None) -> Callable[[str], None]:
    """A function that delivers a line to the stream; the log where no stream is named."""
    name = stream or os.environ.get(STREAM_VARIABLE)
    if not name:
        complain(f"sink 'firehose' needs stream= or {STREAM_VARIABLE}; the log is used")
        return to_log
    with _SINKS_LOCK:
        return _SINKS.setdefault(name, FirehoseSink(name))


_HINT = "It needs voice-analytics-agent[firehose], a Region (AWS_REGION) and credentials"
_SINKS: dict[str, FirehoseSink] = {}
_SINKS_LOCK = threading.Lock()


def _make_client() -> Any:
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        connect_timeout=_TIMEOUT, read_timeout=_TIMEOUT, retries={"total_max_attempts": 1}
    )
    return boto3.client("firehose", config=config)


def _error_code(error: Exception) -> str:
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    return str(code or type(error).__name__)


def _groups(deliveries: list[_Delivery]) -> Iterator[list[_Delivery]]:
    """The lines that go into one envelope each."""
    group: list[_Delivery] = []
    size = 0
    for delivery in deliveries:
        if group and (len(group) == _LINES_A_RECORD or size + len(delivery.line) > _LINES_BYTES):
            yield group
            group, size = [], 0
        group.append(delivery)
        size += len(delivery.line)
    if group:
        yield group


def _batches(
    records: list[tuple[bytes, list[_Delivery]]],
) -> Iterator[list[tuple[bytes, list[_Delivery]]]]:
    batch: list[tuple[bytes, list[_Delivery]]] = []
    size = 0
    for record in records:
        if batch and (len(batch) == _BATCH_RECORDS or size + len(record[0]) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += len(record[0])
    if batch:
        yield batch


def _envelope(deliveries: list[_Delivery]) -> bytes:
    """The document of a subscription filter, gzipped."""
    now = int(time.time() * 1000)
    events = [
        {"id": _event_id(each.line), "timestamp": now, "message": each.line} for each in deliveries
    ]
    document = {
        "messageType": "DATA_MESSAGE",
        "owner": os.environ.get("AWS_ACCOUNT_ID", "000000000000"),
        "logGroup": "voice_analytics_agent",
        "logStream": socket.gethostname() or "agent",
        "subscriptionFilters": ["voice_analytics_agent"],
        "logEvents": events,
    }
    return gzip.compress(to_json(document).encode(), mtime=0)


def _event_id(line: str) -> str:
    """56 digits, as CloudWatch Logs gives its events: the same for the same line."""
    return str(int.from_bytes(hashlib.sha256(line.encode()).digest(), "big") % 10**56).zfill(56)


def _short_line(line: str) -> str:
    event = json.loads(line)
    short = {key: event[key] for key in _SHORT if key in event}
    short["turns"] = len(event.get("transcript") or ())
    short["cost_usd"] = (event.get("cost_summary") or {}).get("total_estimated_cost")
    return to_json({"call": short})
