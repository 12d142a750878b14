"""The sink that puts lines straight into the delivery stream."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import boto3
import pytest
from moto import mock_aws
from session_analytics.batch import Rules, read_record
from tests.agent.core.duck import Session
from voice_analytics_agent import record
from voice_analytics_agent.sinks import firehose, sender
from voice_analytics_agent.sinks.firehose import FirehoseSink, to_firehose

LINE = json.dumps({"_event_type": "session_analytics", "session_id": "s", "transcript": [1, 2]})


class Stream:
    """A client whose answers are given: an exception, or the error code of each record."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.puts: list[list[bytes]] = []

    def put_record_batch(self, *, DeliveryStreamName: str, Records: list[Any]) -> Any:  # noqa: N803
        assert DeliveryStreamName == "calls"
        self.puts.append([each["Data"] for each in Records])
        answer = self.answers.pop(0) if self.answers else [None] * len(Records)
        if isinstance(answer, Exception):
            raise answer
        return {"RequestResponses": [{"ErrorCode": code} if code else {} for code in answer]}

    def lines(self) -> list[str]:
        """What was put and not refused, at least once."""
        documents = [json.loads(gzip.decompress(data)) for data in self.puts[-1]]
        return [event["message"] for document in documents for event in document["logEvents"]]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firehose, "_FIRST_PAUSE", 0.001)


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """The lines of the log at INFO, when asked."""
    caplog.set_level("INFO")

    class Lines(list[str]):
        def __iter__(self) -> Iterator[str]:
            return iter([r.getMessage() for r in caplog.records if r.levelname == "INFO"])

    yield Lines()


def test_a_line_is_delivered_and_a_short_one_logged(logged: list[str]) -> None:
    stream = Stream()
    FirehoseSink("calls", stream)(LINE)
    assert stream.lines() == [LINE]
    (short,) = logged
    assert json.loads(short)["call"]["turns"] == 2
    assert "session_analytics" not in short  # the subscription would deliver it as a reject


def test_refused_records_are_put_again(logged: list[str]) -> None:
    stream = Stream(["ServiceUnavailableException"], ConnectionError(), [None])
    FirehoseSink("calls", stream)(LINE)
    assert len(stream.puts) == 3
    assert len({data for put in stream.puts for data in put}) == 1  # the same bytes, the same id
    assert LINE not in list(logged)


def test_what_is_not_taken_goes_to_the_log(logged: list[str]) -> None:
    stream = Stream(*[["ServiceUnavailableException"]] * 9)
    FirehoseSink("calls", stream)(LINE)
    assert list(logged) == [LINE]


def test_calls_that_end_together_go_together(logged: list[str]) -> None:
    gate, entered = threading.Event(), threading.Event()

    class Slow(Stream):
        def put_record_batch(self, **request: Any) -> Any:
            entered.set()
            gate.wait(20)
            return super().put_record_batch(**request)

    stream = Slow()
    sink = FirehoseSink("calls", stream)
    threads = [threading.Thread(target=sink, args=(f'{{"n": {n}}}',)) for n in range(5)]
    threads[0].start()
    entered.wait(20)
    for thread in threads[1:]:
        thread.start()
    while len(sink._waiting) < 4:
        pass
    gate.set()
    for thread in threads:
        thread.join()
    assert len(stream.puts) == 2
    assert sorted(stream.lines()) == [f'{{"n": {n}}}' for n in range(1, 5)]
    assert len(list(logged)) == 5


def test_without_a_stream_the_log_is_used(
    logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VOICE_ANALYTICS_STREAM", raising=False)
    to_firehose(None)(LINE)
    assert list(logged) == [LINE]


def test_without_boto3_or_a_region_the_log_is_used(
    logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise ImportError

    monkeypatch.setattr(firehose, "_make_client", missing)
    FirehoseSink("calls")(LINE)
    assert list(logged) == [LINE]


@mock_aws
def test_the_stream_gets_what_the_layer_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("VOICE_ANALYTICS_STREAM", "agents-calls")
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": "us-west-1"})
    boto3.client("firehose").create_delivery_stream(
        DeliveryStreamName="agents-calls",
        S3DestinationConfiguration={
            "RoleARN": "arn:aws:iam::123456789012:role/r",
            "BucketARN": "arn:aws:s3:::lake",
        },
    )
    session = Session()
    record(session, sink="firehose", journal=False)
    session.say("user", "Hello")
    session.close()
    (stored,) = s3.list_objects_v2(Bucket="lake")["Contents"]
    data = s3.get_object(Bucket="lake", Key=stored["Key"])["Body"].read()
    transformed = read_record(data, 1_700_000_000_000, Rules(date(2020, 1, 1)))
    assert transformed.outcome.rejects == []
    (line,) = [line for lines in transformed.outcome.lines.values() for line in lines]
    assert json.loads(line.text)["turn_count"] == 1


def test_unknown_sinks_are_named(caplog: pytest.LogCaptureFixture) -> None:
    sender("kafka")
    assert "'log', 'firehose' or a function" in caplog.records[-1].getMessage()
