"""The function's clients refuse what AWS refuses; a call that timed out may have worked."""

import pytest

from voice_analytics.local.clients import ClientError, FirehoseClient, ReadTimeoutError, S3Client
from voice_analytics.local.faults import NONE, Faults

FULL = [{"Data": b"x" * 1_024_000}] * 4


def put(
    records: list[dict[str, bytes]], stream: str = "stream", faults: Faults = NONE
) -> list[dict[str, str]]:
    results: list[dict[str, str]] = FirehoseClient(
        "stream", lambda _: "id", faults
    ).put_record_batch(DeliveryStreamName=stream, Records=records)["RequestResponses"]
    return results


def test_a_bucket_that_is_not_there_is_refused() -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        S3Client("bucket", lambda *_: None, NONE).put_object(Bucket="another", Key="k", Body=b"")


def test_a_stream_that_is_not_there_is_refused() -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        put(FULL, stream="another")


def test_a_batch_may_have_500_records_and_four_mebibytes() -> None:
    assert put([{"Data": b"x"}] * 500) == [{"RecordId": "id"}] * 500
    assert len(put([*FULL, {"Data": b"x" * 98_304}])) == 5


@pytest.mark.parametrize(
    "records",
    [[], [{"Data": b""}] * 501, [{"Data": b"x" * 1_024_001}], [*FULL, {"Data": b"x" * 98_305}]],
    ids=["none", "501", "a record of more than 1000 KiB", "more than 4 MiB"],
)
def test_a_batch_that_is_too_large_is_refused(records: list[dict[str, bytes]]) -> None:
    with pytest.raises(ClientError, match="InvalidArgumentException"):
        put(records)


def test_a_throttled_record_is_refused_alone() -> None:
    results = put([{"Data": b"x"}] * 100, faults=Faults({"reingest-throttled": 0.5}, 0))
    refused = [result for result in results if "RecordId" not in result]
    assert 0 < len(refused) < 100
    assert {result["ErrorCode"] for result in refused} == {"ServiceUnavailableException"}


def test_an_object_whose_put_times_out_is_stored_or_not() -> None:
    stored: list[str] = []
    s3 = S3Client("bucket", lambda key, _: stored.append(key), Faults({"rejects-timeout": 1}, 0))
    for number in range(40):
        with pytest.raises(ReadTimeoutError):
            s3.put_object(Bucket="bucket", Key=str(number), Body=b"")
    assert 0 < len(stored) < 40
