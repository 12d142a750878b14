"""What the recorder writes is what the layer reads, however odd the call was."""

from __future__ import annotations

import gzip
import json
import time
from datetime import date
from typing import Any

import pytest
from session_analytics.batch import Rules, read_record
from tests.agent.core.duck import Context, Session
from tests.agent.core.test_call import HOSTILE
from tests.agent.project import schema_errors
from voice_analytics_agent import Call, record


def recorded(drive: Any, **options: Any) -> str:
    """The line of a call."""
    lines: list[str] = []
    session, context = Session(), Context()
    call = record(session, context, journal=False, sink=lines.append, **options)
    drive(session, call)
    session.close(at=time.time())
    context.shut_down()
    return lines[0]


def row_of(line: str) -> dict[str, Any]:
    """The one row that the layer makes of a line, as LiveKit's formatter writes it."""
    now = int(time.time() * 1000)
    wrapped = json.dumps({"message": line, "level": "INFO", "name": "voice_analytics_agent"})
    document = {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "/voice-agent",
        "logStream": "agent",
        "subscriptionFilters": ["session-analytics"],
        "logEvents": [{"id": "1" * 56, "timestamp": now, "message": wrapped}],
    }
    data = gzip.compress(json.dumps(document).encode())
    outcome = read_record(data, now, Rules(date(2025, 1, 1))).outcome
    assert outcome.rejects == []
    (text,) = [each.text for lines in outcome.lines.values() for each in lines]
    row: dict[str, Any] = json.loads(text)
    return row


@pytest.mark.parametrize("name", HOSTILE)
def test_an_odd_value_is_not_a_violation(name: str) -> None:
    value = HOSTILE[name]

    def drive(session: Session, call: Call) -> None:
        session.say("user", "Hello", at=time.time())
        call.set(user_metadata={"odd": value, "sound": 1})
        call.note(value)
        call.tool("crm", success=True, result=value)

    line = recorded(drive)
    assert schema_errors(json.loads(line)) == []
    row = row_of(line)
    assert row["turn_count"] == 1
    assert row["tool_call_count"] == 1
    assert "contract_violations" not in row


def test_a_model_without_a_price_has_no_cost_and_is_named() -> None:
    def drive(session: Session, _: Call) -> None:
        usage = {"type": "llm_usage", "provider": "acme", "input_tokens": 9, "output_tokens": 9}
        session.use(model="acme-1", **usage)

    row = row_of(recorded(drive))
    assert row["unpriced_models"] == ["acme/acme-1"]
    assert row["llm_input_tokens"] == 9
    assert "cost_total_usd" not in row
    assert "cost_usd" not in row["model_usage"][0]


def test_a_line_that_was_trimmed_says_so_in_the_row() -> None:
    def drive(session: Session, _: Call) -> None:
        for number in range(400):
            session.say("user", "\u00e4" * 500, at=time.time(), id=str(number))

    line = recorded(drive, limit=100_000)
    assert len(json.dumps(line)) <= 100_000
    row = row_of(line)
    assert row["truncation"]["original_bytes"] > 1_000_000
    assert row["truncation"]["turns_left_out"] + row["turn_count"] == 400
    assert "contract_violations" not in row
