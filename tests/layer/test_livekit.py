"""What the real LiveKit SDK writes (see tests/fixtures/livekit) becomes a row."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.rows import row_of_line

FIXTURES = Path(__file__).parents[1] / "fixtures" / "livekit"
REPORTS = sorted((FIXTURES / "reports").glob("*.json"))
LINES = sorted((FIXTURES / "lines").iterdir())


def report_row(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    report = json.loads(path.read_text())
    moment = datetime.fromtimestamp(report["timestamp"], UTC)
    return report, row_of_line(
        json.dumps({"_event_type": "session_analytics", **report}), logged_at=moment
    )


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_a_report_is_a_row_without_violations(path: Path) -> None:
    report, got = report_row(path)
    assert "contract_violations" not in got
    assert got["session_id"] == got["job_id"] == report["job_id"]
    assert (got["room"], got["room_id"], got["sdk_version"]) == (
        report["room"],
        report["room_id"],
        report["sdk_version"],
    )
    assert got["duration_seconds"] == report["duration_ms"] / 1000
    assert (got["llm_error_count"], got["tts_error_count"]) == (
        report["errors"]["llm"],
        report["errors"]["tts"],
    )
    assert got.get("close_reason") == report["close_reason"]
    messages = [item for item in report["chat_history"]["items"] if item["type"] == "message"]
    assert [turn["content"] for turn in got["transcript"]] == [
        "\n".join(message["content"]) for message in messages
    ]
    assert got["turn_count"] == len(messages)
    assert got["tool_call_count"] == sum(
        item["type"] == "function_call" for item in report["chat_history"]["items"]
    )
    assert len(got.get("model_usage", [])) == len(report["usage"] or [])


def test_the_voice_report_has_its_latencies_tools_and_usage() -> None:
    report, got = report_row(FIXTURES / "reports" / "voice.json")
    measured = [
        item["metrics"]["e2e_latency"]
        for item in report["chat_history"]["items"]
        if "e2e_latency" in item.get("metrics", {})
    ]
    latencies = [turn["e2e_latency_ms"] for turn in got["transcript"] if "e2e_latency_ms" in turn]
    assert latencies
    assert latencies == pytest.approx([seconds * 1000 for seconds in measured])
    assert [call["tool"] for call in got["tool_calls"]] == [
        "unleash_search_knowledge",
        "book_sales_meeting",
    ]
    assert [call["success"] for call in got["tool_calls"]] == [True, False]
    assert got["llm_input_tokens"] == sum(
        usage.get("input_tokens", 0) for usage in report["usage"] if usage["type"] == "llm_usage"
    )
    assert got["interruption_count"] == 1


@pytest.mark.parametrize("path", LINES, ids=lambda path: path.stem)
def test_every_line_that_the_formatter_writes_is_the_same_row(path: Path) -> None:
    kind = path.stem.partition("_")[0]
    moment = datetime.fromtimestamp(path_time(kind), UTC)
    got = row_of_line(path.read_text(), logged_at=moment)
    plain = row_of_line(
        (FIXTURES / "lines" / f"{kind}_printed.jsonl").read_text(), logged_at=moment
    )
    # the formatter overwrites a report's `timestamp` where the dict was the message; a job's
    # wrapper names its job and room
    may_differ = {"extras", "job_id", "room"} | (
        {"started_at", "ended_at"} if path.stem == "report_dict" else set()
    )
    assert {key: value for key, value in got.items() if key not in may_differ} == {
        key: value for key, value in plain.items() if key not in may_differ
    }


def path_time(kind: str) -> float:
    event = json.loads((FIXTURES / "lines" / f"{kind}_printed.jsonl").read_text())
    return float(event.get("_timestamp") or event["timestamp"])


@pytest.mark.parametrize(
    "path", sorted((FIXTURES / "usage").glob("*.json")), ids=lambda path: path.stem
)
def test_usage_as_the_sdk_sums_it_fits_the_columns(path: Path) -> None:
    event = {
        "_event_type": "session_analytics",
        "session_id": "s",
        "_timestamp": 1772712000,
        "metrics_summary": json.loads(path.read_text()),
    }
    got = row_of_line(json.dumps(event))
    assert "contract_violations" not in got
    assert {"model_usage", "llm_input_tokens"} & got.keys()
