"""Where a lake's objects are: a bucket with versions, or a folder. One object is exchanged at once.

S3 exchanges an object by a conditional put (`If-Match`): who reads a key sees the old object or the
new one, never none and never both.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from botocore.exceptions import ClientError

from voice_analytics.operate.aws import error_code
from voice_analytics.operate.objects import list_objects
from voice_analytics.operate.stack import Stack
from voice_analytics.replace_file import replace_file

_CHANGED = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class Stored(NamedTuple):
    """An object: its key, and the version of its content."""

    key: str
    etag: str


class ChangedError(Exception):
    """The object is not what was read; nothing is changed."""


class Store(Protocol):
    """Objects of a lake."""

    def objects(self, prefix: str) -> Iterator[Stored]: ...
    def read(self, key: str) -> tuple[bytes, Stored]: ...
    def replace(self, stored: Stored, body: bytes) -> None: ...
    def delete(self, stored: Stored) -> None: ...
    def old_versions(self, prefix: str) -> Iterator[tuple[str, str]]: ...
    def read_version(self, key: str, version: str) -> bytes: ...
    def delete_version(self, key: str, version: str) -> None: ...


class Bucket:
    """The bucket of a stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._s3 = stack.aws.client("s3")
        self._bucket = stack.bucket

    def objects(self, prefix: str) -> Iterator[Stored]:
        for each in list_objects(self._stack, prefix):
            yield Stored(each.key, each.etag)

    def read(self, key: str) -> tuple[bytes, Stored]:
        response = self._s3.get_object(Bucket=self._bucket, Key=key)
        return response["Body"].read(), Stored(key, response["ETag"])

    def replace(self, stored: Stored, body: bytes) -> None:
        """Raises ChangedError where somebody else has been faster."""
        try:
            self._s3.put_object(Bucket=self._bucket, Key=stored.key, Body=body, IfMatch=stored.etag)
        except ClientError as error:
            if error_code(error) in _CHANGED:
                raise ChangedError(stored.key) from None
            raise

    def delete(self, stored: Stored) -> None:
        self._s3.delete_object(Bucket=self._bucket, Key=stored.key)

    def old_versions(self, prefix: str) -> Iterator[tuple[str, str]]:
        """What was overwritten or deleted, and is kept for a month."""
        pages = self._s3.get_paginator("list_object_versions").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        for page in pages:
            for each in page.get("Versions", []):
                if not each["IsLatest"]:
                    yield each["Key"], each["VersionId"]

    def read_version(self, key: str, version: str) -> bytes:
        response = self._s3.get_object(Bucket=self._bucket, Key=key, VersionId=version)
        body: bytes = response["Body"].read()
        return body

    def delete_version(self, key: str, version: str) -> None:
        self._s3.delete_object(Bucket=self._bucket, Key=key, VersionId=version)


class Folder:
    """A lake on this machine. It keeps no versions."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def objects(self, prefix: str) -> Iterator[Stored]:
        for path in sorted((self._root / prefix).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield Stored(path.relative_to(self._root).as_posix(), "")

    def read(self, key: str) -> tuple[bytes, Stored]:
        return (self._root / key).read_bytes(), Stored(key, "")

    def replace(self, stored: Stored, body: bytes) -> None:
        replace_file(self._root / stored.key, body)

    def delete(self, stored: Stored) -> None:
        (self._root / stored.key).unlink(missing_ok=True)

    def old_versions(self, prefix: str) -> Iterator[tuple[str, str]]:  # noqa: ARG002
        return iter(())

    def read_version(self, key: str, version: str) -> bytes:
        raise FileNotFoundError(key, version)

    def delete_version(self, key: str, version: str) -> None:
        raise FileNotFoundError(key, version)
