"""Replay: nothing is lost, nothing comes twice in `sessions`, whatever happens on the way."""

import gzip
import json
from base64 import b64decode, b64encode
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from session_analytics.batch import transform
from session_analytics.cloudwatch import encode
from session_analytics.partition import Partitions
from session_analytics.schema.envelope import LogBatch

from tests.operate.account import Account, Killed
from tests.rows import FIRST_DAY, event, log_batch
from voice_analytics.operate.aws import Refused
from voice_analytics.operate.ledger import Ledger
from voice_analytics.operate.objects import Choice
from voice_analytics.operate.replay import Replay, plan_replay, run_replay
from voice_analytics.operate.sending import Sender
from voice_analytics.operate.work import Run, Tally

DAY = "2026-03-05"
CUT = '{"_event_type": "session_analytics", "session_id": "cut'
ERRORS = Replay("errors")


def call(name: str) -> str:
    return json.dumps(event(session_id=name, start_time=f"{DAY}T11:50:00"))


def batch(*names: str) -> LogBatch:
    made = log_batch(*map(call, names))
    for name, each in zip(names, made["logEvents"], strict=True):
        each["id"] = name
    return made


def error(data: bytes, **fields: Any) -> bytes:
    """An object of Firehose for a record whose transformation failed."""
    return json.dumps(
        {
            "attemptsMade": 4,
            "arrivalTimestamp": 1772712000000,
            "errorCode": "Lambda.FunctionError",
            "errorMessage": "The function failed",
            "attemptEndingTimestamp": 1772712060000,
            "rawData": b64encode(data).decode(),
            "lambdaARN": "arn:aws:lambda:us-west-1:123456789012:function:transform:live",
        }
        | fields
    ).encode()


def run(account: Account, replay: Replay = ERRORS, resume: str | None = None) -> Tally:
    ledger = Ledger(account.aws, account.stack.bucket, "replay", resume)
    sender = Sender(account.stack, sleep=lambda _: None)
    options = Run(ledger, sender, replay.everything, replay.limit, lambda _: None)
    return run_replay(account.stack, replay, options)


def failed(account: Account, *names: str, kind: str = "processing-failed") -> None:
    for name in names:
        account.put(f"errors/{kind}/dt={DAY}/{name}", error(encode(batch(name))))


def test_a_plan_changes_nothing(account: Account) -> None:
    failed(account, "a", "b")
    before = account.objects()
    planned = plan_replay(account.stack, ERRORS)
    assert (planned.units, planned.events, dict(planned.days)) == (2, 2, {DAY: 2})
    assert (account.objects(), account.sent) == (before, [])


def test_what_was_sent_is_archived(account: Account) -> None:
    failed(account, "a", "b")
    done = run(account)
    assert done.events == 2
    assert sorted(account.delivered()) == ["a", "b"]
    assert account.objects("errors/") == {}
    assert sorted(account.objects("replayed/")) == [
        f"replayed/errors/processing-failed/dt={DAY}/{name}" for name in "ab"
    ]


def test_a_limit_sends_so_many_objects_and_leaves_the_others(account: Account) -> None:
    failed(account, *"abcde")
    account.put(f"errors/processing-failed/dt={DAY}/0-broken", b"no JSON")
    trial = Replay("errors", limit=2)
    assert plan_replay(account.stack, trial).events == 2
    assert run(account, trial).events == 2
    assert run(account, trial).events == 2
    assert sorted(account.delivered()) == list("abcd")


@pytest.mark.parametrize(
    "body",
    [
        error(encode(batch("a"))) + error(encode(batch("b"))),  # no newline between them
        error(encode(batch("a")), lambdaArn="x") + b"\n" + error(encode(batch("b"))) + b"\n",
        error(encode(batch("a", "b"))),
        encode(batch("a")) + encode(batch("b")),  # bare records
        json.dumps(batch("a", "b")).encode(),
        error(json.dumps(batch("a", "b")).encode()),
    ],
)
@pytest.mark.parametrize(
    "kind", ["processing-failed", "metadata-extraction-failed", "activePartitionExceeded"]
)
def test_every_form_of_object_is_read(account: Account, kind: str, body: bytes) -> None:
    account.put(f"errors/{kind}/dt={DAY}/object", body)
    run(account)
    assert account.delivered() == ["a", "b"]
    assert account.objects("errors/") == {}


@pytest.mark.parametrize(
    "damaged",
    [
        b"no JSON",
        b'{"rawData": "not base64!"}',
        b'{"rawData": "' + b64encode(b"\x1f\x8bbroken") + b'"}',
        b"[1, 2]",
        error(b"neither"),
    ],
)
def test_a_damaged_document_stays_and_costs_itself_alone(account: Account, damaged: bytes) -> None:
    account.put(f"errors/processing-failed/dt={DAY}/o", error(encode(batch("a"))) + b"\n" + damaged)
    done = run(account)
    assert account.delivered() == ["a"]
    assert sum(done.unreadable.values()) == 1
    (remainder,) = account.objects("errors/").values()
    assert remainder.strip() == damaged
    assert plan_replay(account.stack, ERRORS).events == 0


def test_an_object_with_nothing_to_send_is_left_alone(account: Account) -> None:
    account.put(f"errors/processing-failed/dt={DAY}/o", b"no JSON")
    before = account.objects()
    run(account)
    assert {key: body for key, body in account.objects().items() if "/runs/" not in key} == before


def test_what_would_be_rejected_again_stays(account: Account) -> None:
    mixed = log_batch(call("a"), CUT)
    account.put(f"errors/processing-failed/dt={DAY}/o", error(encode(mixed)))
    done = run(account)
    assert done.rejected_again == {"not_json": 1}
    assert account.delivered() == ["e0"]
    (remainder,) = account.objects("errors/").values()
    assert json.loads(remainder)["errorCode"] == "Lambda.FunctionError"
    assert plan_replay(account.stack, ERRORS).rejected_again == {"not_json": 1}
    assert run(account, Replay("errors", everything=True)).events == 1
    assert account.objects("errors/") == {}


def test_documents_of_another_code_stay(account: Account) -> None:
    other = error(encode(batch("b")), errorCode="Lambda.MissingRecordId")
    account.put(f"errors/processing-failed/dt={DAY}/o", error(encode(batch("a"))) + b"\n" + other)
    run(account, Replay("errors", Choice(code="Lambda.FunctionError")))
    assert account.delivered() == ["a"]
    (remainder,) = account.objects("errors/").values()
    assert remainder.strip() == other


def rows(*names: str) -> bytes:
    """What the function returns for calls."""
    made = transform(batch(*names), Partitions(FIRST_DAY, date(2026, 3, 5)))
    return b"".join(line.text for lines in made.lines.values() for line in lines)


def test_rows_that_could_not_be_converted_come_back_as_they_were(account: Account) -> None:
    bad = json.loads(rows("b")) | {"team_size": "many"}
    body = error(rows("a") + json.dumps(bad).encode() + b"\n", lastErrorCode="MalformedData")
    account.put(f"errors/format-conversion-failed/dt={DAY}/o", body)
    done = run(account)
    assert done.rejected_again == {"invalid_row": 1}
    assert account.delivered() == ["a"]
    (rest,) = account.objects("errors/").values()
    assert json.loads(b64decode(json.loads(rest)["rawData"])) == bad


def test_a_row_that_was_rejected_comes_back_as_a_row(account: Account) -> None:
    line = reject("a", rows("a").decode().strip(), error_code="invalid_row")
    account.put(f"rejected/dt={DAY}/r.json.gz", gzip.compress(line))
    run(account, Replay("rejected"))
    assert account.delivered() == ["a"]


def reject(name: str, line: str, **fields: str) -> bytes:
    row = {
        "event_id": name,
        "logged_at": f"{DAY} 12:00:00.000",
        "aws_account_id": "123456789012",
        "log_group": "/aws/livekit/agent",
        "log_stream": "worker-1",
        "error_code": "missing_session_id",
        "raw_message": line,
        "transform_version": "old",
    }
    return json.dumps(row | fields).encode() + b"\n"


def test_rejects_come_back_with_their_ids_and_times(account: Account) -> None:
    lines = reject("a", call("a")) + reject("b", call("b"), log_stream="worker-2")
    lines += reject("cut", CUT) + reject("c", call("c"), transform_version="new")
    account.put(f"rejected/dt={DAY}/r.json.gz", gzip.compress(lines))
    done = run(account, Replay("rejected", Choice(version="old")))
    assert sorted(account.delivered()) == ["a", "b"]
    assert done.rejected_again == {"not_json": 1}
    (remainder,) = account.objects("rejected/").values()
    kept = [json.loads(line)["event_id"] for line in gzip.decompress(remainder).splitlines()]
    assert sorted(kept) == ["c", "cut"]


def test_many_events_share_a_record(account: Account) -> None:
    lines = b"".join(reject(f"e{n}", call(f"s{n}")) for n in range(1_200))
    account.put(f"rejected/dt={DAY}/r.json.gz", gzip.compress(lines))
    run(account, Replay("rejected"))
    assert len(account.sent) == 3
    assert len(set(account.delivered())) == 1_200


STEPS = [("s3", "PutObject", nth) for nth in range(1, 9)] + [
    ("firehose", "PutRecordBatch", 1),
    ("firehose", "PutRecordBatch", 2),
    ("s3", "CopyObject", 1),
    ("s3", "CopyObject", 2),
    ("s3", "DeleteObject", 1),
    ("s3", "DeleteObject", 2),
]


@pytest.mark.parametrize(("service", "operation", "nth"), STEPS)
def test_a_run_that_is_killed_at_any_step_loses_nothing(
    account: Account, service: str, operation: str, nth: int
) -> None:
    mixed = error(encode(log_batch(call("x"), CUT)))
    failed(account, "a", "b")
    account.put(f"errors/processing-failed/dt={DAY}/mixed", mixed)
    account.kill_at(service, operation, nth)
    ledger = Ledger(account.aws, account.stack.bucket, "replay")
    sender = Sender(account.stack, sleep=lambda _: None)
    try:
        run_replay(account.stack, ERRORS, Run(ledger, sender, tell=lambda _: None))
    except Killed:
        run(account.again(), resume=ledger.run)
    else:
        pytest.fail("the step does not exist")
    assert {"a", "b", "e0"} == set(account.delivered())
    (rest,) = account.objects("errors/").values()
    assert plan_replay(account.stack, ERRORS).rejected_again == {"not_json": 1}
    assert b"rawData" in rest
    assert len(account.objects("replayed/")) == 3


def test_two_operators_at_once_send_each_object_once(account: Account) -> None:
    failed(account, *"abcdef")
    other = account.again()
    counts: list[Tally] = []
    second_began = False

    def meanwhile(**_: object) -> None:
        nonlocal second_began
        if not second_began:
            second_began = True
            counts.append(run(other))

    account.aws.client("firehose").meta.events.register_first("before-call", meanwhile)
    counts.append(run(account))
    assert sorted(account.delivered()) == list("abcdef")
    assert sum(count.events for count in counts) == 6
    assert account.objects("errors/") == {}


def throttled(data: list[bytes]) -> dict[str, Any]:
    """Takes none."""
    refused = {"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down."}
    return {"FailedPutCount": len(data), "RequestResponses": [refused for _ in data]}


def test_refused_records_are_sent_again_alone(account: Account) -> None:
    failed(account, "a")
    account.refusals += [throttled] * 3
    run(account)
    assert account.delivered() == ["a"]


def test_a_stream_that_never_takes_them_ends_the_run_and_keeps_everything(
    account: Account,
) -> None:
    failed(account, "a")
    account.refusals += [throttled] * 8
    ledger = Ledger(account.aws, account.stack.bucket, "replay")
    sender = Sender(account.stack, sleep=lambda _: None)
    with pytest.raises(Refused, match="8 times"):
        run_replay(account.stack, ERRORS, Run(ledger, sender, tell=lambda _: None))
    assert list(account.objects("errors/")) == [f"errors/processing-failed/dt={DAY}/a"]
    run(account, resume=ledger.run)
    assert account.delivered() == ["a"]


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("s3", "ListObjectsV2", "s3:ListBucket"),
        ("s3", "GetObject", "s3:GetObject"),
        ("s3", "PutObject", "s3:PutObject"),
        ("s3", "DeleteObject", "s3:DeleteObject"),
        ("firehose", "PutRecordBatch", "firehose:PutRecordBatch"),
    ],
)
def test_a_missing_permission_is_named(
    account: Account, service: str, operation: str, action: str
) -> None:
    failed(account, "a")
    denied = account.again()
    denied.refuse(service, operation, "AccessDenied")
    ledger = Ledger(account.aws, account.stack.bucket, "replay")
    ledger.begin(ERRORS.as_options())
    with pytest.raises(Refused, match=f"allow {action}"):
        run(denied, resume=ledger.run)
    run(account, resume=ledger.run)
    assert set(account.delivered()) == {"a"}
    assert account.objects("errors/") == {}


def test_lines_of_a_time_come_back_from_the_log(account: Account) -> None:
    logs = account.aws.client("logs")
    group = account.stack.agent_log
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="worker-1")
    now = datetime.now(UTC).replace(microsecond=0)
    timestamp = int(now.timestamp() * 1000)
    logs.put_log_events(
        logGroupName=group,
        logStreamName="worker-1",
        logEvents=[
            {"timestamp": timestamp, "message": call("a")},
            {"timestamp": timestamp, "message": "other"},
        ],
    )
    replay = Replay("log", since=now - timedelta(minutes=90), until=now + timedelta(minutes=1))
    done = run(account, replay)
    assert (done.events, len(account.delivered())) == (1, 1)
    assert run(account, replay).done_before == 1
