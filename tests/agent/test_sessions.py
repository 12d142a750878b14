"""Rows of real sessions, through the project's own chain, say what the SDK's own report says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.agent.project import schema_errors
from tests.agent.worker_run import SCENARIOS, SDKS, Json, all_calls, all_rows

LATENCIES = {
    "e2e_latency": "e2e_latency_ms",
    "llm_node_ttft": "llm_ttft_ms",
    "tts_node_ttfb": "tts_ttfb_ms",
    "end_of_turn_delay": "end_of_turn_delay_ms",
    "transcription_delay": "transcription_delay_ms",
    "playback_latency": "playback_latency_ms",
}
USAGE = {
    "input_tokens": "input_tokens",
    "cached_input_tokens": "input_cached_tokens",
    "output_tokens": "output_tokens",
    "input_audio_tokens": "input_audio_tokens",
    "output_audio_tokens": "output_audio_tokens",
    "characters": "characters_count",
    "audio_seconds": "audio_duration",
}
pytestmark = [
    pytest.mark.parametrize("scenario", SCENARIOS),
    pytest.mark.parametrize("sdk", SDKS),
    pytest.mark.slow,
]


@pytest.fixture
def row(sdk: str, scenario: str) -> Json:
    return all_rows(sdk)[scenario]


@pytest.fixture
def report(sdk: str, scenario: str) -> Json:
    return all_calls(sdk).reports[scenario]


def items(report: Json, kind: str) -> list[Json]:
    return [item for item in report["report"]["chat_history"]["items"] if item["type"] == kind]


def test_line_is_valid_and_nothing_is_left_over(sdk: str, scenario: str) -> None:
    assert schema_errors(json.loads(all_calls(sdk).lines[scenario])) == []
    row = all_rows(sdk)[scenario]
    assert row["recorder_errors"] is None
    assert row["contract_violations"] is None
    extras = json.loads(row["extras"] or "{}")
    assert [path for path in extras if not path.startswith("/_wrapper/")] == []


def test_turns_equal_the_reports(row: Json, report: Json) -> None:
    messages = items(report, "message")
    turns = row["transcript"] or []
    texts = [
        "\n".join(part for part in message["content"] if isinstance(part, str))
        for message in messages
    ]
    assert [turn["role"] for turn in turns] == [message["role"] for message in messages]
    assert [turn["content"] or "" for turn in turns] == texts
    interrupted = [message.get("interrupted", False) for message in messages]
    assert [turn["interrupted"] or False for turn in turns] == interrupted
    assert row["interruption_count"] == sum(interrupted)


def test_latencies_equal_the_reports(row: Json, report: Json) -> None:
    for turn, message in zip(row["transcript"] or (), items(report, "message"), strict=True):
        metrics = message.get("metrics", {})
        for name, column in LATENCIES.items():
            assert turn[column] == milliseconds(metrics.get(name))


def milliseconds(seconds: float | None) -> Any:
    """-1 is LiveKit's word for none."""
    return None if seconds in (None, -1) else pytest.approx(seconds * 1000, abs=1e-5)


def test_tool_calls_equal_the_reports(row: Json, report: Json) -> None:
    calls = items(report, "function_call")
    outputs = {item["call_id"]: item for item in items(report, "function_call_output")}
    recorded = row["tool_calls"] or []
    assert [call["tool"] for call in recorded] == [call["name"] for call in calls]
    assert [call["call_id"] for call in recorded] == [call["call_id"] for call in calls]
    assert row["tool_call_count"] == len(calls)
    for call in recorded:
        output = outputs.get(call["call_id"])
        assert call["success"] == (output and not output["is_error"])


def test_hand_overs_equal_the_reports(row: Json, report: Json) -> None:
    agents = [item["new_agent_id"] for item in items(report, "agent_handoff")]
    assert [each["to_agent"] for each in row["agent_handoffs"] or ()] == agents


def test_usage_equals_the_reports(row: Json, report: Json) -> None:
    recorded = row["model_usage"] or []
    assert [each["model"] for each in recorded] == [each["model"] for each in report["usage"]]
    for mine, theirs in zip(recorded, report["usage"], strict=True):
        for column, name in USAGE.items():
            assert (mine[column] or 0) == pytest.approx(theirs.get(name, 0))


def test_errors_and_close_reason_equal_the_reports(row: Json, report: Json) -> None:
    events = report["report"]["events"]
    errors = [each["error"]["type"] for each in events if each["type"] == "error"]
    for component in ("llm", "stt", "tts"):
        assert row[f"{component}_error_count"] == errors.count(f"{component}_error")
    reasons = [each["reason"] for each in events if each["type"] == "close"]
    assert [row["close_reason"]] == [f"CR_{reason}".upper() for reason in reasons]


def test_a_realtime_models_audio_is_paid_as_audio(sdk: str, scenario: str) -> None:
    row = all_rows(sdk)[scenario]
    if scenario == "realtime":
        (usage,) = row["model_usage"]
        assert usage["input_audio_tokens"] == 4 * 320
        assert row["cost_total_usd"] == pytest.approx(usage["cost_usd"])
    for usage in row["model_usage"] or ():
        assert usage["cost_usd"] > 0
    assert row["unpriced_models"] is None
