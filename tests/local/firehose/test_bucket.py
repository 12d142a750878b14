"""A file of the lake is there whole, or not at all."""

import errno
from pathlib import Path

import pytest

from voice_analytics.errors import UserError
from voice_analytics.local.firehose.bucket import Bucket

KEY = "sessions/dt=2026-01-01/a.parquet"


def test_a_full_disk_leaves_the_file_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = Bucket(tmp_path)
    bucket.put(KEY, b"good")

    def half(path: Path, data: bytes) -> None:
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(UserError, match="No space left on device"):
        bucket.put(KEY, b"another")
    assert (tmp_path / KEY).read_bytes() == b"good"
    assert [path.name for path in (tmp_path / KEY).parent.iterdir()] == ["a.parquet"]


def test_a_kill_within_a_write_leaves_a_hidden_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(path: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        Bucket(tmp_path).put(KEY, b"half")
    assert all(path.name.startswith(".") for path in (tmp_path / KEY).parent.iterdir())
