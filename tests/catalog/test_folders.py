"""Whoever renames a table's folder in the template finds the rows there, in every command."""

import json
import shutil
from pathlib import Path

import pytest

from tests.local.streams import TEMPLATE
from tests.rows import event
from voice_analytics.catalog.folders import recorded_tables
from voice_analytics.catalog.tables import TABLES, table_named
from voice_analytics.cli.query import query
from voice_analytics.cli.run import run
from voice_analytics.errors import UserError

pytestmark = pytest.mark.slow

RENAMED = {"sessions/": "calls/v2/", "rejected/": "refused/", "errors/": "undelivered/"}
LINES = [json.dumps(event()), json.dumps({"_event_type": "session_analytics"})]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """The project's template with all prefixes renamed."""
    text = TEMPLATE.read_text(encoding="utf-8")
    for old, new in RENAMED.items():
        assert f"/{old}" in text
        text = text.replace(f"/{old}", f"/{new}").replace(f"Prefix: {old}", f"Prefix: {new}")
    for folder in ("functions", "layers"):
        (tmp_path / folder).symlink_to(TEMPLATE.parent / folder)
    path = tmp_path / "template.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "agent.log"
    path.write_text("\n".join(LINES), encoding="utf-8")
    return str(path)


def sessions(lake: Path, capsys: pytest.CaptureFixture[str], template: Path | None = None) -> int:
    capsys.readouterr()
    query("SELECT count(*) AS n FROM sessions", lake=lake, template=template, as_json=True)
    [row] = json.loads(capsys.readouterr().out)
    return int(row["n"])


def test_a_run_and_a_query_agree_on_renamed_folders(
    template: Path, log: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lake = tmp_path / "lake"
    run([log], out=lake, template=template)
    assert list(lake.glob("calls/v2/dt=*/*.parquet"))
    assert not (lake / "sessions").exists()
    assert sessions(lake, capsys) == 1


def test_a_copy_of_the_bucket_is_read_by_the_template_that_is_given(
    template: Path, log: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run([log], out=tmp_path / "lake", template=template)
    copy = tmp_path / "copy"
    shutil.copytree(tmp_path / "lake/calls", copy / "calls")
    assert sessions(copy, capsys, template) == 1
    with pytest.raises(UserError, match="no delivered sessions"):
        sessions(copy, capsys)


def test_the_usual_folders_are_not_recorded(log: str, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    run([log], out=lake)
    assert {path.name for path in lake.iterdir()} == {"sessions", "rejected"}
    assert recorded_tables(lake) == TABLES


def test_a_later_run_with_the_usual_folders_is_found_again(
    template: Path, log: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lake = tmp_path / "lake"
    run([log], out=lake, template=template)
    run([log], out=lake)
    assert recorded_tables(lake) == TABLES
    assert sessions(lake, capsys) == 1


@pytest.mark.parametrize("record", ["", "[1, 2]", "3", "\udcff"])
def test_a_record_that_cannot_be_read_is_named(record: str, tmp_path: Path) -> None:
    (tmp_path / "_tables.json").write_text(record, errors="surrogateescape")
    with pytest.raises(UserError, match=r"_tables.json cannot be read"):
        recorded_tables(tmp_path)


def test_an_unknown_table_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UserError, match="unknown table calls: use one of session_analytics, "):
        table_named("calls")
