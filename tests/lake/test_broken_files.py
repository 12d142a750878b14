"""A file that cannot be read costs its day alone, and is named."""

import gzip
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lake import lakes
from voice_analytics.errors import UserError
from voice_analytics.lake.engine import Lake, open_lake, run_query
from voice_analytics.local.firehose.bucket import Bucket

pytestmark = pytest.mark.slow

GOOD, BAD = "2025-10-31", "2025-11-01"
CUT = gzip.compress(b'{"event_id": "a"}\n' * 5_000, mtime=0)[:-20]


@pytest.fixture(params=[b"", b"no Parquet at all", b"PAR1" + b"x" * 500])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lake]:
    lakes.small(tmp_path)
    (tmp_path / "sessions" / f"dt={BAD}" / "z.parquet").write_bytes(request.param)
    with open_lake(tmp_path) as opened:
        yield opened


def test_the_other_days_answer(lake: Lake) -> None:
    for table in ("session_analytics", "sessions"):
        sql = f"SELECT session_id FROM {table} WHERE dt = '{GOOD}' ORDER BY 1"
        assert run_query(sql, lake).rows == [("a",), ("b",)]


@pytest.mark.parametrize("where", ["", f"WHERE dt = '{BAD}'", f"WHERE dt >= '{GOOD}'"])
def test_its_day_is_an_error_that_names_the_file(where: str, lake: Lake) -> None:
    with pytest.raises(UserError, match=r"z\.parquet cannot be read") as caught:
        run_query(f"SELECT count(*) FROM session_analytics {where}", lake)
    assert caught.value.hint == "move the file away, or write its day again"


@pytest.mark.parametrize("content", [b"", b"no gzip", CUT])
def test_rejects_that_cannot_be_read_cost_their_day(content: bytes, tmp_path: Path) -> None:
    lakes.small(tmp_path)
    for dt, body in ((GOOD, gzip.compress(b'{"event_id": "a"}\n')), (BAD, content)):
        folder = tmp_path / "rejected" / f"dt={dt}"
        folder.mkdir(parents=True)
        (folder / "r.json.gz").write_bytes(body)
    with open_lake(tmp_path) as lake:
        sql = f"SELECT event_id FROM rejected_events WHERE dt = '{GOOD}'"
        assert run_query(sql, lake).rows == [("a",)]
        with pytest.raises(UserError, match=f"dt={BAD}/r.json.gz") as caught:
            run_query("SELECT count(*) FROM rejected_events", lake)
    assert "write its day again" in caught.value.hint


PUT_AGAIN = """
import sys
from pathlib import Path
from voice_analytics.local.firehose.bucket import Bucket
bucket, data = Bucket(Path(sys.argv[1])), Path(sys.argv[3]).read_bytes()
for _ in range(20):
    bucket.put(sys.argv[2], data)
"""


def _killed_within_a_write(folder: Path, key: str, data: Path) -> Path:
    """The half of a file that a writer left when it was killed."""
    half = folder / key
    half = half.with_name(f".{half.name}")
    for _ in range(50):
        command = [sys.executable, "-c", PUT_AGAIN, str(folder), key, str(data)]
        with subprocess.Popen(command) as writer:
            while writer.poll() is None and not _is_half(half, data):
                pass
            writer.kill()
        if _is_half(half, data):
            return half
    raise AssertionError("no writer was killed within a write")


def _is_half(file: Path, data: Path) -> bool:
    return file.exists() and 0 < file.stat().st_size < data.stat().st_size


def test_a_kill_within_a_write_costs_no_query(tmp_path: Path) -> None:
    key = f"sessions/dt={BAD}/k.parquet"
    large = [{"session_id": random.Random(1).randbytes(5_000_000).hex()}]
    lakes.write(tmp_path / "made", BAD, large)
    lake = lakes.small(tmp_path / "lake")
    half = _killed_within_a_write(
        lake, key, tmp_path / "made" / "sessions" / f"dt={BAD}" / "0.parquet"
    )
    whole = (lake / key).exists()  # of the write before
    sql = "SELECT dt, count(*) FROM session_analytics GROUP BY dt ORDER BY dt"
    with open_lake(lake) as opened:
        assert run_query(sql, opened).rows == [(GOOD, 2), (BAD, 1 + whole)]
    Bucket(lake).put(key, half.read_bytes())
    assert not half.exists()
