"""Tail: a line a call, each once, nothing personal unless asked."""

import contextlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.operate.account import Account
from tests.operate.athena import answer_from
from tests.operate.healthy import log
from tests.operate.test_commands import TARGET, run
from tests.operate.test_replay import CUT
from tests.rows import event
from tests.template.cloudformation import TEMPLATE
from voice_analytics.local.chain import run_chain
from voice_analytics.local.function.runtime import load
from voice_analytics.operate.tail import as_line, follow, lake_source, log_source
from voice_analytics.template.reader import read_template


class StopError(Exception):
    """The user has had enough."""


@pytest.fixture
def logging(account: Account) -> Account:
    logs = account.aws.client("logs")
    logs.create_log_group(logGroupName=account.stack.agent_log)
    logs.create_log_stream(logGroupName=account.stack.agent_log, logStreamName="worker-1")
    return account


def call(name: str, **fields: object) -> str:
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"
    person = {"user_email": "ana@example.com", "user_name": "Ana"}
    return json.dumps(event(session_id=name, start_time=now, **person, **fields))


def test_each_call_is_shown_once_while_following(logging: Account) -> None:
    log(logging, call("a"))
    rounds = 0

    def sleep(_: float) -> None:
        nonlocal rounds
        rounds += 1
        log(logging, call(f"later{rounds}"))
        if rounds == 3:
            raise StopError

    seen: list[str] = []
    since = datetime.now(UTC) - timedelta(minutes=5)
    with contextlib.suppress(StopError):
        for each in follow(log_source(logging.stack), since, sleep):
            seen.append(each.row["session_id"])  # noqa: PERF401 - what was seen until it raises
    assert seen == ["a", "later1", "later2"]


def lines(account: Account, *, personal: bool = False) -> list[str]:
    now = datetime.now(UTC)
    calls = log_source(account.stack).recent(now - timedelta(minutes=5), now + timedelta(minutes=1))
    return [as_line(each, personal=personal) for each in calls]


def test_a_line_has_what_an_operator_looks_for(logging: Account) -> None:
    log(logging, call("a", duration_seconds=90, outcome="booked"))
    (line,) = lines(logging)
    assert line.endswith("  a  1.5 min  booked  -  $-  0 violations")


def test_personal_data_is_hidden_unless_asked_for(logging: Account) -> None:
    log(logging, call("a"))
    assert "ana@example.com" not in lines(logging)[0]
    assert "ana@example.com  Ana" in lines(logging, personal=True)[0]


def test_control_characters_never_reach_the_terminal(logging: Account) -> None:
    log(logging, call("a", outcome="\x1b[31mred\x07"))
    assert "\x1b" not in lines(logging)[0]
    assert "\x07" not in lines(logging)[0]


def test_a_reject_is_shown_with_its_reason_and_without_its_line(logging: Account) -> None:
    log(logging, '{"_event_type": "session_analytics", "session_id": "secret')
    (line,) = lines(logging)
    assert "rejected: not_json" in line
    assert "secret" not in line


def test_the_command_prints_the_last_calls(
    logging: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log(logging, call("a"))
    assert run(monkeypatch, "tail", *TARGET) == 0
    assert "  a  " in capsys.readouterr().out


@pytest.fixture
def lake(logging: Account, tmp_path: Path) -> Account:
    """Athena answers from what the local chain has made of three lines."""
    agent_log = tmp_path / "agent.log"
    calls = [call("a", duration_seconds=90, outcome="booked"), call("b"), CUT]
    agent_log.write_text("".join(f"{line}\n" for line in calls))
    application = read_template(TEMPLATE)
    assert application.stream.function
    run_chain([str(agent_log)], tmp_path / "lake", application, load(application.stream.function))
    answer_from(logging, tmp_path / "lake")
    return logging


def from_lake(account: Account, **options: bool) -> list[str]:
    source = lake_source(account.stack, **{"rejects": False, "personal": False} | options)
    now = datetime.now(UTC)
    calls = source.recent(now - timedelta(hours=1), now + timedelta(minutes=1))
    return [as_line(each, personal=options.get("personal", False)) for each in calls]


def test_delivered_calls_are_shown_from_the_table(lake: Account) -> None:
    of_a, of_b = sorted(from_lake(lake), key=lambda line: "  b  " in line)
    assert of_a.endswith("  a  1.5 min  booked  -  $-  0 violations")
    assert "  b  " in of_b


def test_personal_columns_are_not_even_asked_for(lake: Account) -> None:
    asked: list[str] = []
    lake.aws.client("athena").meta.events.register_first(
        "before-parameter-build.athena.StartQueryExecution",
        lambda params, **_: asked.append(params["QueryString"]),
    )
    from_lake(lake)
    assert "user_email" not in asked[0]
    assert all("ana@example.com  Ana" in line for line in from_lake(lake, personal=True))


def test_stored_rejects_are_shown_from_their_table(lake: Account) -> None:
    (line,) = from_lake(lake, rejects=True)
    assert "rejected: not_json" in line


def test_following_the_table_shows_each_row_once(lake: Account) -> None:
    rounds = 0

    def sleep(_: float) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 2:
            raise StopError

    source = lake_source(lake.stack, rejects=False, personal=False)
    seen: list[str] = []
    with contextlib.suppress(StopError):
        for each in follow(source, datetime.now(UTC) - timedelta(hours=1), sleep):
            seen.append(each.row["session_id"])  # noqa: PERF401 - what was seen until it raises
    assert sorted(seen) == ["a", "b"]


def test_the_command_prints_an_object_a_call(
    lake: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "voice_analytics.cli.operate.stack_options.find_stack", lambda *_: lake.stack
    )
    assert run(monkeypatch, "tail", *TARGET, "--source", "lake", "--json") == 0
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    printed.sort(key=lambda each: str(each["session_id"]))
    assert [each["session_id"] for each in printed] == ["a", "b"]
    assert printed[0]["duration_seconds"] == 90.0
    assert "user_email" not in printed[0]
