"""The line stays below its limit, and says what it left out."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from voice_analytics_agent.serialise import to_json
from voice_analytics_agent.size import SMALLEST_LIMIT, fit

pytestmark = pytest.mark.slow

LIMIT = 50_000


def event_of(**fields: Any) -> dict[str, Any]:
    return {"_event_type": "session_analytics", "session_id": "s", "start_time": "t", **fields}


def turns(count: int, length: int) -> list[dict[str, Any]]:
    return [{"role": "user", "content": f"{n:05}" + 'ä"\\' * (length // 3)} for n in range(count)]


BIG = {
    "long turns": event_of(transcript=turns(20, 30_000)),
    "many turns": event_of(transcript=turns(20_000, 10)),
    "tool results": event_of(tool_calls=[{"tool": "a", "result": "x" * 90_000}] * 5),
    "many tools": event_of(tool_calls=[{"tool": "a", "result": "x"}] * 20_000),
    "metadata": event_of(user_metadata={f"key {n}": n for n in range(50_000)}),
    "an unknown field": event_of(whatever=[[["\u2028" * 200_000]]]),
    "long keys": event_of(**{"k" * 100_000: 1}),
    "many fields": event_of(**{f"field {n}": "x" * 40 for n in range(20_000)}),
    "long id": event_of(session_id="s" * 100_000),
    "numbers": event_of(transcript=[{"role": "user", "n": list(range(100_000))}]),
}


@pytest.mark.parametrize("name", BIG)
@pytest.mark.parametrize("limit", [LIMIT, SMALLEST_LIMIT])
def test_the_line_fits_also_when_escaped_once_more(name: str, limit: int) -> None:
    event = BIG[name]
    line = fit(event, limit)
    assert len(json.dumps(line)) <= limit
    read = json.loads(line)
    assert read["_event_type"] == "session_analytics"
    assert read["truncation"]["original_bytes"] >= len(to_json(event))


def test_a_line_that_fits_is_left_alone() -> None:
    event = event_of(transcript=turns(3, 30))
    assert json.loads(fit(event, LIMIT)) == event


def test_results_of_tools_go_before_words_of_the_caller() -> None:
    event = event_of(transcript=turns(10, 300), tool_calls=[{"result": "x" * 90_000}])
    read = json.loads(fit(event, LIMIT))
    assert read["transcript"] == event["transcript"]
    assert read["truncation"]["characters_left_out"] == 90_000 - 16_000


def test_turns_of_the_middle_go_first_and_are_counted() -> None:
    event = event_of(transcript=turns(4_000, 30))
    read = json.loads(fit(event, LIMIT))
    left = [turn["content"][:5] for turn in read["transcript"]]
    assert left[0] == "00000"
    assert left[-1] == "03999"
    assert read["truncation"]["turns_left_out"] == 4_000 - len(left)


def test_random_events_fit() -> None:
    rng = random.Random(7)

    def value(depth: int) -> Any:
        kind = rng.randrange(5 if depth else 3)
        if kind == 0:
            return rng.random()
        if kind in (1, 2):
            return rng.choice(["\x00", "é", '"', "a", "\\"]) * rng.randrange(3_000)
        if kind == 3:
            return [value(depth - 1) for _ in range(rng.randrange(20))]
        return {f"k{n}": value(depth - 1) for n in range(rng.randrange(20))}

    for _ in range(30):
        event = event_of(**{f"field{n}": value(3) for n in range(6)}, transcript=turns(9, 900))
        line = fit(event, 5_000)
        assert len(json.dumps(line)) <= 5_000
