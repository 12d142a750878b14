"""The function applies the profile of its environment before anything is stored."""

import base64
import gzip
import importlib
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from session_analytics.cloudwatch import encode
from session_analytics.privacy.policy import Policy
from session_analytics.privacy.pseudonyms import Key, pseudonym

from tests.functions.test_handler import ENVIRONMENT, Aws, transformation
from tests.rows import event, log_batch

ARN = "arn:aws:secretsmanager:us-west-1:123456789012:secret:PseudonymKey-AbCdEf"
KEY = Key("7", b"s" * 40)
LINE = json.dumps(event(user_email="ana@example.com", outcome="mail bob@example.org"))
CUT = LINE[:-9]
NAMELESS = json.dumps(event(session_id=None, user_email="ana@example.com"))

type Invoke = Callable[..., dict[str, Any]]


class Secrets:
    """Secrets Manager with one secret; counts how often it is read."""

    def __init__(self) -> None:
        self.reads = 0
        self.error: Exception | None = None

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803
        assert SecretId == ARN
        self.reads += 1
        if self.error is not None:
            raise self.error
        return {"SecretString": json.dumps({"id": KEY.id, "key": KEY.secret.decode()})}


@pytest.fixture
def s3() -> Aws:
    return Aws()


@pytest.fixture
def secrets() -> Secrets:
    return Secrets()


@pytest.fixture
def invoke(s3: Aws, secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    under = {"PRIVACY_PROFILE": "analytics", "PSEUDONYM_KEY": ARN}
    for name, value in (ENVIRONMENT | under).items():
        monkeypatch.setenv(name, value)
    clients = importlib.import_module("clients")
    for service, client in {"s3": s3, "firehose": s3, "secretsmanager": secrets}.items():
        clients.provide(service, client)
    app = importlib.import_module("app")
    context = SimpleNamespace(aws_request_id="r", get_remaining_time_in_millis=lambda: 60_000)

    def invoke(*lines: str) -> dict[str, Any]:
        record = encode(log_batch(*(lines or (LINE, CUT))))
        return dict(app.lambda_handler(transformation(record), context))

    return invoke


def test_rows_and_rejects_are_stored_as_the_profile_says(invoke: Invoke, s3: Aws) -> None:
    [entry] = invoke()["records"]
    [row] = map(json.loads, base64.b64decode(entry["data"]).splitlines())
    assert row["user_email"] == pseudonym("ana@example.com", KEY)
    assert (row["pseudonym_key"], row["outcome"]) == ("7", "mail [email]")
    [body] = s3.objects.values()
    rejected = json.loads(gzip.decompress(body))
    assert rejected["error_code"] == "not_json"
    assert "raw_message" not in rejected


def test_a_fault_of_the_policy_costs_the_text_of_one_reject(
    invoke: Invoke,
    s3: Aws,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def raw_message(self: Policy, text: str) -> str:
        if text == NAMELESS:
            raise ValueError(text)
        return f"protected {len(text)}"

    monkeypatch.setattr(Policy, "raw_message", raw_message)
    [entry] = invoke(CUT, NAMELESS, LINE, CUT)["records"]
    assert entry["result"] == "Ok"
    [body] = s3.objects.values()
    rejected = [json.loads(line) for line in gzip.decompress(body).splitlines()]
    assert [row.get("raw_message") for row in rejected] == [
        f"protected {len(CUT)}",
        None,
        f"protected {len(CUT)}",
    ]
    assert [row["error_code"] for row in rejected] == ["not_json", "fault", "not_json"]
    assert rejected[1]["error_message"].startswith(
        "missing_session_id, and the privacy policy failed: ValueError at "
    )
    metrics = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (metrics["EventFaults"], metrics["EventsRejected"]) == ([1.0], [3.0])


def test_the_key_is_read_once_a_cold_start(invoke: Invoke, secrets: Secrets) -> None:
    for _ in range(3):
        invoke()
    assert secrets.reads == 1


def test_nothing_is_answered_or_stored_without_the_key(
    invoke: Invoke, secrets: Secrets, s3: Aws
) -> None:
    secrets.error = ConnectionError()
    with pytest.raises(ConnectionError):
        invoke()
    assert not s3.objects
    secrets.error = None
    assert [entry["result"] for entry in invoke()["records"]] == ["Ok"]


def test_redactions_are_a_metric_by_kind(
    invoke: Invoke, capsys: pytest.CaptureFixture[str]
) -> None:
    invoke(LINE, json.dumps(event(outcome="eve@example.org or 415-555-0199")), LINE)
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    metrics = [line for line in printed if "_aws" in line]
    assert metrics[0]["Redactions"] == [4.0]
    assert [(each["kind"], each["Redactions"]) for each in metrics if "kind" in each] == [
        ("email", [3.0]),
        ("phone", [1.0]),
    ]
    assert "example" not in json.dumps(printed)


def test_an_unknown_profile_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (ENVIRONMENT | {"PRIVACY_PROFILE": "secret"}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match="'secret' is not a profile"):
        importlib.import_module("policy")
