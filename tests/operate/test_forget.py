"""Forgetting: the person is nowhere, everybody else is where they were, whatever interrupts it."""

import gzip
import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from session_analytics.batch import transform
from session_analytics.cloudwatch import decode, encode
from session_analytics.partition import Partitions

from tests.operate.account import STACK, Account, Killed
from tests.rows import FIRST_DAY, LOGGED_AT, event, log_batch
from voice_analytics.catalog.columns import typed_columns
from voice_analytics.cli.main import main
from voice_analytics.cli.operate.stack_options import Target
from voice_analytics.local.firehose.parquet import arrow_schema
from voice_analytics.operate import backfill, compact, replay
from voice_analytics.operate.forget import find, forget
from voice_analytics.operate.forgotten import PREFIX, remember, stack_keys
from voice_analytics.operate.ledger import Ledger
from voice_analytics.operate.person import Identifier, Person
from voice_analytics.operate.sending import Sender
from voice_analytics.operate.stores import Bucket
from voice_analytics.operate.work import Run

pytestmark = pytest.mark.slow
ADA, BOB = "ada@example.com", "bob@example.org"
DAY = "2026-03-05"
LONG_AGO = (datetime.now(UTC) - timedelta(days=30)).date().isoformat()


@pytest.fixture(autouse=True)
def _key(account: Account) -> None:
    """The stack's key of pseudonyms."""
    made = account.aws.client("secretsmanager").create_secret(
        Name="PseudonymKey", SecretString=json.dumps({"id": "1", "key": "k" * 64})
    )
    cast("dict[str, str]", account.stack.resources)["PseudonymKey"] = made["ARN"]


def person(account: Account, email: str = ADA) -> Person:
    return Person([Identifier("email", email)], stack_keys(account.stack).all)


def line(email: str | None = ADA, **fields: Any) -> str:
    return json.dumps(event(**{"user_email": email, "session_id": f"of {email}", **fields}))


def parquet(*lines: str) -> bytes:
    """A file as Firehose writes it."""
    outcome = transform(log_batch(*lines), Partitions(FIRST_DAY, LOGGED_AT.date()))
    rows = [json.loads(each.text) for each in outcome.lines[DAY]]
    for row in rows:
        for name in ("logged_at", "emitted_at", "started_at", "ended_at", "consent_at"):
            if name in row:
                row[name] = datetime.fromisoformat(row[name])
    made = BytesIO()
    table = pa.Table.from_pylist(rows, schema=arrow_schema(typed_columns()))
    pq.write_table(table, made, use_deprecated_int96_timestamps=True)
    return made.getvalue()


def reject(text: str, event_id: str = "r") -> bytes:
    row = {"event_id": event_id, "logged_at": f"{DAY} 12:00:00.000", "raw_message": text}
    where = {"aws_account_id": "1", "log_group": "g", "log_stream": "s", "error_code": "not_json"}
    return json.dumps(row | where).encode() + b"\n"


def failed(*lines: str) -> bytes:

    raw = b64encode(encode(log_batch(*lines))).decode()
    return json.dumps({"errorCode": "Lambda.X", "rawData": raw}).encode() + b"\n"


def fill(account: Account) -> None:
    account.put(f"sessions/dt={DAY}/mixed.parquet", parquet(line(), line(BOB), line(BOB)))
    account.put(f"sessions/dt={DAY}/hers.parquet", parquet(line()))
    account.put(f"sessions/dt={DAY}/his.parquet", parquet(line(BOB)))
    rejects = gzip.compress(reject(line()[:-9]) + reject(line(BOB)[:-9]))
    account.put(f"rejected/dt={DAY}/a.json.gz", rejects)
    account.put(f"replayed/rejected/dt={DAY}/b.json.gz", gzip.compress(reject(line()[:-9])))
    account.put(f"errors/processing-failed/dt={DAY}/o", failed(line(), line(BOB)) + failed(line()))
    account.put("query-results/q.csv", b"user_email\n" + ADA.encode())


def texts(account: Account) -> Iterator[str]:
    """All that anybody can read in the bucket, old versions included, but ledgers and the list."""
    pages = account.s3.get_paginator("list_object_versions").paginate(Bucket=account.stack.bucket)
    for each in [version for page in pages for version in page.get("Versions", [])]:
        response = account.s3.get_object(
            Bucket=account.stack.bucket, Key=each["Key"], VersionId=each["VersionId"]
        )
        yield f"{each['Key']} {as_text(each['Key'], response['Body'].read())}"


def as_text(key: str, body: bytes) -> str:
    if key.endswith(".parquet"):
        return str(rows_of(body))
    if key.endswith(".gz"):
        return gzip.decompress(body).decode()
    if key.startswith("errors/"):
        documents = [json.loads(each) for each in body.splitlines()]
        return str([decode(b64decode(each["rawData"])) for each in documents])
    return body.decode()


def rows_of(body: bytes) -> list[dict[str, Any]]:
    table = pq.read_table(BytesIO(body), coerce_int96_timestamp_unit="us")
    return [row for row in table.to_pylist() if row["user_email"] != ADA] + [
        {"ada": row} for row in table.to_pylist() if row["user_email"] == ADA
    ]


def others(account: Account) -> list[dict[str, Any]]:
    """The rows of everybody else in the table now."""
    bodies = account.objects("sessions/").values()
    rows = [row for body in bodies for row in rows_of(body) if "ada" not in row]
    return sorted(rows, key=lambda row: (row["event_id"], row["session_id"]))


def test_the_plan_says_what_is_there_and_changes_nothing(account: Account) -> None:
    fill(account)
    before = account.objects()
    result = find(Bucket(account.stack), person(account))
    assert +result.counts == {
        "rows": 2,
        "rejects": 2,
        "error_events": 2,
        "objects": 5,
        "query_results": 1,
    }
    assert account.objects() == before


def test_the_person_is_nowhere_and_everybody_else_is_as_before(account: Account) -> None:
    fill(account)
    account.put(f"sessions/dt={DAY}/hers.parquet", parquet(line(), line()))  # an old version more
    before = others(account)
    assert before
    result = forget(Bucket(account.stack), person(account), lambda _: None)
    assert result.counts["versions"] >= 5
    assert others(account) == before
    assert not [text for text in texts(account) if ADA in text]
    assert f"sessions/dt={DAY}/hers.parquet" not in account.objects()
    assert [text for text in texts(account) if BOB in text and "rejected" in text]
    second = find(Bucket(account.stack), person(account))
    assert not second.anything


def test_a_file_is_written_as_it_was(account: Account) -> None:
    fill(account)
    key = f"sessions/dt={DAY}/mixed.parquet"
    before = pq.ParquetFile(BytesIO(account.objects()[key]))
    forget(Bucket(account.stack), person(account), lambda _: None)
    after = pq.ParquetFile(BytesIO(account.objects()[key]))
    assert after.schema.equals(before.schema)
    assert after.metadata.row_group(0).column(0).compression == "SNAPPY"


@pytest.mark.parametrize("operation", ["PutObject", "DeleteObject"])
@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_a_run_that_was_killed_is_begun_again(account: Account, operation: str, nth: int) -> None:
    fill(account)
    before = others(account)
    account.kill_at("s3", operation, nth)
    with pytest.raises(Killed):
        forget(Bucket(account.stack), person(account), lambda _: None)
    other = account.again()
    assert others(other) == before
    forget(Bucket(other.stack), person(account), lambda _: None)
    assert others(other) == before
    assert not [text for text in texts(other) if ADA in text]


def test_an_object_that_changes_meanwhile_is_read_again(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(account)
    key = f"sessions/dt={DAY}/mixed.parquet"
    store = Bucket(account.stack)
    read = store.read
    written: list[str] = []

    def read_late(name: str) -> Any:
        result = read(name)
        if name == key and not written:
            written.append(name)
            account.put(key, parquet(line(), line("carol@example.net")))
        return result

    monkeypatch.setattr(store, "read", read_late)
    forget(store, person(account), lambda _: None)
    emails = [row["user_email"] for row in rows_of(account.objects()[key])]
    assert emails == ["carol@example.net"]


def test_calls_of_others_that_mention_the_person_are_listed_and_stay(account: Account) -> None:
    words = [{"role": "user", "content": f"ask\n{ADA} too"}]
    account.put(f"sessions/dt={DAY}/a.parquet", parquet(line(BOB, transcript=words)))
    account.put(f"sessions/dt={DAY}/b.parquet", parquet(line(None, transcript=words)))
    result = forget(Bucket(account.stack), person(account), lambda _: None)
    assert result.mentions == ["e0"]
    assert result.counts["rows"] == 1  # nobody else is named as the caller
    [(key, _)] = account.objects("sessions/").items()
    assert key.endswith("a.parquet")


def test_replay_brings_nobody_back(account: Account) -> None:
    remember(account.stack, person(account), stack_keys(account.stack), "run")
    assert ADA not in "".join(account.objects(PREFIX))
    account.put(f"errors/processing-failed/dt={DAY}/o", failed(line(), line(BOB)))
    escaped = json.dumps({"message": line(), "level": "INFO"})
    account.put(f"errors/processing-failed/dt={DAY}/p", failed(escaped))
    ledger = Ledger(account.aws, account.stack.bucket, replay.COMMAND)
    sender = Sender(account.stack, sleep=lambda _: None)
    replay.run_replay(
        account.stack, replay.Replay("errors"), Run(ledger, sender, tell=lambda _: None)
    )
    sent = "".join(str(decode(data)) for data in account.sent)
    assert BOB in sent
    assert ADA not in sent


def test_backfill_brings_nobody_back(account: Account, tmp_path: Any) -> None:
    remember(account.stack, person(account), stack_keys(account.stack), "run")
    (tmp_path / "calls.json").write_text(f"{line()}\n{line(BOB)}\n")
    wanted = backfill.Backfill("files", source=str(tmp_path), time_field="start_time")
    ledger = Ledger(account.aws, account.stack.bucket, backfill.COMMAND)
    sender = Sender(account.stack, sleep=lambda _: None)
    backfill.run_backfill(account.stack, wanted, Run(ledger, sender, tell=lambda _: None))
    sent = "".join(str(decode(data)) for data in account.sent)
    assert BOB in sent
    assert ADA not in sent


def test_compact_leaves_a_late_copy_out(account: Account) -> None:
    account.put(f"sessions/dt={LONG_AGO}/a.parquet", parquet(line(), line(BOB)))
    account.put(f"sessions/dt={LONG_AGO}/b.parquet", parquet(line(BOB)))
    remember(account.stack, person(account), stack_keys(account.stack), "run")
    ledger = Ledger(account.aws, account.stack.bucket, compact.COMMAND)
    wanted = compact.Compaction(grace=timedelta(0))
    compact.run_compaction(account.stack, wanted, ledger, lambda _: None)
    [body] = account.objects("sessions/").values()
    assert [row["user_email"] for row in rows_of(body)] == [BOB, BOB]


def run_compact(account: Account, grace: timedelta = timedelta(0)) -> None:
    ledger = Ledger(account.aws, account.stack.bucket, compact.COMMAND)
    wanted = compact.Compaction(grace=grace)
    compact.run_compaction(account.stack, wanted, ledger, lambda _: None)


def fill_a_closed_day(account: Account) -> None:
    """Three files: one has both people, one Ada alone, one Bob alone."""
    for name, lines in {
        "a": [line(), line(BOB, session_id="b1")],
        "b": [line(session_id="a2")],
        "c": [line(BOB, session_id="b2")],
    }.items():
        account.put(f"sessions/dt={LONG_AGO}/{name}.parquet", parquet(*lines))


def sessions(account: Account) -> list[str]:
    """The calls in the table, with repeats."""
    bodies = account.objects("sessions/").values()
    return sorted(row["session_id"] for body in bodies for row in rows_of(body))


def forget_ada(account: Account) -> None:
    remember(account.stack, person(account), stack_keys(account.stack), "run")
    forget(Bucket(account.stack), person(account), lambda _: None)


def test_who_is_forgotten_while_a_compaction_waits_does_not_come_back(account: Account) -> None:
    fill_a_closed_day(account)
    run_compact(account, timedelta(hours=1))
    forget_ada(account)
    for _ in range(2):
        run_compact(account)
        assert sessions(account) == ["b1", "b2"]
    assert len(account.objects("sessions/")) == 1
    assert not find(Bucket(account.stack), person(account)).anything


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_who_is_forgotten_while_sources_are_deleted_does_not_come_back(
    account: Account, nth: int
) -> None:
    fill_a_closed_day(account)
    account.kill_at("s3", "DeleteObject", nth)
    with pytest.raises(Killed):
        run_compact(account)
    forget_ada(account)
    for _ in range(2):
        run_compact(account)
        assert sessions(account) == ["b1", "b2"]
    assert not find(Bucket(account.stack), person(account)).anything


def test_a_forgetting_that_was_killed_and_a_compaction_bring_no_row_twice(
    account: Account,
) -> None:
    fill_a_closed_day(account)
    run_compact(account, timedelta(hours=1))
    account.kill_at("s3", "PutObject", 2)  # the list's entry is the first
    with pytest.raises(Killed):
        forget_ada(account)
    run_compact(account)  # takes back what was made before the list had her
    run_compact(account)
    assert sessions(account) == ["b1", "b2"]
    forget_ada(account)
    assert sessions(account) == ["b1", "b2"]


def test_who_calls_again_afterwards_is_a_caller_like_any_other(account: Account) -> None:
    remember(account.stack, person(account), stack_keys(account.stack), "run")
    later = json.loads(line())
    body = encode(
        {
            **log_batch(json.dumps(later)),
            "logEvents": [
                {
                    "id": "late",
                    "timestamp": round((datetime.now(UTC).timestamp() + 3600) * 1000),
                    "message": json.dumps(later),
                }
            ],
        }
    )

    raw = {"errorCode": "X", "rawData": b64encode(body).decode()}
    account.put(f"errors/processing-failed/dt={DAY}/o", json.dumps(raw).encode())
    ledger = Ledger(account.aws, account.stack.bucket, replay.COMMAND)
    sender = Sender(account.stack, sleep=lambda _: None)
    replay.run_replay(
        account.stack, replay.Replay("errors"), Run(ledger, sender, tell=lambda _: None)
    )
    assert [decode(data)["logEvents"][0]["id"] for data in account.sent] == ["late"]


def command(account: Account, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(Target, "find", lambda _: account.stack)
    words = ["operate", "forget", "--stack", STACK, "--email", ADA, *arguments, "--json"]
    monkeypatch.setattr(sys, "argv", ["voice-analytics", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_a_request_is_answered_by_a_plan_an_act_and_a_proof(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(account)
    logs = account.aws.client("logs")
    logs.create_log_group(logGroupName="/aws/livekit/agent")
    logs.put_retention_policy(logGroupName="/aws/livekit/agent", retentionInDays=30)
    logs.create_log_stream(logGroupName="/aws/livekit/agent", logStreamName="worker-1")
    assert command(account, monkeypatch, "--verify") == 1
    assert command(account, monkeypatch) == 0
    assert command(account, monkeypatch, "--yes", "--log-streams") == 0
    assert command(account, monkeypatch, "--verify") == 0
    printed = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    plan, done = printed[1], printed[2]
    assert plan["rows"] == done["rows"] == 2
    # The stream holds calls of others, too: it stays, and the day of its end is named.
    assert done["log_streams"] == {"/aws/livekit/agent worker-1": "until 2026-04-04"}
    ledger = "".join(body.decode() for body in account.objects("operate/").values())
    assert "forget" in "".join(account.objects("operate/"))
    assert ADA not in ledger
