"""rejected_events reads the keys of its objects in any case, as its JSON SerDe does."""

import gzip
from pathlib import Path

from voice_analytics.lake.engine import open_lake, run_query


def test_keys_are_read_in_any_case(tmp_path: Path) -> None:
    day = tmp_path / "rejected" / "dt=2025-10-31"
    day.mkdir(parents=True)
    (day / "one.json.gz").write_bytes(
        gzip.compress(b'{"EVENT_ID":"1","raw_MESSAGE":"x"}\n{"event_id":"2","raw_message":"y"}\n')
    )
    with open_lake(tmp_path) as lake:
        sql = "SELECT event_id, raw_message, dt FROM rejected_events ORDER BY 1"
        assert run_query(sql, lake).rows == [("1", "x", "2025-10-31"), ("2", "y", "2025-10-31")]
