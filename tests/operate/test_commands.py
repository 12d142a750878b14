"""The commands as a person runs them: what they print, and their exit codes."""

import json
import sys

import pytest

from tests.operate.account import STACK, Account
from tests.operate.test_replay import DAY, failed
from tests.template.cloudformation import REGION
from voice_analytics.cli.main import main

TARGET = ["--stack", STACK, "--region", REGION]


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["voice-analytics", "operate", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_a_plan_is_printed_and_nothing_is_sent(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failed(account, "a")
    assert run(monkeypatch, "replay", "errors", *TARGET, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["events"], printed["days"]) == (1, {DAY: 1})
    assert {"usd", "minutes", "bytes"} <= printed.keys()
    assert account.objects("operate/") == {}


def test_a_stack_that_is_not_there_is_wrong_usage(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert account.stack.name == STACK
    assert run(monkeypatch, "replay", "errors", "--stack", "no-such", "--region", REGION) == 2
    assert "there is no stack no-such in us-west-1" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["replay"], ["replay", "everything", *TARGET], ["replay", "log", *TARGET], ["x"]]
)
def test_wrong_usage_exits_with_2(
    account: Account, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    assert account.stack.name == STACK
    assert run(monkeypatch, *arguments) == 2


def test_a_finding_exits_with_1(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    account.put(f"errors/processing-failed/dt={DAY}/o", b"no JSON")
    assert run(monkeypatch, "replay", "errors", *TARGET) == 1


def test_an_unknown_run_cannot_be_resumed(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert account.stack.name == STACK
    assert run(monkeypatch, "replay", "errors", *TARGET, "--resume", "no-such", "--yes") == 2
    assert "there is no run no-such of replay" in capsys.readouterr().err
