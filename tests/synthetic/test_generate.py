"""The invented log: the same for a seed, valid under the contract, and as varied as real ones."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from session_analytics.logline import ParsedEvent, read_line

from tests.rows import LOGGED_AT, outcome
from voice_analytics.cli.generate import generate_command
from voice_analytics.errors import UserError
from voice_analytics.local.logs.subscription import log_events
from voice_analytics.synthetic import generate
from voice_analytics.synthetic.rhythm import start_times

CALLS, DAYS, LAST = 400, 2, LOGGED_AT.date()
AFTER_THE_LAST = datetime.combine(LAST, time(23, 59, 59), UTC)


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return list(generate(CALLS, DAYS, seed=1, end=LAST))


@pytest.fixture(scope="module")
def logged(lines: list[str]) -> list[str]:
    """The lines that hold a call."""
    return [line for line in lines if _is_event(line)]


@pytest.fixture(scope="module")
def rows(logged: list[str]) -> list[dict[str, Any]]:
    """What the transformation makes of them; a reject would leave no line to unpack."""
    texts = [
        made.text
        for line in logged
        for (made,) in outcome(line, logged_at=AFTER_THE_LAST).lines.values()
    ]
    return [json.loads(text) for text in texts]


def test_a_seed_gives_the_same_lines_in_another_process_with_other_hashes(lines: list[str]) -> None:
    program = f"""
from datetime import date
from voice_analytics.synthetic import generate
end = date({LAST.year}, {LAST.month}, {LAST.day})
print(*generate({CALLS}, {DAYS}, seed=1, end=end), sep="\\n")
"""
    environment = os.environ | {"PYTHONHASHSEED": "42", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=True
    )
    assert done.stdout.decode().splitlines() == lines


def test_another_seed_gives_other_lines(lines: list[str]) -> None:
    assert not set(lines) & set(generate(CALLS, DAYS, seed=2, end=LAST))


def test_each_call_is_logged_and_a_few_are_logged_twice(rows: list[dict[str, Any]]) -> None:
    times_logged = Counter(row["session_id"] for row in rows)
    assert len(times_logged) == CALLS
    assert 0 < sum(times_logged.values()) - CALLS < CALLS / 10
    assert set(times_logged.values()) == {1, 2}


def test_every_line_that_holds_a_call_is_a_row(
    logged: list[str], rows: list[dict[str, Any]]
) -> None:
    assert len(rows) == len(logged)


def test_calls_start_on_the_days_asked_for(rows: list[dict[str, Any]]) -> None:
    assert {row["started_at"][:10] for row in rows} == {"2026-03-04", "2026-03-05"}


def test_lines_are_in_order_of_time(lines: list[str]) -> None:
    written = [event["timestamp"] for event in log_events("agent.log", lines, 0)]
    assert all(earlier <= later for earlier, later in pairwise(written))


@pytest.mark.parametrize("shape", ["flat", "wrapped", "dict as message", "escaped string"])
def test_all_four_shapes_are_there(shape: str, logged: list[str]) -> None:
    assert sum(_shape(json.loads(line)) == shape for line in logged) > CALLS / 20


def _shape(document: dict[str, Any]) -> str:
    if "analytics_data" in document:
        return "wrapped"
    if "message" not in document:
        return "flat"
    return "escaped string" if document["message"] else "dict as message"


@pytest.mark.parametrize(
    "column",
    [
        "llm_call_count",
        "avg_latency_ms",
        "model_usage",
        "close_reason",
        "tags",
        "device_browser",
        "consent_at",
    ],
)
def test_what_only_some_agents_log_is_there_for_some_calls(
    column: str, rows: list[dict[str, Any]]
) -> None:
    assert 0 < sum(column in row for row in rows) < len(rows)


def test_a_few_values_are_wrong_and_cost_themselves_alone(rows: list[dict[str, Any]]) -> None:
    violations = [len(row["contract_violations"]) for row in rows if "contract_violations" in row]
    assert 0 < len(violations) < len(rows) / 10
    assert set(violations) == {1}


def test_some_lines_hold_numbers_that_json_has_not(logged: list[str]) -> None:
    assert any("NaN" in line or "Infinity" in line for line in logged)


def test_costs_are_positive_and_add_up_to_the_total(rows: list[dict[str, Any]]) -> None:
    known = [row for row in rows if "costs" in row and "contract_violations" not in row]
    assert len(known) > len(rows) / 2
    for row in known:
        shares = [entry["cost_usd"] for entry in row["costs"] if "cost_usd" in entry]
        assert all(usd > 0 for usd in shares)
        assert row["cost_total_usd"] == pytest.approx(sum(shares))


def test_times_within_a_call_follow_each_other(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        spoken_at = [turn["said_at"] for turn in row["transcript"] if "said_at" in turn]
        ended = [row["ended_at"]] if "ended_at" in row else []
        moments = [row["started_at"], *spoken_at, *ended]
        assert moments == sorted(moments)


def test_searches_find_something_nothing_or_fail(rows: list[dict[str, Any]]) -> None:
    searches = [
        use
        for row in rows
        for use in row["tool_calls"]
        if use["tool"] == "unleash_search_knowledge"
    ]
    outcomes, failed = (
        Counter(use.get("results_found") for use in searches),
        sum("error" in use for use in searches),
    )
    assert outcomes[True] > outcomes[False] > failed > 0


def test_lines_of_other_kinds_are_ignored_before_or_after_the_filter(lines: list[str]) -> None:
    others = [line for line in lines if not _is_event(line)]
    assert all(not read_line(line) for line in others)
    assert {"session_analytics" in line for line in others} == {True, False}
    assert {line.startswith("{") for line in others} == {True, False}


def test_a_line_has_the_size_of_a_real_one(logged: list[str]) -> None:
    assert 5_000 < sum(map(len, logged)) / len(logged) < 10_000


def test_nobody_in_it_can_be_written_to(rows: list[dict[str, Any]]) -> None:
    domains = {row["user_email_domain"] for row in rows if "user_email_domain" in row}
    assert domains
    assert all(domain.endswith((".example.com", ".example.org")) for domain in domains)


def test_people_call_on_working_days_in_american_office_hours() -> None:
    starts = start_times(Random(1), calls=2_000, days=14, end=date(2026, 3, 8))
    by_weekday, by_hour = (
        Counter(start.weekday() for start in starts),
        Counter(start.hour for start in starts),
    )
    assert min(by_weekday[day] for day in range(5)) > 3 * max(by_weekday[5], by_weekday[6])
    assert by_hour[16] > 20 * (1 + by_hour[8])


def test_the_command_writes_to_standard_output_or_to_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generate_command(calls=20, end=LAST)
    generate_command(calls=20, end=LAST, out=tmp_path / "calls.log")
    written = (tmp_path / "calls.log").read_text(encoding="utf-8")
    assert written.count("\n") >= 20
    assert capsys.readouterr() == (written, "")


def test_the_last_day_is_yesterday_where_none_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    days = {_yesterday()}
    generate_command(calls=20, days=1)
    days.add(_yesterday())
    row = next(
        part.result.event
        for line in capsys.readouterr().out.splitlines()
        for part in read_line(line)
        if isinstance(part.result, ParsedEvent)
    )
    assert datetime.fromtimestamp(row["_timestamp"], UTC).date() in days


def _is_event(line: str) -> bool:
    return any(isinstance(part.result, ParsedEvent) for part in read_line(line))


def _yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ({"calls": 0}, "--calls is 0"),
        ({"days": 0}, "--days is 0"),
        ({"days": 100_000}, "--days is 100000"),
        ({"end": date(1970, 1, 3)}, "7 days that end on 1970-01-03"),
        ({"end": date(2500, 1, 1)}, "7 days that end on 2500-01-01"),
        ({"out": Path("no/such/folder/calls.log")}, "cannot write no/such/folder/calls.log"),
    ],
)
def test_bad_numbers_are_refused_with_what_to_do(arguments: dict[str, Any], wrong: str) -> None:
    with pytest.raises(UserError, match=wrong) as refused:
        generate_command(**arguments)
    assert refused.value.hint
