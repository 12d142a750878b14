"""Tail: a line a call, each once, nothing personal unless asked."""

import contextlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.operate.account import Account
from tests.operate.healthy import log
from tests.operate.test_commands import TARGET, run
from tests.rows import event
from voice_analytics.operate.tail import as_line, follow, recent


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
        for each in follow(logging.stack, since, sleep):
            seen.append(each.row["session_id"])  # noqa: PERF401 - what was seen until it raises
    assert seen == ["a", "later1", "later2"]


def lines(account: Account, *, personal: bool = False) -> list[str]:
    now = datetime.now(UTC)
    found = recent(account.stack, now - timedelta(minutes=5), now + timedelta(minutes=1))
    return [as_line(each, personal=personal) for _, each in found]


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
