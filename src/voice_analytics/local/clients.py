"""The function's AWS clients on this machine: S3 stores rejects, Firehose takes reingested records.

Names and limits: S3 API Reference, "PutObject"; Firehose API Reference, "PutRecordBatch". Errors
look as botocore's do.
"""
# ruff: noqa: N803 - the parameters have AWS's names

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

from voice_analytics.local.faults import Faults
from voice_analytics.local.function.sandbox import CLOCK

# Of a lake; hidden from Athena by their underscores.
KEY_FILE = "_pseudonym_key.json"
FORGOTTEN_FILE = "_forgotten.json"
_MAX_BATCH_RECORDS = 500
_MAX_BATCH_BYTES = 4 * 1024 * 1024
_MAX_RECORD_BYTES = 1_000 * 1024
_READ_TIMEOUT_SECONDS = 10  # that of the function's clients


class ClientError(Exception):
    """AWS has answered with an error."""

    def __init__(self, code: str, operation: str) -> None:
        super().__init__(f"An error occurred ({code}) when calling the {operation} operation")
        self.response = {"Error": {"Code": code}}


class ReadTimeoutError(Exception):
    """AWS has not answered in time: what was sent may be stored or not."""


class S3Client:
    """S3 with one bucket; `store` takes each object's key and bytes."""

    def __init__(self, bucket: str, store: Callable[[str, bytes], object], faults: Faults) -> None:
        self._bucket = bucket
        self._store = store
        self._faults = faults

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **_: str) -> dict[str, Any]:
        """Raises ClientError and ReadTimeoutError."""
        if Bucket != self._bucket:
            raise ClientError("NoSuchBucket", "PutObject")
        if self._faults.happens("rejects-denied"):
            raise ClientError("AccessDenied", "PutObject")
        late = self._faults.happens("rejects-timeout")
        if not late or self._faults.stored_nonetheless("rejects-timeout"):
            self._store(Key, Body)
        if late:
            raise _timed_out()
        return {}


class FirehoseClient:
    """Firehose with one stream; `put` takes each record's bytes and gives it an id."""

    def __init__(self, stream: str, put: Callable[[bytes], str], faults: Faults) -> None:
        self._stream = stream
        self._put = put
        self._faults = faults

    def put_record_batch(
        self, *, DeliveryStreamName: str, Records: Sequence[dict[str, bytes]]
    ) -> dict[str, Any]:
        """What became of each record. Raises ClientError and ReadTimeoutError."""
        self._check(DeliveryStreamName, [record["Data"] for record in Records])
        if self._faults.happens("reingest-denied"):
            raise ClientError("AccessDeniedException", "PutRecordBatch")
        late = self._faults.happens("reingest-timeout")
        if late and not self._faults.stored_nonetheless("reingest-timeout"):
            raise _timed_out()
        results = [self._result(record["Data"]) for record in Records]
        if late:
            raise _timed_out()
        return {
            "FailedPutCount": sum("ErrorCode" in result for result in results),
            "RequestResponses": results,
        }

    def _check(self, stream: str, records: Sequence[bytes]) -> None:
        if stream != self._stream:
            raise ClientError("ResourceNotFoundException", "PutRecordBatch")
        sizes = [len(data) for data in records]
        fits = (
            1 <= len(sizes) <= _MAX_BATCH_RECORDS
            and sum(sizes) <= _MAX_BATCH_BYTES
            and max(sizes) <= _MAX_RECORD_BYTES
        )
        if not fits:
            raise ClientError("InvalidArgumentException", "PutRecordBatch")

    def _result(self, data: bytes) -> dict[str, str]:
        if self._faults.happens("reingest-throttled"):
            return {"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down."}
        return {"RecordId": self._put(data)}


class SecretsManagerClient:
    """Secrets Manager with one secret, the key of the pseudonyms: a file, made at its first use."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: ARG002
        """The secret; a lake keeps its key, so that the pseudonyms of two runs join."""
        if not self._path.exists():
            key = json.dumps({"id": f"local-{token_hex(4)}", "key": token_hex(32)})
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
            beside.write_text(f"{key}\n", encoding="utf-8")
            beside.chmod(0o600)
            with suppress(FileExistsError):  # another process was first: its key is taken
                self._path.hardlink_to(beside)
            beside.unlink()
        return {"SecretString": self._path.read_text(encoding="utf-8")}


def _timed_out() -> ReadTimeoutError:
    CLOCK.sleep(_READ_TIMEOUT_SECONDS)
    return ReadTimeoutError("Read timeout on endpoint URL")
