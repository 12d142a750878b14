"""Real sessions of four SDK versions: the recorder's line says what the SDK's own report says."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.agent.project import ROOT, SOURCES, layer_knows_the_recorder, row_of, schema_errors
from tests.agent.sdk_versions import SDK_VERSIONS, python_of

SCENARIOS = (
    *("empty", "text", "tools", "handover", "odd_text", "image", "llm_error", "many_turns"),
    *("voice", "voice_errors", "stt_errors", "closed_by_error"),
)
LATENCIES = {
    "e2e_latency": "e2e_latency_ms",
    "llm_node_ttft": "llm_ttft_ms",
    "tts_node_ttfb": "tts_ttfb_ms",
    "end_of_turn_delay": "end_of_turn_delay_ms",
    "transcription_delay": "transcription_delay_ms",
    "playback_latency": "playback_latency_ms",
}
Result = dict[str, Any]
pytestmark = [
    pytest.mark.parametrize("scenario", SCENARIOS),
    pytest.mark.parametrize("sdk", SDK_VERSIONS),
    pytest.mark.xdist_group("agent-sessions"),
]
_RESULTS: dict[str, Path] = {}


@pytest.fixture
def result(sdk: str, scenario: str, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """What a scenario gave; all of an SDK's scenarios run once, at the same time."""
    if sdk not in _RESULTS:
        folder = tmp_path_factory.mktemp(sdk)
        command = [python_of(sdk), str(ROOT / "tests/agent/sdk/scenarios.py"), str(folder)]
        journal = tmp_path_factory.mktemp("journal")
        environment = {
            **os.environ,
            "PYTHONPATH": str(SOURCES),
            "VOICE_ANALYTICS_JOURNAL": str(journal),
        }
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr[-2000:]
        assert list(journal.iterdir()) == []  # each call's journal went with its line
        _RESULTS[sdk] = folder
    found: Result = json.loads((_RESULTS[sdk] / f"{scenario}.json").read_bytes())
    return found


@pytest.fixture
def row(result: Result) -> dict[str, Any]:
    return row_of(result["line"])


@pytest.fixture
def items(result: Result) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = result["report"]["chat_history"]["items"]
    return listed


def test_line_is_valid(result: Result, row: dict[str, Any]) -> None:
    event = json.loads(result["line"])
    assert schema_errors(event) == []
    assert "recorder_errors" not in event
    assert row.get("contract_violations") is None


@pytest.mark.skipif(not layer_knows_the_recorder(), reason="the layer lacks the new columns")
def test_nothing_is_left_in_extras(row: dict[str, Any]) -> None:
    paths = json.loads(row.get("extras", "{}"))
    assert [path for path in paths if not path.startswith("/_wrapper/")] == []


def test_turns_equal_the_reports(row: dict[str, Any], items: list[dict[str, Any]]) -> None:
    messages = [item for item in items if item["type"] == "message"]
    turns = row.get("transcript") or []
    texts = [
        "\n".join(part for part in message["content"] if isinstance(part, str))
        for message in messages
    ]
    assert [turn["role"] for turn in turns] == [message["role"] for message in messages]
    assert [turn.get("content", "") for turn in turns] == texts
    interrupted = [message.get("interrupted", False) for message in messages]
    assert [turn.get("interrupted", False) for turn in turns] == interrupted
    for turn, message in zip(turns, messages, strict=True):
        for name, column in LATENCIES.items():
            seconds = message.get("metrics", {}).get(name)
            expected = None if seconds is None or seconds == -1 else seconds * 1000
            assert turn.get(column) == (
                None if expected is None else pytest.approx(expected, abs=1e-5)
            )


def test_tool_calls_equal_the_reports(row: dict[str, Any], items: list[dict[str, Any]]) -> None:
    calls = {item["call_id"]: item for item in items if item["type"] == "function_call"}
    outputs = {i["call_id"]: i for i in items if i["type"] == "function_call_output"}
    recorded = row.get("tool_calls") or []
    assert [call["tool"] for call in recorded] == [call["name"] for call in calls.values()]
    failed = [outputs[call_id]["is_error"] for call_id in calls if call_id in outputs]
    assert [not call["success"] for call in recorded if "success" in call] == failed
    assert row["tool_call_count"] == len(calls)


def test_usage_equals_the_sessions(row: dict[str, Any], result: Result) -> None:
    usage = result["report"]["usage"]
    recorded = row.get("model_usage") or []
    names = {"input_tokens": "input_tokens", "output_tokens": "output_tokens"}
    names |= {"characters": "characters_count", "audio_seconds": "audio_duration"}
    assert [each["model"] for each in recorded] == [each["model"] for each in usage]
    for mine, theirs in zip(recorded, usage, strict=True):
        for column, name in names.items():
            assert mine.get(column, 0) == pytest.approx(theirs.get(name, 0))


def test_errors_and_close_reason_equal_the_reports(result: Result) -> None:
    event = json.loads(result["line"])
    events = result["report"]["events"]
    errors = [each["error"]["type"] for each in events if each["type"] == "error"]
    for component in ("llm", "stt", "tts"):
        assert event["errors"][component] == errors.count(f"{component}_error")
    reasons = [each["reason"] for each in events if each["type"] == "close"]
    assert [event["close_reason"]] == [f"CR_{reason}".upper() for reason in reasons]
