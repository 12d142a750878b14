"""The signed webhook, against a receiver that speaks TLS."""

import base64
import hashlib
import hmac
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.alerts.conftest import app, lead
from tests.alerts.receiver import Receiver, receiver
from tests.template.cloudformation import REGION

pytestmark = pytest.mark.slow
KEY = base64.b64encode(b"a key of some length").decode()
DETAIL = app("lead_alerts").lead_of(lead("a"), with_contact=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1, with its key."""
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", path, "-out", path.with_suffix(".crt")),
        ],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


@pytest.fixture
def webhook(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with receiver(certificate) as server:
        yield server


@pytest.fixture
def call(webhook: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The function, called with a message as the queue gives it."""
    for name, value in {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "anyone",
        "AWS_SECRET_ACCESS_KEY": "unchecked",
        "SECRET_ARN": "lead-webhook",
    }.items():
        monkeypatch.setenv(name, value)
    code = app("lead_webhook")
    with mock_aws():
        put_secret(f"https://127.0.0.1:{webhook.port}/hook?of=sales", KEY)
        message = {"body": json.dumps({"detail-type": "HotLead", "detail": DETAIL})}
        yield lambda: code.lambda_handler({"Records": [message]}, None)


def put_secret(url: str, key: str) -> None:
    text = json.dumps({"url": url, "key": key})
    secrets = boto3.client("secretsmanager")
    if secrets.list_secrets()["SecretList"]:
        secrets.put_secret_value(SecretId="lead-webhook", SecretString=text)
    else:
        secrets.create_secret(Name="lead-webhook", SecretString=text)


def test_the_receiver_can_check_who_sent_it(call: Any, webhook: Receiver) -> None:
    call()
    (sent,) = webhook.sent
    assert (sent.method, sent.path) == ("POST", "/hook?of=sales")
    assert json.loads(sent.body) == DETAIL
    assert sent.headers["content-type"] == "application/json"
    identity, timestamp = sent.headers["webhook-id"], sent.headers["webhook-timestamp"]
    content = f"{identity}.{timestamp}.{sent.body.decode()}".encode()
    digest = hmac.new(base64.b64decode(KEY), content, hashlib.sha256).digest()
    assert sent.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


def test_a_repeated_delivery_has_the_same_id(call: Any, webhook: Receiver) -> None:
    call()
    call()
    assert {sent.headers["webhook-id"] for sent in webhook.sent} == {DETAIL["id"]}


@pytest.mark.parametrize("status", [301, 307, 400, 401, 429, 500, 503])
def test_any_other_answer_than_2xx_has_the_message_come_again(
    status: int, call: Any, webhook: Receiver
) -> None:
    webhook.answers = [status]
    with pytest.raises(RuntimeError, match=f"the webhook answered {status}"):
        call()
    assert [sent.path for sent in webhook.sent] == ["/hook?of=sales"]  # no redirect is followed
    call()
    assert len(webhook.sent) == 2


def test_a_secret_that_was_exchanged_is_read_after_a_refusal(call: Any, webhook: Receiver) -> None:
    call()
    put_secret(f"https://127.0.0.1:{webhook.port}/new", KEY)
    webhook.answers = [401]
    with pytest.raises(RuntimeError):
        call()
    call()
    assert [sent.path for sent in webhook.sent][-1] == "/new"


def test_a_receiver_that_is_not_there_is_an_error_without_its_address(
    call: Any, webhook: Receiver
) -> None:
    put_secret("https://127.0.0.1:1/secret-path", KEY)
    with pytest.raises(RuntimeError, match="not reached: ConnectionRefusedError") as error:
        call()
    assert "secret-path" not in str(error.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1/hook", "file:///etc/passwd", "https:///hook"])
def test_only_https_is_posted_to(url: str, call: Any, webhook: Receiver) -> None:
    put_secret(url, KEY)
    with pytest.raises(RuntimeError, match="must begin with https://"):
        call()
    assert webhook.sent == []


def test_a_receiver_whose_certificate_is_not_trusted_gets_nothing(
    call: Any, webhook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(RuntimeError, match="SSLCertVerificationError"):
        call()
    assert webhook.sent == []
