"""Lines as people log them (tests/fixtures/logged), and what they must become."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.rows import outcome

LOGGED = Path(__file__).parents[1] / "fixtures" / "logged"
AT = datetime(2026, 11, 22, 13, 0, 5, tzinfo=UTC)


def rows(name: str) -> dict[str, dict[str, Any]]:
    """The rows of a file's lines by their session_id."""
    result = outcome(*(LOGGED / name).read_text().splitlines(), logged_at=AT)
    made = [json.loads(line.text) for lines in result.lines.values() for line in lines]
    return {row["session_id"]: row for row in made}


def test_a_report_of_the_javascript_sdk() -> None:
    result = outcome((LOGGED / "report-agents-js.ndjson").read_text(), logged_at=AT)
    ((dt, (line,)),) = result.lines.items()
    row = json.loads(line.text)
    assert (dt, row["session_id"], row["turn_count"], row["user_word_count"]) == (
        *("2026-11-22", "AJ_js"),
        *(2, 5),
    )
    assert row["started_at"] == "2026-11-22 10:00:00.500"
    assert row["duration_seconds"] == 59.5
    assert (row["agent_word_count"], row["llm_input_tokens"]) == (2, 90)


def test_every_key_of_a_logger() -> None:
    assert rows("logger-message-keys.ndjson").keys() == {
        *("pino", "structlog", "otel", "loguru", "own_key")
    }
    result = outcome(*(LOGGED / "logger-message-keys.ndjson").read_text().splitlines())
    assert (result.ignored, result.rejects) == (1, [])


def test_two_objects_on_a_line() -> None:
    name = "two-objects-on-a-line.ndjson"
    assert rows(name).keys() == {"left", "right", "behind", "whole"}
    result = outcome(*(LOGGED / name).read_text().splitlines())
    assert [reject.code for reject in result.rejects] == ["not_json"]


def test_turns_whose_text_is_under_another_key() -> None:
    made = rows("turn-text-elsewhere.ndjson")
    counts = {
        name: (row["turn_count"], row["user_word_count"], row["agent_word_count"])
        for name, row in made.items()
    }
    assert counts == {"text": (2, 4, 2), "message": (2, 3, 2), "speaker": (1, 4, 0)}
    assert json.loads(made["message"]["extras"]) == {"/transcript/0/time_in_call_secs": 3}


def test_lists_of_other_things_have_no_count() -> None:
    for row in rows("lists-of-other-things.ndjson").values():
        assert not {"turn_count", "tool_call_count", "tool_error_count"} & row.keys()
        assert len(row["contract_violations"]) == 2


def test_enums_and_sets_as_python_writes_them() -> None:
    made = rows("enums-and-sets-as-text.ndjson")
    assert made["enum"]["conversation_state"] == "BOOKING"
    assert made["enum"]["qualification_tier"] == "SALES_READY"
    assert made["set"]["integration_needs"] == ["hubspot", "salesforce"]


def test_negative_latencies() -> None:
    (row,) = rows("negative-latency.ndjson").values()
    assert not [key for turn in row["transcript"] for key in turn if key.endswith("_ms")]
    assert [violation["path"].rpartition("/")[2] for violation in row["contract_violations"]] == [
        *("end_of_turn_delay", "transcription_delay", "e2e_latency")
    ]


def test_the_time_of_a_formatter_is_not_the_end() -> None:
    made = rows("formatter-time-as-end.ndjson")
    assert made["analysed_later"]["duration_seconds"] == 60
    assert "duration_seconds" not in made["said_why"]
    assert not any("ended_at" in row for row in made.values())


def test_an_address_with_a_name() -> None:
    (row,) = rows("address-with-name.ndjson").values()
    assert row["user_email_domain"] == "example.com"
