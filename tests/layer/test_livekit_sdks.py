"""What every LiveKit SDK writes (tests/fixtures/livekit/sdks) becomes a row with its figures."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.rows import outcome, row_of_line

SDKS = Path(__file__).parents[1] / "fixtures" / "livekit" / "sdks"
REPORTS = sorted(path for path in SDKS.glob("*/*.json*") if path.stem.count(".") == 0)
LONG_CALLS = sorted(SDKS.glob("*/questions.json.gz"))
WAYS = sorted(SDKS.glob("*/ten_ways.ndjson"))
LATENCIES = {
    "e2e_latency": "e2e_latency_ms",
    "llm_node_ttft": "llm_ttft_ms",
    "tts_node_ttfb": "tts_ttfb_ms",
    "end_of_turn_delay": "end_of_turn_delay_ms",
    "transcription_delay": "transcription_delay_ms",
    "playback_latency": "playback_latency_ms",
}
COMPONENTS = {"llm": "llm", "stt": "stt", "tts": "tts", "realtime": "realtime_model"}
# What may stand in extras: configurations, what an error says beyond its count, when the report
# was made, and switches of the SDK.
IN_EXTRAS = ("/chat_history/items/", "/events/", "/timestamp", "/user_turns", "/enable_user_data")


def name_of(path: Path) -> str:
    return f"{path.parent.name}-{path.name}"


def read(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    report: dict[str, Any] = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    return report


def seconds(value: float) -> float:
    """Epoch seconds of a time; agents-js gives milliseconds."""
    return value / 1000 if value > 1e11 else value


def as_column(value: float) -> str:
    """A time as its column has it, cut to milliseconds."""
    moment = datetime.fromtimestamp(seconds(value), UTC).replace(tzinfo=None)
    return moment.isoformat(" ", "milliseconds")


def row_of(report: dict[str, Any]) -> dict[str, Any]:
    moment = datetime.fromtimestamp(seconds(report["timestamp"]), UTC)
    return row_of_line(json.dumps({"_event_type": "session_analytics", **report}), logged_at=moment)


@pytest.fixture(params=REPORTS, ids=name_of)
def report(request: pytest.FixtureRequest) -> dict[str, Any]:
    return read(request.param)


@pytest.fixture
def row(report: dict[str, Any]) -> dict[str, Any]:
    return row_of(report)


@pytest.fixture
def items(report: dict[str, Any]) -> list[dict[str, Any]]:
    history: list[dict[str, Any]] = report["chat_history"]["items"]
    return history


def test_the_call_is_named_and_placed(report: dict[str, Any], row: dict[str, Any]) -> None:
    assert "contract_violations" not in row
    assert row["session_id"] == report["job_id"]
    for name in ("job_id", "room", "room_id", "sdk_version"):
        assert row.get(name) == report.get(name)
    (close,) = [event for event in report["events"] if event["type"] == "close"]
    start = min(seconds(event["created_at"]) for event in report["events"])
    end = seconds(close["created_at"])
    if "duration_ms" in report:  # 1.8.9 alone
        start = end - report["duration_ms"] / 1000
    assert row["started_at"] in {as_column(start), as_column(start - 0.001)}
    assert row["ended_at"] == as_column(end)
    assert row["duration_seconds"] == pytest.approx(end - start, abs=0.002)
    assert row["close_reason"] == f"CR_{close['reason']}".upper()
    assert json.loads(row["session_options"]) == report["options"]


def test_turns(row: dict[str, Any], items: list[dict[str, Any]]) -> None:
    messages = [item for item in items if item["type"] == "message"]
    assert row["turn_count"] == len(messages)
    for role, column in (("user", "user_turn_count"), ("assistant", "agent_turn_count")):
        assert row[column] == sum(message["role"] == role for message in messages)
    interrupted = [message for message in messages if message.get("interrupted")]
    assert row["interruption_count"] == len(interrupted)
    for turn, message in zip(row["transcript"], messages, strict=True):
        words = "\n".join(part for part in message["content"] if isinstance(part, str))
        assert (turn["role"], turn.get("content", "")) == (message["role"], words)
        assert turn["said_at"] == as_column(message["created_at"])
        metrics = message.get("metrics") or {}
        for name, column in LATENCIES.items():
            measured = metrics.get(name, -1)
            expected = None if measured == -1 else pytest.approx(measured * 1000, abs=1e-5)
            assert turn.get(column) == expected
        if "started_speaking_at" in metrics:
            assert turn["started_speaking_at"] == as_column(metrics["started_speaking_at"])


def test_tools(row: dict[str, Any], items: list[dict[str, Any]]) -> None:
    calls = [item for item in items if item["type"] == "function_call"]
    outputs = [item for item in items if item["type"] == "function_call_output"]
    assert [call["tool"] for call in row["tool_calls"]] == [call["name"] for call in calls]
    assert [call["call_id"] for call in row["tool_calls"]] == [call["call_id"] for call in calls]
    failed = [output["is_error"] for output in outputs]
    assert sorted(not call["success"] for call in row["tool_calls"]) == sorted(failed)
    assert (row["tool_call_count"], row["tool_error_count"]) == (len(calls), sum(failed))
    for call in row["tool_calls"]:
        details = json.loads(call["details"])
        assert details["arguments"] in [sent["arguments"] for sent in calls]
        if call["tool"] == "search" and call["success"]:
            assert (call["results_found"], call["total_results"]) == (True, 2)


def test_usage(report: dict[str, Any], row: dict[str, Any]) -> None:
    usage = report.get("usage") or []
    assert [each["model"] for each in row.get("model_usage", [])] == [u["model"] for u in usage]
    for mine, theirs in zip(row.get("model_usage", []), usage, strict=True):
        for column, name in (
            ("input_tokens", "input_tokens"),
            ("cached_input_tokens", "input_cached_tokens"),
            ("input_audio_tokens", "input_audio_tokens"),
            ("output_audio_tokens", "output_audio_tokens"),
            ("characters", "characters_count"),
            ("audio_seconds", "audio_duration"),
        ):
            assert mine.get(column) == theirs.get(name)
    tokens = [each["input_tokens"] for each in usage if each.get("input_tokens")]
    if tokens:
        assert row["llm_input_tokens"] == sum(tokens)


def test_errors_and_hand_overs(
    report: dict[str, Any], row: dict[str, Any], items: list[dict[str, Any]]
) -> None:
    errors = [event["error"] for event in report["events"] if event["type"] == "error"]
    kinds = [error["type"] for error in errors]
    for component, kind in COMPONENTS.items():
        assert row[f"{component}_error_count"] == kinds.count(f"{kind}_error")
    handoffs = [item for item in items if item["type"] == "agent_handoff"]
    assert row.get("handoff_count", 0) == max(len(handoffs) - 1, 0)
    agents = [item["new_agent_id"] for item in handoffs]
    assert [handoff["to_agent"] for handoff in row.get("agent_handoffs", [])] == agents


def test_extras_hold_what_no_column_says(row: dict[str, Any]) -> None:
    assert [path for path in row["extras"] if not path.startswith(IN_EXTRAS)] == []


@pytest.mark.parametrize("path", LONG_CALLS, ids=name_of)
def test_extras_of_a_long_call_are_a_small_part_of_its_row(path: Path) -> None:
    row = row_of(read(path))
    assert row["turn_count"] == 260
    assert len(json.dumps(row["extras"])) < 0.15 * len(json.dumps(row))


@pytest.mark.parametrize("path", sorted(SDKS.glob("*/*.pino.json")), ids=name_of)
def test_a_line_of_pino_is_the_same_row(path: Path) -> None:
    plain = path.with_name(path.name.replace(".pino", ""))
    moment = datetime.fromtimestamp(seconds(read(plain)["timestamp"]), UTC)
    logged, read_plain = row_of_line(path.read_text(), logged_at=moment), row_of(read(plain))
    assert logged | {"extras": None} == read_plain | {"extras": None}
    added = logged["extras"].keys() - read_plain["extras"].keys()
    assert added == {"/level", "/time", "/pid", "/hostname", "/msg"}


@pytest.mark.parametrize("path", WAYS, ids=name_of)
def test_ten_ways_of_logging_are_nine_rows_and_a_reject(path: Path) -> None:
    lines = path.read_text().splitlines()
    moment = datetime.fromtimestamp(json.loads(lines[0])["timestamp"], UTC)
    made = outcome(*lines, logged_at=moment)
    rows = [json.loads(line.text) for of_a_day in made.lines.values() for line in of_a_day]
    assert made.ignored == 0
    ((reject),) = made.rejects
    assert (reject.code, "text stands before" in reject.message) == ("not_json", True)
    assert {row["session_id"] for row in rows} == {
        *("print", "os.write", "message as JSON", "analytics_data"),
        *("analytics_data through JSON", "dict through JSON", "dict", "extra", "event"),
    }
    # where the dict was the message, or its keys the line's, the formatter's time is the report's
    columns = ("started_at", "turn_count", "transcript", "model_usage", "close_reason", "room")
    facts = [{column: row.get(column) for column in columns} for row in rows]
    assert [row for row in facts if row != facts[0]] == []
    assert {row["turn_count"] for row in rows} == {2}
