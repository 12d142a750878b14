"""A local run under `analytics`: what lies in the lake names nobody."""

import gzip
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from voice_analytics.local.chain import run_chain
from voice_analytics.local.clients import KEY_FILE
from voice_analytics.local.function.runtime import load
from voice_analytics.project_files import ROOT
from voice_analytics.template.reader import read_template

CALL = {
    "_event_type": "session_analytics",
    "session_id": "s-quirin-1",
    "start_time": "2026-03-05T11:50:00",
    "user_email": "quirin@example.com",
    "user_name": "Quirin Oxford",
    "transcript": [{"role": "user", "content": "my words"}],
    "x_unknown": {"Quirin Oxford": "my words"},
}


@pytest.mark.slow
def test_two_runs_into_a_lake_join_and_name_nobody(tmp_path: Path) -> None:
    application = read_template(ROOT / "template.yaml", {"PrivacyProfile": "analytics"})
    assert application.stream.function
    lake = tmp_path / "lake"
    for number in range(2):
        line = json.dumps(CALL | {"session_id": f"s-quirin-{number}"})
        log = tmp_path / f"{number}.log"
        log.write_text(f"{line}\n{line[:-30]}\n")
        run_chain([str(log)], lake, application, load(application.stream.function))
    rows = [row for file in lake.rglob("*.parquet") for row in pq.read_table(file).to_pylist()]
    assert len(rows) == 2
    assert len({row["user_email"] for row in rows}) == 1
    assert {row["privacy_profile"] for row in rows} == {"analytics"}
    for file in lake.rglob("*.*"):
        if file.name != KEY_FILE and file.is_file():
            text = _text(file)
            assert "quirin" not in text.lower()
            assert "my words" not in text


def _text(file: Path) -> str:
    match file.suffix:
        case ".parquet":
            return str(pq.read_table(file).to_pylist())
        case ".gz":
            return gzip.decompress(file.read_bytes()).decode()
    return file.read_text()
