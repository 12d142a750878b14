"""The demo shows the whole chain: the log, the lake, five saved queries and the report."""

from pathlib import Path

import pytest

from voice_analytics.catalog.saved_queries import queries
from voice_analytics.cli.demo import QUESTIONS, demo
from voice_analytics.errors import UserError


@pytest.mark.slow
def test_the_demo_answers_its_questions_draws_the_report_and_may_be_repeated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "demo"
    demo(out=out)
    first = capsys.readouterr().out
    for name in QUESTIONS:
        assert queries()[name].question in first
    assert str(out / "report.html") in first
    assert (out / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "What to try next" in first
    demo(out=out)
    assert capsys.readouterr().out == first


def test_the_demo_leaves_a_folder_alone_that_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    (tmp_path / "agent.log").write_text("mine")
    with pytest.raises(UserError, match="was not made by a demo"):
        demo(out=tmp_path)
    assert (tmp_path / "sessions").is_dir()
    assert (tmp_path / "agent.log").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot be written"):
        demo(out=tmp_path / "file" / "demo")
