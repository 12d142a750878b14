"""`voice-analytics insights` on a lake, as a user runs it."""

import json
from pathlib import Path
from typing import Any

import pytest

from voice_analytics.cli.insights import insights
from voice_analytics.cli.run import run
from voice_analytics.cli.source import Source
from voice_analytics.errors import UsageError, UserError

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("insights")]  # its lake is made once
CALLS = (
    ["Do you store data in Europe?", "I don't have information about that."],
    ["Is data stored in Europe?", "I'm not sure, sorry."],
    ["What does it cost?", "480 dollars a month."],
    ["It is too expensive, write to ana@example.com", "I see."],
    ["That is too expensive for us", "I see."],
)


def line(number: int, texts: list[str]) -> str:
    """A line of the log, of one of two days."""
    start = f"2026-11-2{number % 2}T10:00:00Z"
    event = {
        "_event_type": "session_analytics",
        "session_id": f"call-{number}",
        "start_time": start,
        "duration_seconds": 60,
        "transcript": [
            {"role": role, "content": text}
            for role, text in zip(("user", "assistant"), texts, strict=True)
        ],
    }
    return json.dumps({"message": json.dumps(event), "timestamp": start})


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("insights")
    log = folder / "agent.log"
    lines = [line(number, texts) for number, texts in enumerate(CALLS)]
    log.write_text("\n".join(lines), encoding="utf-8")
    run([str(log)], out=folder / "lake")
    return folder / "lake"


def themes(capsys: pytest.CaptureFixture[str], **options: Any) -> list[dict[str, Any]]:
    called(options | {"as_json": True})
    printed: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return printed


def test_themes_of_a_lake(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = themes(capsys, lake=lake)
    assert [(theme["kind"], theme["calls"]) for theme in result] == [
        ("unanswered question", 2),
        ("objection", 2),
    ]
    assert "europe" in result[0]["name"]


def test_addresses_are_hidden_unless_people_are_asked_for(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "ana@example.com" not in json.dumps(themes(capsys, lake=lake))
    assert "ana@example.com" in json.dumps(themes(capsys, lake=lake, people=True))


def test_days_count_back_from_the_newest_day(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = themes(capsys, lake=lake, days=1, fewest_calls=1)
    assert sum(theme["remarks"] for theme in result) == 2


def test_the_table_names_the_period(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    insights(source=Source(lake=lake))
    printed = capsys.readouterr().out
    assert "November 20 to November 21, 2026" in printed
    assert "Do you store data in Europe?" in printed
    insights(source=Source(lake=lake), fewest_calls=50)
    assert "No themes" in capsys.readouterr().out


def test_a_function_names_the_themes(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = themes(capsys, lake=lake, name="builtins:max")
    assert all(theme["name"] == max(theme["examples"]) for theme in result)


def called(options: dict[str, Any]) -> None:
    of_source = {name: options[name] for name in ("lake", "athena") if name in options}
    others = {name: value for name, value in options.items() if name not in of_source}
    insights(source=Source(**of_source), **others)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "nothing says where the calls are"),
        ({"lake": Path(), "athena": True}, "--lake and --athena do not go together"),
        ({"lake": Path(), "days": 0}, "--days is 0"),
        ({"lake": Path(), "name": "no_such_module:f"}, "--name no_such_module:f"),
        ({"lake": Path(), "name": "builtins:nothing"}, "--name builtins:nothing"),
    ],
)
def test_what_is_wrong_is_said(
    options: dict[str, Any], problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VOICE_ANALYTICS_LAKE", raising=False)
    with pytest.raises((UsageError, UserError), match=problem):
        called(options)
