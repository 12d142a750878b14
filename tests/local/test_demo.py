"""The demo shows the whole chain, and its questions give what plain Python counts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.local import lakes
from voice_analytics.errors import UserError
from voice_analytics.local.athena import open_lake, run_query
from voice_analytics.local.demo.demo import QUESTIONS, demo, question

_TODAY = datetime.now(UTC).date()
_NUMBERS = [f"{name}_ms" for name in ("e2e_latency", "llm_ttft", "tts_ttfb", "end_of_turn_delay")]
_SCHEMA = pa.schema(
    [
        ("session_id", pa.string()),
        ("user_email_domain", pa.string()),
        ("team_size", pa.int32()),
        ("monthly_volume", pa.int32()),
        ("integration_needs", pa.list_(pa.string())),
        ("urgency", pa.string()),
        ("duration_seconds", pa.float64()),
        ("cost_total_usd", pa.float64()),
        ("transcript", pa.list_(pa.struct([("role", pa.string()), *((name, pa.float64()) for name in _NUMBERS)]))),
        ("tool_calls", pa.list_(pa.struct([("tool", pa.string()), ("success", pa.bool_()), ("results_found", pa.bool_())]))),
    ]
)
_CALLS: list[dict[str, Any]] = [
    {
        "session_id": "team",
        "user_email_domain": "a.example",
        "team_size": 5,
        "integration_needs": ["slack"],
        "duration_seconds": 60.0,
        "cost_total_usd": 0.5,
        "transcript": [{"role": "assistant", "e2e_latency_ms": float(ms), "llm_ttft_ms": 10.0} for ms in range(1, 101)],
        "tool_calls": [
            {"tool": "search", "success": True, "results_found": True},
            {"tool": "search", "success": False, "results_found": False},
            {"tool": "search"},
            {"tool": "book", "success": True},
        ],
    },
    {"session_id": "volume", "team_size": 1, "monthly_volume": 100, "duration_seconds": 30.0},
    {
        "session_id": "needs",
        "team_size": 4,
        "integration_needs": ["slack", "api"],
        "duration_seconds": 30.0,
        "cost_total_usd": 0.25,
    },
    {"session_id": "neither", "team_size": 4, "monthly_volume": 99, "integration_needs": ["slack"]},
    {"session_id": "silent"},
]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    folder = tmp_path_factory.mktemp("lake")
    lakes.write(folder, _TODAY.isoformat(), _CALLS, _SCHEMA)
    lakes.write(folder, (_TODAY - timedelta(days=6)).isoformat(), [{"session_id": "edge", "cost_total_usd": 1.0}], _SCHEMA)
    lakes.write(folder, (_TODAY - timedelta(days=7)).isoformat(), [_CALLS[0] | {"session_id": "too old"}], _SCHEMA)
    with open_lake(folder) as lake:
        return {name: run_query(question(name), lake).rows for name in QUESTIONS}


def test_qualified_leads_are_those_of_the_three_rules(answers: dict[str, list[tuple[Any, ...]]]) -> None:
    assert answers["qualified_leads"] == [
        ("a.example", 5, None, "slack", None),
        ("-", 4, None, "slack, api", None),
        ("-", 1, 100, None, None),
    ]


def test_calls_and_cost_are_counted_by_day(answers: dict[str, list[tuple[Any, ...]]]) -> None:
    assert answers["calls_by_day"] == [
        ((_TODAY - timedelta(days=6)).isoformat(), 1, None, 1.0, None),
        (_TODAY.isoformat(), 5, 2.0, 0.75, 0.375),
    ]


def test_latency_percentiles_are_the_nearest_ranks_of_each_stage(answers: dict[str, list[tuple[Any, ...]]]) -> None:
    assert answers["latency_by_stage"] == [
        ("1 end of turn", 0, None, None, None, None),
        ("2 first token", 100, 10.0, 10.0, 10.0, 10.0),
        ("3 first audio", 0, None, None, None, None),
        ("total", 100, 50.0, 90.0, 95.0, 99.0),
    ]


def test_tools_are_counted_with_their_success(answers: dict[str, list[tuple[Any, ...]]]) -> None:
    assert answers["tool_success"] == [("search", 3, 1, 1, 50.0, 1), ("book", 1, 1, 0, 100.0, 0)]


def test_integrations_are_ranked(answers: dict[str, list[tuple[Any, ...]]]) -> None:
    assert answers["top_integrations"] == [("slack", 3, 4.3, 1), ("api", 1, 4.0, 0)]


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_is_on_top_and_filtered_by_dt(name: str) -> None:
    sql = question(name)
    assert sql.startswith("-- ")
    assert sql.partition("\n")[0].endswith("?")
    assert "WHERE dt >= " in sql


def test_the_demo_answers_all_questions_and_may_be_repeated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "demo"
    demo(out=out)
    first = capsys.readouterr().out
    for name in QUESTIONS:
        assert question(name).partition("\n")[0].removeprefix("-- ") in first
    assert "What to try next" in first
    demo(out=out)
    assert capsys.readouterr().out == first


def test_the_demo_leaves_a_folder_alone_that_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "sessions").mkdir()
    (tmp_path / "agent.log").write_text("mine")
    with pytest.raises(UserError, match="no demo made it"):
        demo(out=tmp_path)
    assert (tmp_path / "sessions").is_dir()
    assert (tmp_path / "agent.log").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot be written"):
        demo(out=tmp_path / "file" / "demo")
