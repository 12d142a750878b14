"""The prompt answers SQL and saved queries, completes names, and survives mistakes."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from tests.lake import lakes
from voice_analytics.cli.prompt import converse, prompt, session
from voice_analytics.errors import UserError
from voice_analytics.lake.engine import Lake, open_lake

pytestmark = pytest.mark.slow

_DAYS = (date(2025, 10, 31), date(2025, 10, 31))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    with open_lake(lakes.small(tmp_path_factory.mktemp("lake"))) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _own_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def typed(lake: Lake) -> Callable[[str], None]:
    def converse_with(keys: str) -> None:
        with (
            create_pipe_input() as keyboard,
            create_app_session(input=keyboard, output=DummyOutput()),
        ):
            keyboard.send_text(keys)
            converse(session(lake), lake, _DAYS)

    return converse_with


def test_sql_ends_with_a_semicolon_and_may_have_many_lines(
    typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("SELECT 40\r+ 2 AS answer;\rexit\r")
    assert "42" in capsys.readouterr().out


def test_a_saved_query_is_asked_by_its_name_and_values(
    typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("cost_by_day\rfind_session 'a'\rexit\r")
    out = capsys.readouterr().out
    assert "2025-10-31" in out
    assert "session_id" in out


def test_a_mistake_is_told_and_costs_itself_alone(
    typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("SELECT nonsense FROM sessions;\rSELECT 42 AS answer;\r\x04")
    printed = capsys.readouterr()
    assert "error: " in printed.err
    assert "42" in printed.out


def test_a_word_that_is_nothing_is_told_at_once(
    typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("lead_funel\rhelp\rexit\r")
    printed = capsys.readouterr()
    assert "did you mean lead_funnel?" in printed.err
    assert "Tab completes" in printed.out


def test_exit_leaves_from_within_a_query_too(typed: Callable[[str], None]) -> None:
    typed("SELECT 1\rexit\r")


def test_control_c_stops_an_answer_and_not_the_prompt(
    typed: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("voice_analytics.cli.prompt.ask", interrupted)
    typed("SELECT 1;\rviews\rexit\r")
    printed = capsys.readouterr()
    assert "interrupted" in printed.err
    assert "lead_scores" in printed.out


def test_a_long_answer_is_cut_and_says_so(
    typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("SELECT n FROM UNNEST(sequence(1, 1234)) AS t (n);\rexit\r")
    printed = capsys.readouterr()
    assert "1,234 rows, of which the first 1,000 are shown" in printed.err
    assert " 1000 " in printed.out
    assert " 1001 " not in printed.out


def test_values_that_cannot_be_told_apart_are_a_mistake(
    typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("find_session 'a\rexit\r")
    assert "put a value with blanks in quotes" in capsys.readouterr().err


def test_control_c_throws_away_what_was_typed(
    typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("SELECT 1 AS thrown_away\x03SELECT 42 AS answer;\rexit\r")
    out = capsys.readouterr().out
    assert "thrown_away" not in out
    assert "42" in out


def test_views_and_queries_are_listed(
    typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("views\rqueries\r\r?\rexit\r")
    out = capsys.readouterr().out
    assert "lead_scores" in out
    assert "content_gaps" in out


def test_what_was_typed_is_remembered_across_runs(
    typed: Callable[[str], None], tmp_path: Path
) -> None:
    typed("SELECT 42 AS answer;\rexit\r")
    assert "+SELECT 42 AS answer;" in (tmp_path / "state/voice-analytics/history").read_text()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("SELECT * FROM lead_sc", "lead_scores"),
        ("SELECT qualification_re", "qualification_reasons"),
        ("sel", "select"),
    ],
)
def test_names_and_words_are_completed(text: str, wanted: str, lake: Lake) -> None:
    assert wanted in _completions(text, lake)


def test_behind_a_tables_name_its_columns_alone_are_completed(lake: Lake) -> None:
    assert "raw_message" in _completions("SELECT rejected_events.r", lake)
    assert "raw_message" not in _completions("SELECT turns.r", lake)


def test_without_a_terminal_there_is_no_prompt(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no terminal"):
        prompt(tmp_path)


def _completions(text: str, lake: Lake) -> list[str]:
    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        completer = session(lake).completer
    assert completer is not None
    return [
        completion.text for completion in completer.get_completions(Document(text), CompleteEvent())
    ]
