"""Rejects are kept whole, under a key that their content decides."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from session_analytics.batch import Rules, read_record
from session_analytics.cloudwatch import encode
from session_analytics.rejects import RejectedObject, rejected_objects
from session_analytics.response import RecordResult, result_of
from session_analytics.schema.row import ERROR_CODES, RejectedEvent

from tests.rows import FIRST_DAY, LOGGED_AT, event, log_batch

CUT = '{"_event_type": "session_analytics", "session_id": "s1", "transcript": [{"content": "é\x00'
NAMELESS = json.dumps(event(session_id=None))


def objects(
    *lines: str, logged_at: datetime = LOGGED_AT, arrived: datetime = LOGGED_AT
) -> list[RejectedObject]:
    return rejected_objects([record("r", *lines, logged_at=logged_at, arrived=arrived)], "version")


def record(
    record_id: str,
    *lines: str,
    logged_at: datetime = LOGGED_AT,
    arrived: datetime = LOGGED_AT,
) -> RecordResult:
    data = encode(log_batch(*lines, logged_at=logged_at))
    arrived_ms = round(arrived.timestamp() * 1000)
    return result_of(record_id, read_record(data, arrived_ms, Rules(FIRST_DAY)))


def rows(stored: RejectedObject) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(stored.body).splitlines()]


def test_a_reject_holds_all_that_a_replay_needs() -> None:
    (stored,) = objects("another line", CUT)
    assert stored.key.startswith("rejected/dt=2026-03-05/")
    assert stored.key.endswith(".json.gz")
    assert stored.body[4:8] == bytes(4)  # the time in a gzip file
    (row,) = rows(stored)
    assert row == {
        "event_id": "e1",
        "logged_at": "2026-03-05 12:00:00.000",
        "aws_account_id": "123456789012",
        "log_group": "/aws/livekit/agent",
        "log_stream": "worker-1",
        "error_code": "not_json",
        "error_path": "",
        "error_message": "not JSON: cut off, or broken",
        "raw_message": CUT,
        "rejected_at": "2026-03-05 12:00:00.000",
        "transform_version": "version",
    }
    assert row.keys() == RejectedEvent.__annotations__.keys()


def test_the_same_rejects_are_the_same_object_in_whatever_order_they_came() -> None:
    def stored(*lines: str) -> list[tuple[str, bytes]]:
        # both events have the id e0: the codes tell them apart
        records = [record(str(number), line) for number, line in enumerate(lines)]
        return [(made.key, made.body) for made in rejected_objects(records, "v")]

    assert stored(CUT, NAMELESS) == stored(NAMELESS, CUT)
    assert stored(CUT, f"{CUT}b", f"{CUT}a") == stored(f"{CUT}a", CUT, f"{CUT}b")
    assert stored(CUT) != stored(CUT, NAMELESS)


def test_rejects_of_the_same_id_and_reason_do_not_overwrite_each_other() -> None:
    (first,), (second,) = objects(CUT), objects(CUT + "other")
    assert first.key != second.key


def test_an_object_names_the_records_that_depend_on_it() -> None:
    records = [record("a", CUT), record("b", "fine"), record("c", NAMELESS)]
    (stored,) = rejected_objects(records, "v")
    assert stored.record_ids == {"a", "c"}


def test_rejects_lie_under_the_day_of_their_log_event_and_inside_the_projection() -> None:
    yesterday = LOGGED_AT - timedelta(days=1)
    (stored,) = objects(CUT, logged_at=yesterday)
    assert stored.key.startswith("rejected/dt=2026-03-04/")
    for outside in (datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)):
        (stored,) = objects(CUT, logged_at=outside)
        assert stored.key.startswith("rejected/dt=2026-03-05/")


def test_without_rejects_there_is_no_object() -> None:
    assert objects(json.dumps(event())) == []


def test_the_error_codes_are_those_that_the_code_gives() -> None:
    given = {
        reject.code
        for line in (
            CUT,
            NAMELESS,
            json.dumps(event(start_time=None)),
            json.dumps({"attributes": [{"key": "_event_type", "value": "session_analytics"}]}),
            json.dumps(event())[:-1] + ', "x": ' + "[" * 300 + "]" * 300 + "}",
        )
        for reject in record("r", line).rejects
    }
    assert given | {"too_large", "invalid_row", "fault"} == ERROR_CODES.keys()


def test_no_message_quotes_the_line() -> None:
    for stored in objects(
        CUT, NAMELESS, json.dumps(event(session_id=None, user_email="ana@example.com"))
    ):
        assert all("ana" not in row["error_message"] for row in rows(stored))
