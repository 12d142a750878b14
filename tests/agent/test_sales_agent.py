"""The example agent on a real worker, however its calls end."""

from __future__ import annotations

import json

import pytest
from tests.agent.worker_run import SDKS, all_calls, all_rows

pytestmark = [pytest.mark.parametrize("sdk", SDKS), pytest.mark.slow]


def test_the_example_says_what_only_an_agent_knows(sdk: str) -> None:
    row = all_rows(sdk)["sales-ok"]
    assert row["agent_name"] == "sales-agent"
    assert row["user_email"] == "ana@example.com"
    assert row["outcome"] == "meeting booked"
    assert row["team_size"] == 25
    assert row["monthly_volume"] == 2000
    assert [(call["tool"], call["success"]) for call in row["tool_calls"]] == [
        ("unleash_search_knowledge", True),
        ("book_sales_meeting", False),
        ("book_sales_meeting", True),
    ]


def test_redaction_holds_in_the_row(sdk: str) -> None:
    row = all_rows(sdk)["sales-ok"]
    assert "ana@example.com" not in json.dumps([row["transcript"], row["tool_calls"]])
    assert row["redactions"] == [{"kind": "email", "count": 3}]  # what was said, and two arguments


@pytest.mark.parametrize("room", ["sales-raises", "sales-fails", "sales-hangs"])
def test_faults_of_the_agent_lose_nothing(sdk: str, room: str) -> None:
    """An entry point that raises, a shutdown callback that raises, one that never returns."""
    row = all_rows(sdk)[room]
    items = all_calls(sdk).reports[room]["report"]["chat_history"]["items"]
    assert row["turn_count"] == sum(item["type"] == "message" for item in items)
    assert row["tool_call_count"] == sum(item["type"] == "function_call" for item in items)
    assert row["close_reason"] == "CR_USER_INITIATED"
    assert row["is_partial"] is None


def test_a_killed_call_is_a_row_with_what_was_known(sdk: str) -> None:
    row = all_rows(sdk)["sales-killed"]
    assert row["is_partial"] is True
    assert row["user_turn_count"] == 2
    assert row["team_size"] == 25
    assert row["tool_call_count"] == 1
    assert row["llm_input_tokens"] > 0
