"""Backfill: history comes in with ids of its own, once however often it is sent."""

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.operate.account import BUCKET, Account, Killed
from tests.operate.healthy import make_healthy
from tests.operate.test_replay import CUT, call
from voice_analytics.errors import UserError
from voice_analytics.operate.backfill import (
    Backfill,
    from_options,
    missing,
    plan_backfill,
    run_backfill,
)
from voice_analytics.operate.ledger import Ledger
from voice_analytics.operate.sending import Sender
from voice_analytics.operate.work import Run, Tally

pytestmark = pytest.mark.slow

AT = "2026-03-05T12:00:00.000Z"


def run(account: Account, wanted: Backfill, resume: str | None = None) -> tuple[Tally, str]:
    ledger = Ledger(account.aws, account.stack.bucket, "backfill", resume)
    sender = Sender(account.stack, sleep=lambda _: None)
    done = run_backfill(account.stack, wanted, Run(ledger, sender, tell=lambda _: None))
    return done, ledger.run


def timed(name: str) -> str:
    return json.dumps(json.loads(call(name)) | {"logged": AT})


@pytest.mark.parametrize(
    "text",
    [
        timed("a") + "\n" + timed("b") + "\n",
        f"[{timed('a')}, {timed('b')}]",
        json.dumps([json.loads(timed("a")), json.loads(timed("b"))], indent=2),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_files_of_any_form_come_in(
    account: Account, tmp_path: Path, text: str, zipped: bool
) -> None:
    body = gzip.compress(text.encode()) if zipped else text.encode()
    (tmp_path / "calls.json").write_bytes(body)
    wanted = Backfill("files", source=str(tmp_path), time_field="logged")
    done, _ = run(account, wanted)
    assert done.events == len(set(account.delivered())) == 2
    assert done.days == {"2026-03-05": 2}


def test_an_export_of_cloudwatch_comes_in(account: Account) -> None:
    lines = f"no time\n{AT} {call('a')}\n{AT} {call('a')}\n{AT} another line\n"
    account.put("exported/task/worker-1/000000.gz", gzip.compress(lines.encode()))
    done, _ = run(account, Backfill("export", source=f"s3://{BUCKET}/exported/"))
    assert (done.events, done.ignored) == (2, 1)
    assert done.unreadable == {"a line without a time": 1}
    assert len(set(account.delivered())) == 2, "equal lines are two events"


def test_a_message_of_an_export_may_have_several_lines(account: Account) -> None:
    """Pretty-printed JSON, and a text in which a line separator of Unicode stands."""
    first = json.dumps(json.loads(call("a")), indent=2)
    second = call("b").replace('"b"', '"b\u2028"')
    lines = f"{AT} {first}\n{AT} Traceback\n  File x\n{AT} {second}\n"
    account.put("exported/task/worker-1/000000.gz", gzip.compress(lines.encode()))
    done, _ = run(account, Backfill("export", source=f"s3://{BUCKET}/exported/"))
    assert (done.events, done.ignored, done.unreadable) == (2, 1, {})
    assert len(set(account.delivered())) == 2


def test_the_same_content_has_the_same_ids(account: Account, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_text(timed("a"))
        wanted = Backfill("files", source=str(tmp_path / name), time_field="logged")
        run(account, wanted)
    assert len(account.delivered()) == 2
    assert len(set(account.delivered())) == 1


def test_a_file_is_sent_once(account: Account, tmp_path: Path) -> None:
    (tmp_path / "f").write_text(timed("a"))
    wanted = Backfill("files", source=str(tmp_path), time_field="logged")
    run(account, wanted)
    assert run(account, wanted)[0].done_before == 1
    assert len(account.delivered()) == 1


def test_what_would_be_rejected_is_counted_and_not_sent(account: Account, tmp_path: Path) -> None:
    (tmp_path / "f").write_text(f"{timed('a')}\n{CUT}\n")
    planned = plan_backfill(
        account.stack, Backfill("files", source=str(tmp_path), time_field="logged")
    )
    assert (planned.events, planned.rejected_again) == (1, {"not_json": 1})


def test_days_of_the_log_keep_cloudwatchs_ids(account: Account) -> None:
    make_healthy(account)
    today = datetime.now(UTC).date()
    yesterday = today - timedelta(days=1)
    done, _ = run(account, Backfill("log", yesterday, today))
    response = account.aws.client("logs").filter_log_events(logGroupName=account.stack.agent_log)
    assert done.events == 2
    assert sorted(account.delivered()) == sorted(each["eventId"] for each in response["events"])


def test_days_before_the_tables_are_refused(account: Account) -> None:
    with pytest.raises(UserError, match="ProjectionStartDate"):
        plan_backfill(account.stack, Backfill("log", date(2020, 1, 1), date(2020, 1, 2)))


@pytest.mark.parametrize("nth", range(1, 8))
def test_a_run_that_is_killed_goes_on_where_it_stopped(
    account: Account, tmp_path: Path, nth: int
) -> None:
    for name in "abc":
        (tmp_path / name).write_text(timed(name))
    wanted = Backfill("files", source=str(tmp_path), time_field="logged")
    ledger = Ledger(account.aws, account.stack.bucket, "backfill")
    account.kill_at("s3", "PutObject", nth)
    with pytest.raises(Killed):
        run_backfill(
            account.stack,
            wanted,
            Run(ledger, Sender(account.stack, sleep=lambda _: None), tell=lambda _: None),
        )
    resumed = Ledger(account.aws, account.stack.bucket, "backfill", ledger.run)
    wanted = from_options(resumed.options()) if nth > 1 else wanted  # killed before it was noted
    run(account.again(), wanted, ledger.run)
    assert len(set(account.delivered())) == 3


def test_what_has_not_arrived_is_missing(account: Account, tmp_path: Path) -> None:
    (tmp_path / "f").write_text(f"{timed('a')}\n{timed('b')}\n")
    wanted = Backfill("files", source=str(tmp_path), time_field="logged")
    _, name = run(account, wanted)
    first, _ = account.delivered()
    make_healthy(account)
    status = {"QueryExecution": {"Status": {"State": "SUCCEEDED"}}}
    account.answer("athena", "GetQueryExecution", status)
    rows = [{"Data": [{"VarCharValue": text}]} for text in ("event_id", first)]
    account.answer("athena", "GetQueryResults", {"ResultSet": {"Rows": rows}})
    assert missing(account.stack, name) == {"2026-03-05": 1}
