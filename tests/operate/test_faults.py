"""Faults on the way: whatever AWS refuses is named, and nothing is lost or sent for good twice."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from session_analytics.cloudwatch import encode

from tests.operate.account import Account
from tests.operate.test_backfill import run as backfill
from tests.operate.test_backfill import timed
from tests.operate.test_compact import NAMES, NO_GRACE, fill, rows
from tests.operate.test_replay import batch, error, throttled
from voice_analytics.operate.aws import Refused
from voice_analytics.operate.backfill import Backfill
from voice_analytics.operate.compact import Compaction, run_compaction
from voice_analytics.operate.cost_actual import read_metrics
from voice_analytics.operate.error_objects import Unreadable, read_error_object
from voice_analytics.operate.ledger import Ledger
from voice_analytics.operate.tail import log_source

DENIED = "AccessDenied"


def compact(account: Account) -> None:
    ledger = Ledger(account.aws, account.stack.bucket, "compact")
    run_compaction(account.stack, Compaction(grace=NO_GRACE), ledger, lambda _: None)


@pytest.mark.parametrize("code", [DENIED, "SlowDown"])
@pytest.mark.parametrize("operation", ["ListObjectsV2", "GetObject", "PutObject", "DeleteObject"])
def test_a_compaction_that_s3_refuses_loses_no_row(
    account: Account, operation: str, code: str
) -> None:
    fill(account)
    refused = account.again()
    refused.refuse("s3", operation, code)
    with pytest.raises(Refused) as ended:
        compact(refused)
    action = {"ListObjectsV2": "ListBucket"}.get(operation, operation)
    assert (f"allow s3:{action}" if code == DENIED else "wait some minutes") in str(ended.value)
    assert set(rows(account)) == set(NAMES)


def test_a_compaction_goes_on_after_a_refusal(account: Account) -> None:
    fill(account)
    refused = account.again()
    refused.refuse("s3", "DeleteObject", DENIED)
    with pytest.raises(Refused):
        compact(refused)
    compact(account)
    assert rows(account) == list(NAMES)


def files(folder: Path, *names: str) -> Backfill:
    for name in names:
        (folder / name).write_text(timed(name))
    return Backfill("files", source=str(folder), time_field="logged")


def test_a_backfill_that_the_stream_refuses_goes_on(account: Account, tmp_path: Path) -> None:
    wanted = files(tmp_path, "a", "b")
    account.refusals += [throttled] * 3
    backfill(account, wanted)
    assert len(set(account.delivered())) == 2


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("s3", "PutObject", "s3:PutObject"),
        ("firehose", "PutRecordBatch", "firehose:PutRecordBatch"),
    ],
)
def test_a_backfill_without_a_right_names_it_and_sends_nothing_twice(
    account: Account, tmp_path: Path, service: str, operation: str, action: str
) -> None:
    wanted = files(tmp_path, "a", "b")
    denied = account.again()
    denied.refuse(service, operation, DENIED)
    ledger = Ledger(account.aws, account.stack.bucket, "backfill")
    ledger.begin(wanted.as_options())
    with pytest.raises(Refused, match=f"allow {action}"):
        backfill(denied, wanted, ledger.run)
    backfill(account, wanted, ledger.run)
    assert len(account.delivered()) == 2


def test_two_backfills_at_once_send_each_file_once(account: Account, tmp_path: Path) -> None:
    wanted = files(tmp_path, *"abcd")
    other = account.again()
    begun: list[bool] = []

    def meanwhile(**_: object) -> None:
        if not begun:
            begun.append(True)
            backfill(other, wanted)

    account.aws.client("firehose").meta.events.register_first("before-call", meanwhile)
    backfill(account, wanted)
    assert len(account.delivered()) == len(set(account.delivered())) == 4


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [("logs", "FilterLogEvents", "logs:FilterLogEvents")],
)
def test_tail_names_the_right_that_is_missing(
    account: Account, service: str, operation: str, action: str
) -> None:
    account.refuse(service, operation, "AccessDeniedException")
    now = datetime.now(UTC)
    with pytest.raises(Refused, match=f"allow {action}"):
        list(log_source(account.stack).recent(now - timedelta(hours=1), now))


def test_cost_names_the_right_that_is_missing(account: Account) -> None:
    account.refuse("cloudwatch", "GetMetricData", DENIED)
    with pytest.raises(Refused, match="allow cloudwatch:GetMetricData"):
        read_metrics(account.stack, 7)


@given(st.binary(max_size=300))
def test_an_object_of_any_bytes_is_read_without_an_error(body: bytes) -> None:
    entries = list(read_error_object(body))
    assert bool(entries) == bool(body.strip())


VALID = error(encode(batch("a")))


@given(st.integers(0, len(VALID) - 1), st.binary(min_size=1, max_size=3))
def test_a_damaged_object_is_read_without_an_error(at: int, noise: bytes) -> None:
    entries = list(read_error_object(VALID[:at] + noise + VALID[at:]))
    assert entries


@pytest.mark.parametrize(
    "document",
    [
        {"rawData": None},
        {"rawData": ""},
        {"rawData": "e30="},  # {}
        {"rawData": "W10="},  # []
        {"errorCode": 7},
        {},
    ],
)
def test_a_document_without_a_record_is_unreadable(document: dict[str, Any]) -> None:
    (entry,) = read_error_object(json.dumps(document).encode())
    assert isinstance(entry.content, Unreadable)


def test_the_rest_of_an_object_is_read_behind_a_broken_gzip_member() -> None:
    broken = encode(batch("a"))[:-10]
    entries = list(read_error_object(encode(batch("b")) + broken))
    assert [isinstance(entry.content, Unreadable) for entry in entries] == [False, True]
