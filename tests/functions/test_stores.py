"""What AWS refuses is tried again while there is time, alone.

What stays refused is named and costs its own record.
"""

import importlib
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError
from session_analytics.rejects import RejectedObject

SECRET = "ana@example.com"
THROTTLED = ClientError(
    {"Error": {"Code": "ServiceUnavailableException", "Message": SECRET}}, "PutRecordBatch"
)
DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": SECRET}}, "PutObject")
TIMEOUT = ConnectTimeoutError(endpoint_url=SECRET)

type Script = Iterator[Callable[..., Any] | Exception]


class Aws:
    """Answers calls by a script; remembers what it was sent."""

    def __init__(self, *script: Callable[..., Any] | Exception) -> None:
        self.calls: list[dict[str, Any]] = []
        self._script = iter(script)

    def __call__(self, **sent: Any) -> Any:
        self.calls.append(sent)
        step = next(self._script)
        if isinstance(step, Exception):
            raise step
        return step(**sent)

    put_object = put_record_batch = __call__


def taken(*, Records: list[dict[str, bytes]], **_: Any) -> dict[str, Any]:  # noqa: N803 - AWS's name
    return {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "1"} for _ in Records]}


def refusing(*refused: bytes) -> Callable[..., Any]:
    """Refuses these records and takes the others."""

    def answer(*, Records: list[dict[str, bytes]], **_: Any) -> dict[str, Any]:  # noqa: N803
        results = [
            {"ErrorCode": "ServiceUnavailableException", "ErrorMessage": SECRET}
            if record["Data"] in refused
            else {"RecordId": "1"}
            for record in Records
        ]
        return {"FailedPutCount": len(refused), "RequestResponses": results}

    return answer


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds
        self.pauses: list[float] = []

    def remaining_ms(self) -> int:
        return round(self.left * 1000)

    def sleep(self, seconds: float) -> None:
        self.left -= seconds
        self.pauses.append(seconds)


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "VoiceAnalytics")
    return importlib.reload(importlib.import_module("stores"))


@pytest.fixture
def put(
    stores: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[frozenset[str], Clock]]:
    def reingest(aws: Aws, *data: bytes, seconds: float = 120) -> tuple[frozenset[str], Clock]:
        monkeypatch.setattr(stores, "client", {"firehose": aws}.__getitem__)
        clock = Clock(seconds)
        pieces = [stores.Reingested(str(position), item) for position, item in enumerate(data)]
        lost: frozenset[str] = stores.reingest(
            pieces, "stream", stores.Deadline(clock.remaining_ms, clock.sleep)
        )
        assert {call["DeliveryStreamName"] for call in aws.calls} <= {"stream"}
        return lost, clock

    return reingest


@pytest.fixture
def store(
    stores: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[frozenset[str], Clock]]:
    def store_rejects(
        aws: Aws, *objects: RejectedObject, seconds: float = 120
    ) -> tuple[frozenset[str], Clock]:
        monkeypatch.setattr(stores, "client", {"s3": aws}.__getitem__)
        clock = Clock(seconds)
        lost: frozenset[str] = stores.store_rejects(
            objects, "bucket", stores.Deadline(clock.remaining_ms, clock.sleep)
        )
        assert {(call["Bucket"], call["ContentType"]) for call in aws.calls} <= {
            ("bucket", "application/gzip")
        }
        return lost, clock

    return store_rejects


OBJECT = RejectedObject("rejected/dt=2026-03-05/a.json.gz", b"body", frozenset({"0", "2"}))


def test_records_are_reingested_in_one_request(put: Callable[..., Any]) -> None:
    aws = Aws(taken)
    assert put(aws, b"a", b"b")[0] == frozenset()
    assert aws.calls == [
        {"DeliveryStreamName": "stream", "Records": [{"Data": b"a"}, {"Data": b"b"}]}
    ]


def test_nothing_to_reingest_calls_nothing(put: Callable[..., Any]) -> None:
    aws = Aws()
    assert put(aws)[0] == frozenset()
    assert aws.calls == []


def test_a_request_is_bounded_by_count_and_by_bytes(put: Callable[..., Any]) -> None:
    aws = Aws(taken, taken, taken)
    put(aws, *[b"x"] * 1001)
    assert [len(call["Records"]) for call in aws.calls] == [500, 500, 1]
    aws = Aws(taken, taken)
    put(aws, *[b"x" * 1_024_000] * 5)
    assert [len(call["Records"]) for call in aws.calls] == [4, 1]
    aws = Aws(taken)
    put(aws, *[b"x" * 1024 * 512] * 8)  # 4 MiB
    assert [len(call["Records"]) for call in aws.calls] == [8]


def test_what_was_refused_is_sent_again_alone(put: Callable[..., Any]) -> None:
    aws = Aws(refusing(b"b"), taken)
    assert put(aws, b"a", b"b", b"c")[0] == frozenset()
    assert [record["Data"] for record in aws.calls[1]["Records"]] == [b"b"]


def test_a_pause_comes_before_another_attempt_alone(put: Callable[..., Any]) -> None:
    assert put(Aws(taken), b"a")[1].pauses == []
    assert len(put(Aws(refusing(b"b"), taken), b"a", b"b")[1].pauses) == 1


@pytest.mark.parametrize(
    "error", [THROTTLED, DENIED, TIMEOUT], ids=["throttled", "denied", "timeout"]
)
def test_a_request_that_failed_is_sent_again_whole(
    error: Exception, put: Callable[..., Any]
) -> None:
    aws = Aws(error, taken)
    assert put(aws, b"a", b"b")[0] == frozenset()
    assert aws.calls[0] == aws.calls[1]


def test_what_stays_refused_is_named_when_the_time_is_over(put: Callable[..., Any]) -> None:
    lost, clock = put(Aws(*[refusing(b"b")] * 1000), b"a", b"b", b"c")
    assert lost == {"1"}
    assert 8 <= clock.left < 14  # time for an attempt and the answer was kept


def test_on_a_persons_machine_one_attempt_is_enough(
    put: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SAM_LOCAL", "true")
    aws = Aws(TIMEOUT, taken)
    lost, clock = put(aws, b"a")
    assert lost == {"0"}
    assert len(aws.calls) == 1
    assert clock.pauses == []


def test_pauses_grow_are_jittered_and_bounded(put: Callable[..., Any]) -> None:
    _, clock = put(Aws(*[THROTTLED] * 1000), b"a")
    assert clock.pauses[0] <= 0.1
    assert clock.pauses[-1] >= 2.5
    assert max(clock.pauses) <= 5
    assert len(set(clock.pauses)) == len(clock.pauses)


def test_no_attempt_is_begun_that_could_outlast_the_function(
    put: Callable[..., Any], store: Callable[..., Any]
) -> None:
    aws = Aws(taken)
    assert put(aws, b"a", seconds=7.9)[0] == {"0"}
    assert aws.calls == []
    assert put(aws, b"a", seconds=8)[0] == frozenset()
    aws = Aws(lambda **_: {})
    assert store(aws, OBJECT, seconds=13.9)[0] == {"0", "2"}  # leaves time to reingest
    assert store(aws, OBJECT, seconds=14)[0] == frozenset()


class Silent(Aws):
    """Answers nothing until the attempt is given up."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def __call__(self, **sent: Any) -> Any:
        self.calls.append(sent)
        self._clock.left -= 6
        raise TIMEOUT

    put_object = put_record_batch = __call__


def test_however_silent_aws_is_there_is_time_left_to_answer(
    stores: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seconds in (8, 15, 17, 30, 120):
        clock = Clock(seconds)
        silent = Silent(clock)
        monkeypatch.setattr(stores, "client", {"s3": silent, "firehose": silent}.__getitem__)
        deadline = stores.Deadline(clock.remaining_ms, clock.sleep)
        objects = [
            OBJECT._replace(key=str(number), record_ids=frozenset({str(number)}))
            for number in range(3)
        ]
        assert stores.store_rejects(objects, "bucket", deadline) == {"0", "1", "2"}
        assert clock.left >= 8
        pieces = [stores.Reingested(str(number), b"x" * 1_024_000) for number in range(20)]
        assert stores.reingest(pieces, "stream", deadline) == {
            record.record_id for record in pieces
        }
        assert clock.left >= 2


def test_a_response_without_each_record_is_not_a_success(
    put: Callable[..., Any],
) -> None:
    aws = Aws(lambda **_: {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "1"}]}, taken)
    assert put(aws, b"a", b"b")[0] == frozenset()
    assert len(aws.calls) == 2


def test_rejects_are_stored_under_their_key(store: Callable[..., Any]) -> None:
    aws = Aws(lambda **_: {})
    assert store(aws, OBJECT)[0] == frozenset()
    (call,) = aws.calls
    assert (call["Bucket"], call["Key"], call["Body"]) == ("bucket", OBJECT.key, b"body")


@pytest.mark.parametrize(
    "error", [THROTTLED, DENIED, TIMEOUT], ids=["throttled", "denied", "timeout"]
)
def test_rejects_that_were_refused_are_stored_again(
    error: Exception, store: Callable[..., Any]
) -> None:
    aws = Aws(error, error, lambda **_: {})
    assert store(aws, OBJECT)[0] == frozenset()
    assert len(aws.calls) == 3


def test_rejects_that_stay_refused_cost_their_own_records(store: Callable[..., Any]) -> None:
    other = OBJECT._replace(key="other", record_ids=frozenset({"1"}))
    aws = Aws(DENIED, lambda **_: {}, *[DENIED] * 1000)
    assert store(aws, OBJECT, other)[0] == {"0", "2"}


def test_no_answer_of_aws_reaches_the_log(
    put: Callable[..., Any], store: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    put(Aws(THROTTLED, TIMEOUT, refusing(b"a"), taken), b"a")
    store(Aws(DENIED, lambda **_: {}), OBJECT)
    reasons = [record.__dict__["reason"] for record in caplog.records]
    assert reasons == [
        "ServiceUnavailableException",
        "ConnectTimeoutError",
        "ServiceUnavailableException",
        "AccessDenied",
    ]
    assert SECRET not in caplog.text


def test_a_request_refused_for_one_of_its_records_costs_that_record_alone(
    put: Callable[..., Any],
) -> None:
    def refuses_bad(*, Records: list[dict[str, bytes]], **_: Any) -> dict[str, Any]:  # noqa: N803
        if any(record["Data"] == b"bad" for record in Records):
            code = "InvalidArgumentException"
            raise ClientError({"Error": {"Code": code, "Message": SECRET}}, "PutRecordBatch")
        return taken(Records=Records)

    lost, _ = put(Aws(*[refuses_bad] * 9), b"a", b"b", b"bad", b"c", seconds=20)
    assert lost == {"2"}


@pytest.mark.parametrize(
    "result", [{"RecordId": ""}, {"RecordId": None}, {"RecordId": "1", "ErrorCode": "x"}, {}]
)
def test_a_record_is_taken_only_with_an_id_and_without_an_error(
    result: dict[str, Any], put: Callable[..., Any]
) -> None:
    aws = Aws(lambda **_: {"RequestResponses": [result]})
    assert put(aws, b"a", seconds=9)[0] == {"0"}


@pytest.mark.parametrize("response", [{"Error": None}, {"Error": "x"}, {"Error": {"Code": []}}, 5])
def test_an_error_of_any_form_costs_its_record(response: Any, put: Callable[..., Any]) -> None:
    class OddError(Exception):
        pass

    def fails(**_: Any) -> Any:
        error = OddError()
        error.response = response  # type: ignore[attr-defined]
        raise error

    assert put(Aws(fails), b"a", seconds=9)[0] == {"0"}


def test_boto_makes_one_attempt_within_the_seconds_that_are_reckoned_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-1")
    clients = importlib.import_module("clients")
    config = clients._boto3_client("s3").meta.config
    assert config.retries["total_max_attempts"] == 1
    assert (config.connect_timeout, config.read_timeout) == (
        clients.CONNECT_SECONDS,
        clients.READ_SECONDS,
    )
    assert importlib.import_module("stores")._ATTEMPT_SECONDS == 6
