"""The hook lets a version that answers rightly pass, stops any other and says why.

The samples leave nothing behind.
"""

import base64
import importlib.util
import io
import json
import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from tests.template.cloudformation import TEMPLATE

VERSION = "arn:aws:lambda:us-west-1:123456789012:function:voice-analytics-transform:7"
EVENT = {"DeploymentId": "d-ABCDEF123", "LifecycleEventHookExecutionId": "e-1"}

type Findings = Callable[[], list[str]]
type Spoil = Callable[[list[dict[str, Any]]], object]


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "pre_traffic", TEMPLATE.parent / "functions/pre_traffic/app.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:  # its `clients`, not the transformation's
        patch.syspath_prepend(TEMPLATE.parent / "functions/pre_traffic")
        patch.delitem(sys.modules, "clients", raising=False)
        spec.loader.exec_module(module)
        del sys.modules["clients"]
    return module


class Aws:
    """Lambda and CodeDeploy, stubbed.

    Calls that they would refuse raise, and calls that nobody expects.
    """

    def __init__(self, clients: dict[str, Any], hook: ModuleType) -> None:
        self._invoke, self._report = Stubber(clients["lambda"]), Stubber(clients["codedeploy"])
        self._sent = {
            "FunctionName": VERSION,
            "Payload": json.dumps(hook.transformation_event(hook.SAMPLES)),
        }

    def answers(self, answer: Any, **response: str) -> None:
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        payload = StreamingBody(io.BytesIO(body), len(body))
        self._invoke.add_response(
            "invoke", {"StatusCode": 200, "Payload": payload, **response}, self._sent
        )
        self._invoke.activate()

    def refuses(self, code: str) -> None:
        self._invoke.add_client_error("invoke", code, expected_params=self._sent)
        self._invoke.activate()

    def hears(self, status: str) -> None:
        parameters = {
            "deploymentId": "d-ABCDEF123",
            "lifecycleEventHookExecutionId": "e-1",
            "status": status,
        }
        self._report.add_response("put_lifecycle_event_hook_execution_status", {}, parameters)
        self._report.activate()

    def has_heard(self) -> None:
        self._invoke.assert_no_pending_responses()
        self._report.assert_no_pending_responses()

    def forgets(self) -> None:
        self._invoke.deactivate()
        self._report.deactivate()


@pytest.fixture(scope="module")
def clients() -> dict[str, Any]:
    session = boto3.Session(
        region_name="us-west-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    return {"lambda": session.client("lambda"), "codedeploy": session.client("codedeploy")}


@pytest.fixture
def aws(
    clients: dict[str, Any], hook: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Aws]:
    monkeypatch.setattr(hook, "client", clients.__getitem__)
    monkeypatch.setenv("NEW_VERSION", VERSION)
    stubbed = Aws(clients, hook)
    yield stubbed
    stubbed.forgets()


@pytest.fixture
def stored() -> list[str]:
    """What the transformation would have written to S3 or reingested."""
    return []


@pytest.fixture
def right(
    hook: ModuleType,
    stored: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> dict[str, Any]:
    """What the transformation of this checkout answers to the samples.

    Capsys has what it counts.
    """
    environment = {
        "PROJECTION_START_DATE": "2099-06-15",
        "BUCKET_NAME": "analytics",
        "POWERTOOLS_METRICS_NAMESPACE": "VoiceAnalytics",
        "POWERTOOLS_SERVICE_NAME": "voice-analytics-transform",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(importlib.import_module("stores"), "client", stored.append)
    context = SimpleNamespace(aws_request_id="request", get_remaining_time_in_millis=lambda: 60_000)
    response: dict[str, Any] = importlib.import_module("app").lambda_handler(
        hook.transformation_event(hook.SAMPLES), context
    )
    return response


@pytest.fixture
def findings(caplog: pytest.LogCaptureFixture) -> Findings:
    """What the hook has logged as wrong."""
    return lambda: [
        vars(record)["finding"] for record in caplog.records if record.levelname == "ERROR"
    ]


def test_the_version_of_this_checkout_passes(
    hook: ModuleType, aws: Aws, right: dict[str, Any], findings: Findings
) -> None:
    aws.answers(right)
    aws.hears("Succeeded")
    hook.lambda_handler(EVENT, None)
    aws.has_heard()
    assert findings() == []


def test_the_samples_are_a_call_and_other_lines(right: dict[str, Any]) -> None:
    assert [record["result"] for record in right["records"]] == ["Ok", "Dropped", "Dropped"]


def test_nothing_of_the_samples_is_stored_or_reingest(
    right: dict[str, Any], stored: list[str]
) -> None:
    assert right["records"]
    assert stored == []


def test_nothing_of_the_samples_counts_as_wrong(
    right: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    counts = next(
        json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line
    )
    for name in (
        "RecordsFailed",
        "RecordsReingested",
        "EventsRejected",
        "EventsFailed",
        "EventsReingested",
        "Violations",
    ):
        assert counts[name] == [0.0], name


def _row(records: list[dict[str, Any]]) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(base64.b64decode(records[0]["data"]))
    return row


def _with_rows(records: list[dict[str, Any]], *rows: dict[str, Any]) -> None:
    records[0]["data"] = base64.b64encode(
        "".join(json.dumps(row) + "\n" for row in rows).encode()
    ).decode()


@pytest.mark.parametrize(
    ("spoil", "finding"),
    [
        (lambda r: r[0].update(result="Dropped"), "a call: it is Dropped and not Ok"),
        (
            lambda r: r[0].update(result="ProcessingFailed"),
            "a call: it is ProcessingFailed and not Ok",
        ),
        (
            lambda r: r[0]["metadata"]["partitionKeys"].update(dt="2026-01-01"),
            "a call: it goes to the partition {'dt': '2026-01-01'}",
        ),
        (
            lambda r: r[0].pop("metadata"),
            "a call: it goes to the partition None and not to 2099-06-15",
        ),
        (lambda r: r[0].pop("data"), "a call: it has 0 rows and not 1"),
        (lambda r: _with_rows(r, _row(r), _row(r)), "a call: it has 2 rows and not 1"),
        (
            lambda r: _with_rows(r, _row(r) | {"team_size": 9}),
            "a call: it has other values than meant in team_size",
        ),
        (
            lambda r: _with_rows(r, _row(r) | {"new": 1}),
            "a call: it has other values than meant in new",
        ),
        (
            lambda r: _with_rows(
                r, {k: v for k, v in _row(r).items() if k not in ("costs", "extras")}
            ),
            "a call: it has other values than meant in costs, extras",
        ),
        (
            lambda r: r[1].update(result="Ok", data=""),
            "a test message of CloudWatch Logs: it is Ok and not Dropped",
        ),
        (
            lambda r: r[2].update(result="ProcessingFailed"),
            "a line of another kind: it is ProcessingFailed and not Dropped",
        ),
        (lambda r: r.pop(), "a line of another kind: it is not answered"),
        (lambda r: r.append(r[0]), "4 records are answered and 3 were sent"),
    ],
)
def test_a_wrong_answer_stops_the_deployment(  # noqa: PLR0917 - the fixtures
    spoil: Spoil,
    finding: str,
    hook: ModuleType,
    aws: Aws,
    right: dict[str, Any],
    findings: Findings,
) -> None:
    spoil(right["records"])
    aws.answers(right)
    aws.hears("Failed")
    hook.lambda_handler(EVENT, None)
    aws.has_heard()
    assert any(text.startswith(finding) for text in findings())


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b'{"records": [{}]}'])
def test_an_answer_that_is_not_a_response_stops_the_deployment(
    body: bytes, hook: ModuleType, aws: Aws, findings: Findings
) -> None:
    aws.answers(body)
    aws.hears("Failed")
    hook.lambda_handler(EVENT, None)
    aws.has_heard()
    assert len(findings()) == 1


def test_a_version_that_raises_stops_the_deployment(
    hook: ModuleType, aws: Aws, findings: Findings
) -> None:
    error = {"errorType": "Runtime.ImportModuleError", "errorMessage": "No module named 'orjson'"}
    aws.answers(error, FunctionError="Unhandled")
    aws.hears("Failed")
    hook.lambda_handler(EVENT, None)
    aws.has_heard()
    assert findings() == ["it raised Runtime.ImportModuleError: No module named 'orjson'"]


def test_a_version_that_cannot_be_asked_stops_the_deployment(
    hook: ModuleType, aws: Aws, findings: Findings
) -> None:
    aws.refuses("AccessDeniedException")
    aws.hears("Failed")
    hook.lambda_handler(EVENT, None)
    aws.has_heard()
    assert "AccessDeniedException" in findings()[0]
