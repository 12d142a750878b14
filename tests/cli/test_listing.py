"""What there is to ask is listed, for people and for scripts."""

import json

import pytest

from voice_analytics.catalog.saved_queries import queries, views
from voice_analytics.cli.listing import list_queries, list_views


def test_every_view_is_listed_with_what_a_row_is(capsys: pytest.CaptureFixture[str]) -> None:
    list_views(as_json=True)
    listed = json.loads(capsys.readouterr().out)
    assert {row["view"]: row["a row is"] for row in listed} == {
        name: view.description for name, view in views().items()
    }


def test_every_saved_query_is_listed_with_its_question_and_its_values(
    capsys: pytest.CaptureFixture[str],
) -> None:
    list_queries(as_json=True)
    listed = {row["query"]: row["question"] for row in json.loads(capsys.readouterr().out)}
    assert len(listed) == len(queries())
    assert listed["session_transcript SESSION_ID"] == queries()["session_transcript"].question


def test_a_person_is_shown_tables(capsys: pytest.CaptureFixture[str]) -> None:
    list_views()
    list_queries()
    out = capsys.readouterr().out
    assert "lead_scores" in out
    assert queries()["content_gaps"].question in out
