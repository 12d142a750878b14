"""`voice-analytics check` says line by line what is recognised, and what to change."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
from session_analytics.schema.row import ERROR_CODES, Row

from voice_analytics.cli.advice import HINTS
from voice_analytics.cli.check import NEEDS, check
from voice_analytics.report import figures, headlines
from voice_analytics.report.days import Days
from voice_analytics.synthetic import generate

EVENT = {
    "_event_type": "session_analytics",
    "_timestamp": "2026-03-05T12:00:00Z",
    "session_id": "a",
    "start_time": "2026-03-05T11:50:00Z",
}


def _checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *events: Mapping[str, object] | str
) -> tuple[int, str]:
    lines = [event if isinstance(event, str) else json.dumps(event) for event in events]
    (tmp_path / "agent.log").write_text("\n".join(lines), encoding="utf-8")
    code = check([str(tmp_path / "agent.log")])
    return code, capsys.readouterr().out


def test_an_unknown_key_is_named_with_the_field_that_was_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = _checked(tmp_path, capsys, EVENT | {"cost": {"llm_tokens": 1}, "zzz": 1})
    assert code == 0
    assert "agent.log:1: row of call a, dt=2026-03-05" in out
    assert "cost is not a field: did you mean cost_summary?" in out
    assert "not in the contract, kept in extras: /zzz" in out


def test_a_rejected_line_is_told_with_the_reason_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without_id = {key: value for key, value in EVENT.items() if key != "session_id"}
    code, out = _checked(tmp_path, capsys, "a line", EVENT, without_id, json.dumps(EVENT)[:-9])
    assert code == 1
    assert "agent.log:3: rejected (missing_session_id at /session_id)" in out
    assert HINTS["missing_session_id"] in out
    assert "agent.log:4: rejected (not_json)" in out
    assert "4 lines: 1 recognised, 2 rejected" in out


@pytest.mark.parametrize(
    "wrap",
    [dict, lambda event: {"message": json.dumps(event)}, lambda event: {"analytics_data": event}],
    ids=["flat", "text", "wrapped"],
)
def test_an_event_that_does_not_say_that_it_is_one_is_told_of(
    wrap: Callable[[Mapping[str, object]], object],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    unmarked = {key: EVENT[key] for key in ("session_id", "start_time")}
    code, out = _checked(tmp_path, capsys, EVENT, json.dumps(wrap(unmarked)))
    assert code == 1
    assert 'agent.log:2: not recognised no "_event_type": "session_analytics" beside' in out
    assert "session_id, start_time" in out
    assert 'add "_event_type": "session_analytics"' in out


@pytest.mark.parametrize(
    "line",
    ['{"event_type": "session_analytics", "session_id": "a", "transcript": []}', '{"session_id"'],
)
def test_only_an_object_with_the_fields_of_a_call_is_taken_for_one(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out = _checked(tmp_path, capsys, EVENT, line)
    assert ("not recognised" in out) == line.endswith("}")


def test_invented_lines_of_another_kind_are_not_taken_for_events(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [line for line in generate(40, 1, 5, date(2026, 3, 5)) if "_event_type" not in line]
    assert len(lines) > 5
    _, out = _checked(tmp_path, capsys, EVENT, *lines)
    assert "not recognised" not in out


def test_a_line_that_cloudwatch_does_not_take_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = _checked(tmp_path, capsys, EVENT | {"x": "y" * 1_100_000}, EVENT)
    assert code == 1
    assert "agent.log:1: lost CloudWatch Logs takes no event over 1 MiB" in out
    assert "agent.log:2: row" in out


def test_a_value_that_is_not_accepted_and_the_charts_without_the_call_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out = _checked(tmp_path, capsys, EVENT | {"duration_seconds": "long", "outcome": "resolved"})
    assert "/duration_seconds: expected" in out
    assert "Minutes (send duration_seconds, or end_time)" in out
    assert "How calls end" not in out
    assert "Cost by day: missing in 1 of 1 calls" in out


def test_a_log_without_an_event_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = _checked(tmp_path, capsys, "a line")
    assert code == 1
    assert 'no line has "_event_type": "session_analytics"' in out


def test_control_characters_of_the_log_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out = _checked(tmp_path, capsys, EVENT | {"session_id": "a\x1b[2J\u202e"})
    assert "a␛[2J<U+202E>" in out
    assert "\x1b" not in out


def test_every_reject_code_has_a_hint() -> None:
    assert HINTS.keys() == ERROR_CODES.keys()


def test_what_charts_need_are_columns_and_charts_that_exist() -> None:
    titles = {figure.title for section in figures.SECTIONS.values() for figure in section}
    labels = {
        headline.label for headline in headlines.headlines(dict.fromkeys(_QUERIES, ()), {}, _DAYS)
    }
    for need in NEEDS:
        assert need.chart in titles | labels
        assert set(need.columns) <= Row.__annotations__.keys()


_QUERIES = ("period_totals", "latency_by_stage")
_DAYS = Days(date(2026, 11, 22), date(2026, 11, 22))
