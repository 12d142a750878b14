"""Firehose's protocol with the function, its buffers and its objects."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.local.streams import NOON, Run, each, ok, record
from voice_analytics.errors import UserError
from voice_analytics.local.firehose.delivery import MAX_ACTIVE_PARTITIONS
from voice_analytics.local.function.runtime import FunctionError
from voice_analytics.template.delivery_stream import BufferingHints, ProcessingConfiguration

pytestmark = pytest.mark.slow


def rows(run: Run, root: Path) -> list[dict[str, Any]]:
    files = [root / key for key in run.keys if key.endswith(".parquet")]
    return [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]


def test_answered_records_become_rows_in_their_partition(tmp_path: Path) -> None:
    run = Run(tmp_path, [record(1), record(2)], each(ok))
    assert run.fates() == {"id-1": "delivered", "id-2": "delivered"}
    assert run.folders() == ["sessions/dt=2026-01-01"]
    assert rows(run, tmp_path) == [{"id": "id-1", "n": 1}, {"id": "id-2", "n": 1}]


def test_the_function_gets_what_firehose_sends(tmp_path: Path) -> None:
    run = Run(tmp_path, [record(1, b"\x1f\x8b")], each(ok))
    (event,) = run.events
    assert (
        event["deliveryStreamArn"]
        == "arn:aws:firehose:us-west-1:123456789012:deliverystream/voice-analytics-to-s3"
    )
    assert event["region"] == "us-west-1"
    assert event["records"] == [
        {"recordId": "id-1", "approximateArrivalTimestamp": NOON, "data": "H4s="}
    ]


def test_the_key_of_an_object_is_made_as_firehose_makes_it(tmp_path: Path) -> None:
    run = Run(tmp_path, [record(1, arrival_ms=NOON + 999), record(2, arrival_ms=NOON)], each(ok))
    assert run.keys[0].startswith(
        "sessions/dt=2026-01-01/voice-analytics-to-s3-1-2026-01-01-12-00-00-"
    )
    assert run.keys[0].endswith(".parquet")


def test_the_same_records_give_the_same_objects_again(tmp_path: Path) -> None:
    def files(root: Path) -> dict[str, bytes]:
        run = Run(
            root,
            [record(1), record(2, b"x")],
            each(lambda given: ok(given) if given["recordId"] == "id-1" else None),
        )
        return {key: (root / key).read_bytes() for key in run.keys}

    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_a_dropped_record_leaves_no_trace(tmp_path: Path) -> None:
    run = Run(
        tmp_path,
        [record(1)],
        each(lambda given: {"recordId": given["recordId"], "result": "Dropped"}),
    )
    assert run.fates() == {"id-1": "dropped"}
    assert run.keys == []


def test_a_failed_record_is_kept_as_it_was_put_in_the_shape_that_aws_writes(tmp_path: Path) -> None:
    run = Run(
        tmp_path,
        [record(1, b"original", NOON), record(2, arrival_ms=NOON + 5)],
        each(
            lambda given: (
                ok(given)
                if given["recordId"] == "id-2"
                else {"recordId": "id-1", "result": "ProcessingFailed"}
            )
        ),
    )
    assert run.fates() == {"id-1": "Lambda.ProcessingFailedStatus", "id-2": "delivered"}
    assert run.folders() == ["errors/processing-failed/dt=2026-01-01", "sessions/dt=2026-01-01"]
    (key, _) = run.keys
    function = "arn:aws:lambda:us-west-1:123456789012:function:voice-analytics-transform:live"
    assert json.loads((tmp_path / key).read_bytes()) == {
        "rawData": base64.b64encode(b"original").decode(),
        "errorCode": "Lambda.ProcessingFailedStatus",
        "errorMessage": "ProcessingFailed status set for record",
        "attemptsMade": 1,
        "arrivalTimestamp": NOON,
        "attemptEndingTimestamp": NOON + 5,
        "lambdaARN": function,
    }
    assert len(run.events) == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"records": []}, "Lambda.MissingRecordId"),
        ({}, "Lambda.MissingRecordId"),
        (None, "Lambda.MissingRecordId"),
        (
            {"records": [{"recordId": "other", "result": "Ok", "data": "e30="}]},
            "Lambda.MissingRecordId",
        ),
        ({"records": [{"recordId": "id-1", "result": "Dropped"}] * 2}, "Lambda.DuplicatedRecordId"),
        ({"records": [{"recordId": "id-1", "result": "Ok"}]}, "Lambda.InvalidReturnFormat"),
        (
            {"records": [{"recordId": "id-1", "result": "Ok", "data": None}]},
            "Lambda.InvalidReturnFormat",
        ),
        (
            {"records": [{"recordId": "id-1", "result": "ok", "data": "e30="}]},
            "Lambda.InvalidReturnFormat",
        ),
    ],
)
def test_an_odd_answer_is_final(answer: Any, code: str, tmp_path: Path) -> None:
    run = Run(tmp_path, [record(1)], lambda _: answer)
    assert run.fates() == {"id-1": code}
    assert [line["attemptsMade"] for line in run.error_lines()] == [1]
    assert len(run.events) == 1


def test_an_unknown_id_in_the_answer_is_ignored(tmp_path: Path) -> None:
    def invoke(event: Mapping[str, Any]) -> Any:
        return {
            "records": [
                ok(event["records"][0]),
                {"recordId": "other", "result": "Ok", "data": "e30="},
            ]
        }

    assert Run(tmp_path, [record(1)], invoke).fates() == {"id-1": "delivered"}


def test_a_bad_answer_for_one_record_leaves_its_neighbours_alone(tmp_path: Path) -> None:
    run = Run(
        tmp_path,
        [record(1), record(2)],
        each(lambda given: ok(given) if given["recordId"] == "id-2" else None),
    )
    assert run.fates() == {"id-1": "Lambda.MissingRecordId", "id-2": "delivered"}


def test_a_function_error_is_tried_four_times_and_fails_the_whole_batch(tmp_path: Path) -> None:
    run = Run(tmp_path, [record(1), record(2)], lambda _: FunctionError("KeyError", "'x'"))
    assert set(run.fates().values()) == {"Lambda.FunctionError"}
    assert [line["attemptsMade"] for line in run.error_lines()] == [4, 4]
    assert len({event["invocationId"] for event in run.events}) == 4
    assert [event["records"] for event in run.events] == [run.events[0]["records"]] * 4


def test_a_function_that_recovers_loses_nothing(tmp_path: Path) -> None:
    answers = iter([FunctionError("Timeout", ""), FunctionError("Timeout", "")])
    run = Run(tmp_path, [record(1)], lambda event: next(answers, None) or each(ok)(event))
    assert run.fates() == {"id-1": "delivered"}
    assert len(run.events) == 3


def test_data_that_is_not_base64_counts_as_a_function_error(tmp_path: Path) -> None:
    run = Run(tmp_path, [record(1)], each(lambda given: ok(given) | {"data": "no base64!"}))
    assert run.fates() == {"id-1": "Lambda.FunctionError"}
    assert len(run.events) == 4


def test_the_function_is_invoked_when_the_buffer_has_reached_its_size(tmp_path: Path) -> None:
    size = (
        100 * 1024
    )  # the template's hint is 0.3 MB: 314,572.8 bytes, so four records are one batch
    run = Run(tmp_path, [record(number, b"x" * size) for number in range(9)], each(ok))
    assert [len(event["records"]) for event in run.events] == [4, 4, 1]


def test_the_function_is_invoked_when_the_oldest_record_has_waited_for_the_interval(
    tmp_path: Path,
) -> None:
    seconds = [0, 59, 60, 61, 119, 120]
    records = [
        record(number, arrival_ms=NOON + second * 1000) for number, second in enumerate(seconds)
    ]
    run = Run(tmp_path, records, each(ok))
    assert [len(event["records"]) for event in run.events] == [2, 3, 1]


def test_a_file_is_written_when_its_partition_is_full(tmp_path: Path) -> None:
    line = json.dumps({"id": "x" * 400_000}).encode()
    run = Run(
        tmp_path,
        [record(number, b"x" * 400_000) for number in range(4)],
        each(lambda given: ok(given, data=line)),
        buffering_hints=BufferingHints(size_in_mbs=1, interval_in_seconds=300),
    )
    assert len(run.keys) == 2
    assert sorted(len(pq.ParquetFile(tmp_path / key).read()) for key in run.keys) == [1, 3]


def test_a_file_is_written_when_its_oldest_record_has_waited_for_the_interval(
    tmp_path: Path,
) -> None:
    """A record waits for the function first.

    The second and the third are transformed when the next one arrives.
    """
    records = [
        record(number, arrival_ms=NOON + second * 1000)
        for number, second in enumerate([0, 100, 301, 700])
    ]
    run = Run(tmp_path, records, each(ok))
    assert sorted(len(pq.ParquetFile(tmp_path / key).read()) for key in run.keys) == [2, 2]


def test_every_partition_has_its_own_file(tmp_path: Path) -> None:
    run = Run(
        tmp_path,
        [record(1), record(2)],
        each(lambda given: ok(given, f"2026-01-0{given['recordId'][-1]}")),
    )
    assert run.folders() == ["sessions/dt=2026-01-01", "sessions/dt=2026-01-02"]


@pytest.mark.parametrize(
    "metadata",
    [None, {}, {"partitionKeys": {}}, {"partitionKeys": {"dt": ""}}, {"partitionKeys": {"dt": 1}}],
)
def test_a_record_without_its_partition_key_goes_to_the_error_prefix(
    metadata: Any, tmp_path: Path
) -> None:
    run = Run(tmp_path, [record(1)], each(lambda given: ok(given) | {"metadata": metadata}))
    assert run.fates() == {"id-1": "DynamicPartitioning.MetadataExtractionFailed"}
    assert run.folders() == ["errors/metadata-extraction-failed/dt=2026-01-01"]


def test_partitions_beyond_the_quota_go_to_the_error_prefix(tmp_path: Path) -> None:
    records = [record(number) for number in range(MAX_ACTIVE_PARTITIONS + 2)]
    run = Run(tmp_path, records, each(lambda given: ok(given, given["recordId"])))
    codes = [outcome.error_code for outcome in run.outcomes if outcome.fate == "failed"]
    assert codes == ["DynamicPartitioning.ActivePartitionsLimitExceeded"] * 2
    assert "errors/activePartitionExceeded/dt=2026-01-01" in run.folders()


def test_a_partition_key_cannot_write_outside_the_bucket(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="leads out of"):
        Run(tmp_path, [record(1)], each(lambda given: ok(given, "../../../../x/..")))


def test_a_record_that_does_not_convert_is_kept_whole_in_the_shape_that_aws_writes(
    tmp_path: Path,
) -> None:
    data = b'{"id": "good", "n": 1}\n{"id": "bad", "n": "oops"}\n'
    run = Run(
        tmp_path,
        [record(1), record(2)],
        each(lambda given: ok(given, data=data if given["recordId"] == "id-1" else None)),
    )
    assert run.fates() == {"id-1": "DataFormatConversion.MalformedData", "id-2": "delivered"}
    assert run.folders() == [
        "errors/format-conversion-failed/dt=2026-01-01",
        "sessions/dt=2026-01-01",
    ]
    assert rows(run, tmp_path) == [{"id": "id-2", "n": 1}]
    assert run.error_lines() == [
        {
            "attemptsMade": 1,
            "arrivalTimestamp": NOON,
            "lastErrorCode": "DataFormatConversion.MalformedData",
            "lastErrorMessage": 'For input string: "oops"',
            "attemptEndingTimestamp": NOON,
            "rawData": base64.b64encode(data).decode(),
            "sequenceNumber": "id-1",
            "subSequenceNumber": None,
            "dataCatalogTable": {
                "catalogId": "123456789012",
                "databaseName": "voice_analytics",
                "tableName": "session_analytics",
                "region": "us-west-1",
                "versionId": "LATEST",
                "catalogArn": "arn:aws:glue:us-west-1:123456789012:catalog",
            },
        }
    ]


def test_without_enabled_the_function_is_never_asked_and_gzip_reaches_the_conversion(
    tmp_path: Path,
) -> None:
    """Processing without `Enabled` is off: no partition keys come from anywhere."""
    run = Run(tmp_path, [record(1, b"\x1f\x8b")], each(ok), processing=ProcessingConfiguration())
    assert run.events == []
    assert run.fates() == {"id-1": "DynamicPartitioning.MetadataExtractionFailed"}
