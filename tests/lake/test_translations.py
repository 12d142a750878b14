"""A translation is kept between runs, and made anew when anything that it came from changes."""

from pathlib import Path

import pytest

from athena_duckdb.results import Column, Translation
from athena_duckdb.type_names import from_text
from tests.lake import lakes
from voice_analytics.catalog.saved_queries import SCHEMAS
from voice_analytics.lake.engine import open_lake, run_query
from voice_analytics.lake.translations import Translations

pytestmark = pytest.mark.slow

MADE = Translation(
    "SELECT 1",
    [
        Column("a", from_text("array(row(x decimal(10, 2), y timestamp with time zone))")),
        Column("b", from_text("map(varchar, bigint)")),
    ],
)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "voice-analytics" / "translations"


def test_a_translation_is_found_under_its_key_only(cache: Path) -> None:
    kept = Translations.of(SCHEMAS)
    kept.keep(MADE, "query", "sql", 1)
    assert Translations.of(SCHEMAS).find("query", "sql", 1) == MADE
    assert kept.find("query", "sql", "1") is None
    assert kept.find("view", "sql", 1) is None


def test_a_changed_view_makes_all_translations_anew(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "views").mkdir()
    view = tmp_path / "views" / "one.sql"
    view.write_text("SELECT 1 AS one")
    Translations.of(tmp_path).keep(MADE, "query")
    view.write_text("SELECT 2 AS one")
    assert Translations.of(tmp_path).find("query") is None


def test_a_translation_that_is_not_whole_is_made_anew(cache: Path) -> None:
    kept = Translations.of(SCHEMAS)
    kept.keep(MADE, "query")
    for text in ("", "[]", '{"sql": "SELECT 1"}', '{"sql": "", "columns": [["a", 1]]}'):
        next(cache.glob("*.json")).write_text(text)
        assert kept.find("query") is None


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with open_lake(lakes.small(tmp_path / "lake")) as lake:
        assert run_query("SELECT count(*) FROM sessions", lake).rows == [(3,)]


def test_the_oldest_translations_are_forgotten(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voice_analytics.lake.translations._MOST", 2)
    kept = Translations.of(SCHEMAS)
    for number in range(4):
        kept.keep(MADE, number)
    assert len(list(cache.glob("*.json"))) == 2
    assert kept.find(3) == MADE


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM sessions ORDER BY session_id",
        "SELECT * FROM daily_summary ORDER BY dt",
        "SELECT score, hot FROM lead_scores ORDER BY session_id",
        "SELECT count(*) FROM delivery_errors",
        "SELECT costs FROM sessions ORDER BY session_id",
    ],
)
def test_a_kept_translation_gives_the_same_answer(sql: str, cache: Path, tmp_path: Path) -> None:
    folder = lakes.small(tmp_path / "lake")
    answers = []
    for _ in range(2):
        with open_lake(folder) as lake:
            answers.append(run_query(sql, lake))
    assert answers[0] == answers[1]
    assert list(cache.glob("*.json"))
