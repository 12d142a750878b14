"""Coverage-guided fuzzing of the two entrances: a record's bytes, and a log line.

    python tests/fuzz/targets.py records|lines [libFuzzer options] [corpus directories]

A finding is an exception or an answer that breaks a promise: a log event that ends in no place or
in two, a row that does not convert under one of the SerDes, a partition outside the projection, a
record that another one costs. `-max_total_time=600` fuzzes for ten minutes; new inputs that reach
new code are kept in the first corpus directory that is given.
"""

import gzip
import json
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import is_typeddict

import atheris

os.environ |= {
    "PROJECTION_START_DATE": "2025-01-01",
    "BUCKET_NAME": "bucket",
    "POWERTOOLS_METRICS_NAMESPACE": "VoiceAnalytics",
}
with atheris.instrument_imports(include=["session_analytics"]):
    from session_analytics.batch import Rules, read_record
    from session_analytics.cloudwatch import CorruptRecord
    from session_analytics.rejects import rejected_objects
    from session_analytics.response import fit_to_response, result_of, to_response
    from session_analytics.schema import event
    from session_analytics.schema.row import ERROR_CODES

from voice_analytics.catalog.columns import typed_columns
from voice_analytics.local.firehose.serde import deserializer

COLUMNS = typed_columns()
OPENX, HIVE = deserializer(COLUMNS, "openx"), deserializer(COLUMNS, "hive")
FIRST_DAY, ARRIVED = date(2025, 1, 1), datetime(2026, 3, 5, 12, tzinfo=UTC)
ARRIVED_MS = round(ARRIVED.timestamp() * 1000)
ENVELOPE = {
    "messageType": "DATA_MESSAGE",
    "owner": "1",
    "logGroup": "g",
    "logStream": "s",
    "subscriptionFilters": ["f"],
}


def check_record(data: bytes) -> None:
    """The promises for a record's bytes, raw and gzipped."""
    for record in (data, gzip.compress(data, compresslevel=1, mtime=0)):
        try:
            read = read_record(record, ARRIVED_MS, Rules(FIRST_DAY))
        except CorruptRecord:
            continue
        (result,) = fit_to_response([result_of("r", read)])
        lines = [line for of_a_date in read.outcome.lines.values() for line in of_a_date]
        log_events = read.batch["logEvents"]
        if read.batch["messageType"] == "DATA_MESSAGE":
            assert len(log_events) <= read.outcome.events
        ids = [line.log_event["id"] for line in lines]
        ids += [reject.log_event["id"] for reject in read.outcome.rejects]
        came = {log_event["id"] for log_event in log_events}
        assert {event_id.partition("#")[0] for event_id in ids} <= {
            event_id.partition("#")[0] for event_id in came
        }
        assert {reject.code for reject in result.rejects} <= ERROR_CODES.keys()
        rejected_objects([result], "v")
        for dt, of_a_date in read.outcome.lines.items():
            assert FIRST_DAY <= date.fromisoformat(dt) <= date(2026, 3, 6)
            text = b"".join(line.text for line in of_a_date)
            assert len(OPENX(text)) == len(HIVE(text)) == len(of_a_date)
        to_response([result])


def check_line(data: bytes) -> None:
    """The promises for a line, beside one that is known to be good."""
    line = data.decode(errors="replace")
    good = (
        '{"_event_type": "session_analytics", "session_id": "good", "start_time": '
        '"2026-03-05T11:00:00"}'
    )
    events = [
        {"id": str(number), "timestamp": ARRIVED_MS, "message": message}
        for number, message in enumerate((good, line, good))
    ]
    record = json.dumps(ENVELOPE | {"logEvents": events}).encode()
    check_record(record)
    read = read_record(record, ARRIVED_MS, Rules(FIRST_DAY))
    assert sum(len(of_a_date) for of_a_date in read.outcome.lines.values()) >= 2


TARGETS: dict[str, Callable[[bytes], None]] = {"records": check_record, "lines": check_line}

WORDS = [
    "NaN",
    "-Infinity",
    "1e400",
    "\\\\ud800",
    "99999999999999999999",
    "null",
    "true",
    "-1",
    "{}",
    "[]",
    "session_analytics",
    "analytics_data",
]


def dictionary() -> str:
    """The contract's field names and values that are hard to guess, as libFuzzer reads them."""
    models = [model for model in vars(event).values() if is_typeddict(model)]
    keys = sorted({f'\\"{key}\\":' for model in models for key in model.__annotations__})
    return "".join(f'"{word}"\n' for word in [*keys, *WORDS])


if __name__ == "__main__":
    target = TARGETS[sys.argv.pop(1)]
    with tempfile.NamedTemporaryFile("w", suffix=".dict") as words:
        words.write(dictionary())
        words.flush()
        atheris.Setup([*sys.argv, f"-dict={words.name}"], target)
        atheris.Fuzz()
