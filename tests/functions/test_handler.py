"""The handler: one answer a record.

What is wrong with one costs itself alone, and no payload reaches the log.
"""

import base64
import gzip
import importlib
import io
import itertools
import json
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from session_analytics import batch, response
from session_analytics.cloudwatch import encode
from session_analytics.flatten import event_row
from session_analytics.response import result_of

from tests.rows import LOGGED_AT, event, log_batch

type Handler = Callable[[dict[str, Any]], dict[str, Any]]
SECRET = "ana@example.com"
ENVIRONMENT = {
    "PROJECTION_START_DATE": "2025-01-01",
    "BUCKET_NAME": "analytics",
    "POWERTOOLS_METRICS_NAMESPACE": "VoiceAnalytics",
    "POWERTOOLS_SERVICE_NAME": "transform",
}


class Aws:
    """S3 and Firehose in memory; `error` is raised by every call."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.records: list[bytes] = []
        self.error: Exception | None = None

    def put_object(self, **sent: Any) -> None:
        self._fail()
        assert sent["Bucket"] == ENVIRONMENT["BUCKET_NAME"]
        self.objects[sent["Key"]] = sent["Body"]

    def put_record_batch(self, **sent: Any) -> dict[str, Any]:
        self._fail()
        assert sent["DeliveryStreamName"] == "stream"
        self.records += [record["Data"] for record in sent["Records"]]
        return {"RequestResponses": [{"RecordId": "1"} for _ in sent["Records"]]}

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    clients = importlib.import_module("clients")
    fake = Aws()
    for service in ("s3", "firehose"):
        clients.provide(service, fake)
    return fake


@pytest.fixture
def handle(aws: Aws) -> Handler:
    app = importlib.import_module("app")

    def invoke(event: dict[str, Any]) -> dict[str, Any]:
        # milliseconds: time to read every record, then for one round of each kind
        reading = [120_000] * (len(event.get("records", ())) - 1)
        left = itertools.chain(reading, [14_000] * 3, itertools.repeat(8_000))
        context = SimpleNamespace(
            aws_request_id="request", get_remaining_time_in_millis=lambda: next(left)
        )
        response: dict[str, Any] = app.lambda_handler(event, context)
        return response

    return invoke


@pytest.fixture
def log(handle: Handler, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the function writes to its log."""
    written = io.StringIO()
    monkeypatch.setattr(
        importlib.import_module("observability").logger.registered_handler, "stream", written
    )
    return written


def transformation(*records: bytes | str) -> dict[str, Any]:
    return {
        "invocationId": "invocation",
        "deliveryStreamArn": "arn:aws:firehose:us-west-1:123456789012:deliverystream/stream",
        "region": "us-west-1",
        "records": [
            {
                "recordId": f"r{index}",
                "approximateArrivalTimestamp": round(LOGGED_AT.timestamp() * 1000),
                "data": data if isinstance(data, str) else base64.b64encode(data).decode(),
            }
            for index, data in enumerate(records)
        ],
    }


GOOD = encode(log_batch(json.dumps(event(user_email=SECRET)), "another line"))
CUT = '{"_event_type": "session_analytics", "user_email": "' + SECRET
STRADDLING = encode(
    log_batch(
        json.dumps(event()),
        json.dumps(event(start_time="2026-03-04T23:00:00")),
        json.dumps(event()),
    )
)
CONTROL = encode(
    log_batch("CWL CONTROL MESSAGE: Checking health of destination Firehose.")
    | {"messageType": "CONTROL_MESSAGE"}
)


def test_the_rows_of_a_record_are_newline_delimited_json_in_their_partition(
    handle: Handler,
) -> None:
    (entry,) = handle(transformation(GOOD))["records"]
    assert (entry["recordId"], entry["result"], entry["metadata"]) == (
        "r0",
        "Ok",
        {"partitionKeys": {"dt": "2026-03-05"}},
    )
    text = base64.b64decode(entry["data"]).decode()
    assert text.endswith("}\n")
    assert json.loads(text)["user_email"] == SECRET


@pytest.mark.parametrize(
    ("record", "result"),
    [
        pytest.param(CONTROL, "Dropped", id="control message"),
        pytest.param(encode(log_batch("a line", "another")), "Dropped", id="other lines alone"),
        pytest.param(encode(log_batch()), "Dropped", id="no event"),
        pytest.param("no base64!", "ProcessingFailed", id="no base64"),
        pytest.param("é", "ProcessingFailed", id="no ASCII"),
        pytest.param(b"no gzip", "ProcessingFailed", id="no gzip"),
        pytest.param(encode(log_batch(CUT)), "Dropped", id="a reject alone"),
    ],
)
def test_what_a_record_holds_costs_itself_alone(
    record: bytes | str, result: str, handle: Handler
) -> None:
    records = handle(transformation(GOOD, record, GOOD))["records"]
    assert [entry["result"] for entry in records] == ["Ok", result, "Ok"]
    assert records[1] == {"recordId": "r1", "result": result}


def test_what_is_too_much_to_unpack_comes_again_as_it_came(
    handle: Handler, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module("app"), "MAX_UNPACKED_BYTES", 1_000)
    padded = encode(log_batch("x" * 1_000))
    response = handle(transformation(padded, GOOD, "no base64!", STRADDLING))
    assert [entry["result"] for entry in response["records"]] == [
        "Dropped",
        "Dropped",
        "ProcessingFailed",
        "Dropped",
    ]
    assert aws.records == [GOOD, STRADDLING]
    assert handle(transformation(GOOD, GOOD))["records"][1]["result"] == "Ok"


def test_an_unforeseen_fault_costs_its_own_record(
    handle: Handler, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    def exploding(record_id: str, transformed: Any) -> Any:
        if record_id == "r1":
            raise RuntimeError(SECRET)
        return result_of(record_id, transformed)

    monkeypatch.setattr(importlib.import_module("app"), "result_of", exploding)
    records = handle(transformation(GOOD, GOOD, GOOD))["records"]
    assert [entry["result"] for entry in records] == ["Ok", "ProcessingFailed", "Ok"]
    logged = log.getvalue()
    assert '"error":"RuntimeError","where":"' in logged
    assert SECRET not in logged


def test_rejects_are_stored_before_their_record_is_answered(handle: Handler, aws: Aws) -> None:
    records = handle(transformation(GOOD, encode(log_batch(CUT, json.dumps(event())))))["records"]
    assert [entry["result"] for entry in records] == ["Ok", "Ok"]
    ((key, body),) = aws.objects.items()
    assert key.startswith("rejected/dt=2026-03-05/")
    row = json.loads(gzip.decompress(body))
    assert (row["error_code"], row["raw_message"], len(row["transform_version"])) == (
        "not_json",
        CUT,
        12,
    )


def test_a_repeated_invocation_stores_the_same_object_again(handle: Handler, aws: Aws) -> None:
    handle(transformation(encode(log_batch(CUT))))
    stored, aws.objects = aws.objects, {}
    handle(transformation(encode(log_batch(CUT))))
    assert aws.objects == stored != {}


def test_the_other_day_is_reingest_into_the_stream(handle: Handler, aws: Aws) -> None:
    (entry,) = handle(transformation(STRADDLING))["records"]
    assert entry["metadata"] == {"partitionKeys": {"dt": "2026-03-05"}}
    (second,) = handle(transformation(*aws.records))["records"]
    assert second["metadata"] == {"partitionKeys": {"dt": "2026-03-04"}}


@pytest.mark.parametrize(
    "record", [STRADDLING, encode(log_batch(CUT))], ids=["reingested", "rejects"]
)
def test_what_cannot_be_stored_costs_its_own_record(
    record: bytes, handle: Handler, aws: Aws, log: io.StringIO
) -> None:
    aws.error = ClientError({"Error": {"Code": "AccessDenied", "Message": SECRET}}, "Put")
    records = handle(transformation(GOOD, record, GOOD))["records"]
    assert [entry["result"] for entry in records] == ["Ok", "ProcessingFailed", "Ok"]
    assert SECRET not in log.getvalue()


def test_nothing_is_reingest_for_a_record_whose_rejects_are_lost(
    handle: Handler, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws, "put_object", lambda **_: 1 / 0)
    straddling = encode(
        log_batch(CUT, json.dumps(event()), json.dumps(event(start_time="2026-03-04T23:00:00")))
    )
    (entry,) = handle(transformation(straddling))["records"]
    assert (entry["result"], aws.records) == ("ProcessingFailed", [])


EVENTS_OF_ALL_KINDS = transformation(
    GOOD, CONTROL, b"broken", encode(log_batch(CUT, json.dumps(event(connection=5)))), STRADDLING
)
COUNTS = {
    "RecordsIn": 5,
    "RecordsFailed": 1,
    "RecordsReingested": 1,
    "EventsIn": 7,
    "EventsDelivered": 4,
    "CanariesDelivered": 0,
    "EventsRejected": 1,
    "EventFaults": 0,
    "EventsIgnored": 1,
    "EventsFromOtherLoggers": 0,
    "EventsReingested": 1,
    "EventsFailed": 0,
    "Violations": 1,
    "Redactions": 0,
}


def test_every_outcome_is_a_metric(handle: Handler, capsys: pytest.CaptureFixture[str]) -> None:
    handle(EVENTS_OF_ALL_KINDS)
    emitted = [
        json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line
    ]
    whole, by_code = emitted
    assert {name: whole[name] for name in COUNTS} == {
        name: [float(count)] for name, count in COUNTS.items()
    }
    units = {
        metric["Name"]: metric["Unit"]
        for metric in whole["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    }
    special = {"BytesIn": "Bytes", "BytesOut": "Bytes", "Duration": "Milliseconds"}
    assert units == dict.fromkeys(COUNTS, "Count") | special
    assert whole["BytesIn"][0] > 500
    assert whole["BytesOut"][0] > 500
    assert whole["Duration"][0] > 0
    assert (whole["service"], whole["_aws"]["CloudWatchMetrics"][0]["Namespace"]) == (
        "transform",
        "VoiceAnalytics",
    )
    assert (by_code["error_code"], by_code["EventsRejected"]) == ("not_json", [1.0])


def test_the_counts_of_an_invocation_are_the_sums_of_those_of_its_records(
    handle: Handler, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app, flatten = importlib.import_module("app"), event_row.flatten
    rules = app.SETTINGS.rules._replace(loggers=frozenset({"agent"}))
    monkeypatch.setattr(app, "SETTINGS", app.SETTINGS._replace(rules=rules))

    def fail(parsed: Any, *args: Any) -> Any:
        return 1 / 0 if parsed.event.get("region") == "nowhere" else flatten(parsed, *args)

    monkeypatch.setattr(batch, "flatten", fail)
    lines = [
        json.dumps(event(tags=["canary"])),
        json.dumps(event(connection=5)),
        json.dumps(event(region="nowhere")),
        json.dumps({"logger": "web", "message": json.dumps(event())}),
        "another line",
        CUT,
    ]
    records = [encode(log_batch(*lines)), b"broken", STRADDLING, GOOD]

    def counted(*records: bytes) -> Counter[str]:
        """The metrics, and those by a dimension with its value."""
        handle(transformation(*records))
        counts: Counter[str] = Counter()
        for line in map(json.loads, capsys.readouterr().out.splitlines()):
            label = line.get("error_code", "")
            assert abs(line["_aws"]["Timestamp"] / 1000 - time.time()) < 3600
            for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
                counts[metric["Name"] + label] += round(line[metric["Name"]][0])
                assert not label or metric["Unit"] == "Count"
        del counts["Duration"]
        return counts

    whole = counted(*records, *records)
    assert whole == sum([counted(record) for record in records] * 2, Counter())
    mixed = {
        "EventsIn": 6,
        "EventsDelivered": 1,
        "CanariesDelivered": 1,
        "EventsRejected": 2,
        "EventsRejectedfault": 1,
        "EventsRejectednot_json": 1,
        "EventFaults": 1,
        "EventsFromOtherLoggers": 1,
        "EventsIgnored": 1,
        "EventsReingested": 0,
        "Violations": 1,
    }
    assert mixed.items() <= counted(records[0]).items()


def test_a_record_that_failed_counts_as_nothing_else(
    handle: Handler, aws: Aws, log: io.StringIO
) -> None:
    aws.error = TimeoutError()
    handle(transformation(STRADDLING, STRADDLING))
    (summary,) = [
        json.loads(line) for line in log.getvalue().splitlines() if '"transformed"' in line
    ]
    assert {"EventsIn": 6, "EventsFailed": 6, "RecordsFailed": 2}.items() <= summary.items()
    assert "EventsDelivered" not in summary


def test_all_events_of_a_record_that_finds_no_room_count_as_reingested(
    handle: Handler, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_room = handle(transformation(STRADDLING, b"broken", b"broken"))
    monkeypatch.setattr(response, "MAX_RESPONSE_BYTES", len(json.dumps(without_room)))
    capsys.readouterr()
    answer = handle(transformation(STRADDLING, GOOD, GOOD))
    assert [entry["result"] for entry in answer["records"]] == ["Ok", "Dropped", "Dropped"]
    metrics = json.loads(capsys.readouterr().out.splitlines()[0])
    counts = ("RecordsReingested", "EventsIn", "EventsDelivered", "EventsReingested")
    assert [metrics[name] for name in counts] == [[3.0], [7.0], [2.0], [5.0]]
    assert metrics["EventsIgnored"] == [0.0]


def test_one_line_an_invocation_has_the_counts_and_no_payload(
    handle: Handler, log: io.StringIO
) -> None:
    handle(EVENTS_OF_ALL_KINDS)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    (summary,) = [line for line in lines if line["message"] == "transformed"]
    assert {name: count for name, count in COUNTS.items() if count}.items() <= summary.items()
    assert (summary["invocation_id"], summary["request_id"], len(summary["transform_version"])) == (
        "invocation",
        "request",
        12,
    )
    assert SECRET not in json.dumps(lines)


def test_the_line_of_an_invocation_is_headed_like_those_of_the_logger_in_utc(
    handle: Handler, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_japan = (LOGGED_AT + timedelta(hours=9)).replace(tzinfo=None)
    clock = SimpleNamespace(now=lambda zone: LOGGED_AT.astimezone(zone) if zone else in_japan)
    monkeypatch.setattr(importlib.import_module("observability"), "datetime", clock)
    handle(transformation(b"broken"))
    warning, summary = map(json.loads, log.getvalue().splitlines())
    head = ("level", "location", "message", "timestamp", "service")
    assert [summary[name] for name in head] == [
        *("INFO", "report", "transformed"),
        *("2026-03-05 12:00:00,000+0000", "transform"),
    ]
    assert set(head) <= warning.keys()


@pytest.mark.parametrize(("level", "lines"), [("DEBUG", 1), ("INFO", 1), ("WARNING", 0)])
def test_an_invocation_is_logged_at_the_level_of_information(
    level: str, lines: int, handle: Handler, log: io.StringIO
) -> None:
    logger = importlib.import_module("observability").logger
    logger.setLevel(level)
    handle(transformation(GOOD))
    logger.setLevel("INFO")
    assert log.getvalue().count('"transformed"') == lines


def test_an_invocation_without_records_is_answered(handle: Handler) -> None:
    assert handle(transformation()) == {"records": []}


def test_a_fault_on_an_event_costs_that_event_and_says_where(
    handle: Handler,
    aws: Aws,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    flatten = event_row.flatten

    def fails_on_one(parsed: Any, *args: Any) -> Any:
        if parsed.event["session_id"] == "bad":
            raise KeyError(SECRET)
        return flatten(parsed, *args)

    monkeypatch.setattr(batch, "flatten", fails_on_one)
    lines = [json.dumps(event(session_id=name)) for name in ("left", "bad", "right")]
    (entry,) = handle(transformation(encode(log_batch(*lines))))["records"]
    delivered = base64.b64decode(entry["data"]).decode().splitlines()
    assert [json.loads(line)["session_id"] for line in delivered] == ["left", "right"]
    (stored,) = aws.objects.values()
    reject = json.loads(gzip.decompress(stored))
    assert (reject["error_code"], reject["raw_message"]) == ("fault", lines[1])
    assert reject["error_message"].startswith("KeyError at test_a_fault_on_an_event")
    assert SECRET not in reject["error_message"]
    assert '"EventFaults":[1.0]' in capsys.readouterr().out


def test_a_fault_of_reading_a_line_costs_the_line(
    handle: Handler, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(line: str, _: object) -> Any:
        raise AssertionError(line)

    monkeypatch.setattr(batch, "read_line", fails)
    (entry,) = handle(transformation(encode(log_batch(json.dumps(event())))))["records"]
    assert entry["result"] == "Dropped"
    (stored,) = aws.objects.values()
    assert json.loads(gzip.decompress(stored))["error_code"] == "fault"


@pytest.mark.parametrize(("left", "results"), [(34_000, "Ok"), (33_999, "Dropped")])
def test_when_little_time_is_left_records_are_reingested_unread(
    left: int, results: str, aws: Aws
) -> None:
    app = importlib.import_module("app")
    context = SimpleNamespace(aws_request_id="r", get_remaining_time_in_millis=lambda: left)
    records = app.lambda_handler(transformation(GOOD, GOOD), context)["records"]
    assert [entry["result"] for entry in records] == ["Ok", results]
    assert aws.records == ([] if results == "Ok" else [GOOD])


def test_behind_many_events_records_are_reingested_unread(
    handle: Handler, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module("app"), "MAX_EVENTS", 2)
    three = encode(log_batch("a", "b", json.dumps(event())))
    records = handle(transformation(three, GOOD))["records"]
    assert [entry["result"] for entry in records] == ["Ok", "Dropped"]
    assert aws.records == [GOOD]


@pytest.mark.parametrize("budget", ["events", "time"])
def test_what_is_behind_the_budget_of_a_record_is_reingested_in_halves(
    budget: str,
    handle: Handler,
    aws: Aws,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if budget == "events":
        monkeypatch.setattr(batch, "MAX_EVENTS", 3)
    else:
        clock = itertools.chain([0, 5, 10], itertools.repeat(10.1))
        monkeypatch.setattr("session_analytics.batch.time.process_time", lambda: next(clock))
    lines = [json.dumps(event(session_id=f"s{number}")) for number in range(7)]
    (entry,) = handle(transformation(encode(log_batch(*lines))))["records"]
    assert (entry["result"], len(aws.records)) == ("Ok", 2)
    metrics = json.loads(capsys.readouterr().out.splitlines()[0])
    counts = ("EventsIn", "EventsDelivered", "EventsReingested")
    assert [metrics[name] for name in counts] == [[7.0], [3.0], [4.0]]
    delivered = base64.b64decode(entry["data"]) + b"".join(
        base64.b64decode(entry["data"]) for entry in handle(transformation(*aws.records))["records"]
    )
    ids = [json.loads(line)["session_id"] for line in delivered.splitlines()]
    assert ids == [f"s{number}" for number in range(7)]


def test_each_event_of_a_line_counts_for_the_budget(
    handle: Handler, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MAX_EVENTS", 3)
    line = json.dumps(event())
    (entry,) = handle(transformation(encode(log_batch(line * 3, line))))["records"]
    assert len(base64.b64decode(entry["data"]).splitlines()) == 3
    assert len(aws.records) == 1


def test_the_first_event_of_a_record_is_read_whatever_the_budget(
    handle: Handler, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MAX_SECONDS", -1)
    lines = [json.dumps(event()), CUT]
    (entry,) = handle(transformation(encode(log_batch(*lines))))["records"]
    assert (entry["result"], len(aws.records)) == ("Ok", 1)
    (entry,) = handle(transformation(*aws.records))["records"]
    assert (entry["result"], len(aws.records), len(aws.objects)) == ("Dropped", 1, 1)


def test_what_firehose_always_sends_may_be_missing(handle: Handler) -> None:
    assert handle({}) == {"records": []}
    nameless = transformation(GOOD, GOOD)
    del nameless["records"][0]["recordId"]
    del nameless["invocationId"], nameless["deliveryStreamArn"]
    assert [entry["recordId"] for entry in handle(nameless)["records"]] == ["r1"]
    timeless = transformation(GOOD, GOOD)
    del timeless["records"][0]["approximateArrivalTimestamp"]
    results = [entry["result"] for entry in handle(timeless)["records"]]
    assert results == ["ProcessingFailed", "Ok"]


def test_a_plain_record_too_large_for_the_stream_is_gzipped_when_it_is_reingested(
    handle: Handler, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module("app"), "MAX_UNPACKED_BYTES", 1)
    plain = gzip.decompress(encode(log_batch(json.dumps(event(x="y" * 1_100_000)))))
    handle(transformation(GOOD, plain))
    assert [gzip.decompress(data) for data in aws.records] == [plain]


def test_the_metrics_are_those_of_the_record_and_its_answer(
    handle: Handler, aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    handle(transformation(STRADDLING, encode(log_batch(CUT, "another line"))))
    metrics = json.loads(capsys.readouterr().out.splitlines()[0])
    records = [STRADDLING, encode(log_batch(CUT, "another line"))]
    assert metrics["BytesIn"] == [sum(map(len, records))]
    (entry, _) = handle(transformation(*records))["records"]
    assert metrics["BytesOut"] == [len(base64.b64decode(entry["data"]))]
    counts = {name: metrics[name][0] for name in metrics if name.startswith("Events")}
    assert counts == {
        "EventsIn": 5,
        "EventsDelivered": 2,
        "EventsReingested": 1,
        "EventsRejected": 1,
        "EventsIgnored": 1,
        "EventsFromOtherLoggers": 0,
        "EventsFailed": 0,
    }
    app = importlib.import_module("app")
    assert (app.MAX_UNPACKED_BYTES, app.MAX_EVENTS) == (16_777_216, 50_000)


def test_the_duration_is_in_milliseconds(
    handle: Handler, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([7.0, 7.25])
    app = importlib.import_module("app")
    monkeypatch.setattr(app, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    handle(transformation(GOOD))
    assert json.loads(capsys.readouterr().out.splitlines()[0])["Duration"] == [250.0]


def test_a_piece_that_is_rejected_is_not_counted_as_reingested(
    handle: Handler, aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(response, "MAX_RECORD_BYTES", 10)
    handle(transformation(STRADDLING))
    metrics = json.loads(capsys.readouterr().out.splitlines()[0])
    counts = ("EventsIn", "EventsDelivered", "EventsRejected", "EventsReingested")
    assert [metrics[name] for name in counts] == [[3.0], [2.0], [1.0], [0.0]]
    assert aws.records == []


@pytest.mark.parametrize(
    ("limit", "most"), [("MAX_UNPACKED_BYTES", len(gzip.decompress(GOOD))), ("MAX_EVENTS", 2)]
)
def test_behind_exactly_the_limit_of_an_invocation_one_more_record_is_read(
    limit: str, most: int, handle: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    for less, result in ((0, "Ok"), (1, "Dropped")):
        monkeypatch.setattr(importlib.import_module("app"), limit, most - less)
        records = handle(transformation(GOOD, GOOD))["records"]
        assert [entry["result"] for entry in records] == ["Ok", result]


def test_the_metrics_line_is_the_one_that_powertools_writes(
    handle: Handler, capsys: pytest.CaptureFixture[str]
) -> None:
    handle(transformation(encode(log_batch(json.dumps(event())))))
    line = json.loads(capsys.readouterr().out.splitlines()[0])
    observability = importlib.import_module("observability")
    units = {name: unit.value for name, unit in observability.METRICS.items()}
    whole = observability.metrics.serialize_metric_set(
        {
            name: {"Unit": unit, "Value": line[name]}
            for name, unit in (units | {"Duration": "Milliseconds"}).items()
        },
        dimensions={"service": observability.metrics.service},
    )
    whole["_aws"]["Timestamp"] = line["_aws"]["Timestamp"]
    assert line == whole
