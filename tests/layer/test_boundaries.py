"""Limits at their very value, and figures that operators rest on."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from session_analytics import batch, response
from session_analytics.batch import Rules, Transformed, read_record
from session_analytics.cloudwatch import decode, encode
from session_analytics.flatten import validation
from session_analytics.flatten.extras import MAX_KEPT
from session_analytics.rejects import rejected_objects
from session_analytics.response import MAX_RECORD_BYTES, RecordResult, result_of
from session_analytics.schema.json_text import MAX_DEPTH, parse

from tests.rows import FIRST_DAY, LOGGED_AT, event, log_batch, row, row_of_line

ARRIVED_MS = round(LOGGED_AT.timestamp() * 1000)


def record(*lines: str, days_ago: int = 0, arrived_ms: int = ARRIVED_MS) -> Transformed:
    batch = log_batch(*lines, logged_at=LOGGED_AT - timedelta(days=days_ago))
    return read_record(encode(batch), arrived_ms, Rules(FIRST_DAY))


def test_a_piece_of_exactly_the_streams_limit_is_one_piece(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = log_batch("a", "b")
    monkeypatch.setattr(response, "MAX_RECORD_BYTES", len(encode(batch)))
    assert len(response._pieces(batch, batch["logEvents"], [])) == 1
    monkeypatch.setattr(response, "MAX_RECORD_BYTES", len(encode(batch)) - 1)
    assert len(response._pieces(batch, batch["logEvents"], [])) == 2
    assert MAX_RECORD_BYTES == 1_024_000


@pytest.mark.parametrize("less", [0, 1])
def test_a_record_of_exactly_the_streams_limit_is_reingested_as_it_came(
    less: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = gzip.decompress(encode(log_batch("a", "b")))
    monkeypatch.setattr(response, "MAX_RECORD_BYTES", len(plain) - less)
    (data,) = response.reingest_unchanged("r", plain).reingest
    assert (data == plain) == (less == 0)
    monkeypatch.setattr(response, "MAX_RECORD_BYTES", len(data) - 1)
    if less:
        read = record("a")
        assert response.reingest_unchanged("r", plain, read) == response.failed("r", read)


def test_what_is_split_keeps_what_was_to_be_stored_already(monkeypatch: pytest.MonkeyPatch) -> None:
    today, cut = json.dumps(event(x="y" * 400)), json.dumps(event())[:-9]
    yesterday = json.dumps(event(start_time="2026-03-04T23:00:00"))
    read = record(today, today, cut, yesterday)
    whole = result_of("r", read)
    assert (whole.decision, len(whole.reingest), len(whole.rejects)) == ("Ok", 1, 1)
    monkeypatch.setattr(response, "MAX_RESPONSE_BYTES", 600)
    split = result_of("r", read)
    assert (split.record_id, split.decision, split.transformed) == ("r", "Dropped", read)
    assert split.reingest[0] == whole.reingest[0]
    assert (len(split.reingest), split.rejects) == (3, whole.rejects)


@pytest.mark.parametrize("first", ["another line", json.dumps(event())])
def test_what_is_not_read_is_reingested_in_two_halves(
    first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MAX_EVENTS", 1)
    read = record(first, *map(str, range(6)))
    result = result_of("r", read)
    assert result.decision == ("Ok" if first.startswith("{") else "Dropped")
    halves = [decode(data) for data in result.reingest]
    assert [half["logGroup"] for half in halves] == [read.batch["logGroup"]] * 2
    lines = [[log_event["message"] for log_event in half["logEvents"]] for half in halves]
    assert lines == [["0", "1", "2"], ["3", "4", "5"]]
    monkeypatch.setattr(response, "MAX_RECORD_BYTES", 10)
    assert len(result_of("r", read).rejects) == 6


def test_the_day_with_the_most_bytes_is_delivered_though_it_is_not_the_latest() -> None:
    large = json.dumps(event(start_time="2026-03-04T23:00:00", x="y" * 400))
    assert result_of("r", record(json.dumps(event()), large)).dt == "2026-03-04"


def test_a_line_of_another_kind_counts_as_one_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MAX_EVENTS", 2)
    assert len(record("a", "b", "c").outcome.unread) == 1


def test_a_reject_says_when_its_record_arrived() -> None:
    late = ARRIVED_MS + 3_600_000
    read = record(json.dumps(event())[:-9], arrived_ms=late)
    (stored,) = rejected_objects([result_of("r", read)], "v")
    rejected = json.loads(gzip.decompress(stored.body))
    assert (rejected["logged_at"], rejected["rejected_at"]) == (
        *("2026-03-05 12:00:00.000", "2026-03-05 13:00:00.000"),
    )


def test_a_day_outside_of_the_projection_is_that_of_arrival() -> None:
    got = row_of_line(json.dumps(event(start_time="1999-01-01")), logged_at=LOGGED_AT)
    assert got["dt"] == "2026-03-05"
    old = datetime(1999, 1, 1, tzinfo=UTC)
    assert row_of_line(json.dumps(event(start_time="1999-01-01")), logged_at=old,
        arrived=LOGGED_AT)["dt"] == "2026-03-05"  # fmt: skip


def test_a_call_of_no_length_is_one() -> None:
    got = row(duration_seconds=0)
    assert (got["duration_seconds"], got.get("contract_violations")) == (0, None)
    assert row(end_time="2026-03-05T11:50:00")["duration_seconds"] == 0


def test_a_quantity_of_nothing_is_stored() -> None:
    got = row(cost_summary={"openai_tokens": 0, "openai_cost": 0.0})
    assert got["costs"] == [
        {"provider": "openai", "cost_usd": 0.0, "quantity": 0.0, "unit": "tokens"}
    ]
    assert got["cost_total_usd"] == 0


@pytest.mark.parametrize("more", [0, 1])
def test_as_many_unknown_values_as_may_be_are_kept_one_by_one(more: int) -> None:
    unknown = {f"k{number}": number for number in range(MAX_KEPT + more)}
    got = row(discovered_signals=unknown)
    assert ("/discovered_signals/k0" in got["extras"]) == (more == 0)
    assert ("/discovered_signals" in got["extras"]) == (more == 1)


def test_a_container_that_is_kept_whole_is_kept_once() -> None:
    unknown: dict[str, Any] = {f"k{number}": number for number in range(MAX_KEPT + 1)}
    got = row(connection=unknown | {"device_info": {"x": 1}})
    assert list(got["extras"]) == ["/connection"]


def test_what_is_in_a_value_that_is_kept_whole_is_not_kept_again() -> None:
    numbers = [float("nan")] * (MAX_KEPT - 1)
    got = row_of_line(json.dumps(event(x=numbers, y=numbers)))
    assert got["extras"].keys() == {"/x", "/y"}


@pytest.mark.parametrize(("levels", "is_json"), [(MAX_DEPTH, False), (MAX_DEPTH + 1, None)])
def test_depth_at_its_limit(levels: int, is_json: bool | None) -> None:
    text = "[" * levels + "NaN" + "]" * levels
    if is_json is None:
        with pytest.raises(ValueError):
            parse(text)
    else:
        assert parse(text).is_json is is_json


@pytest.mark.parametrize(("digits", "is_number"), [(4_300, True), (4_301, False)])
def test_digits_at_their_limit(digits: int, is_number: bool) -> None:
    value = parse(f"[{'9' * digits}, NaN]").value[0]
    assert isinstance(value, int) is is_number


def test_of_a_line_with_both_the_wrapped_event_is_taken() -> None:
    line = {"message": json.dumps(event(session_id="m")), "analytics_data": event(session_id="a")}
    for both in (line, dict(reversed(line.items()))):
        assert row_of_line(json.dumps(both))["session_id"] == "a"


def test_an_identity_alone_says_that_an_object_is_the_event() -> None:
    line = {"_event_type": "session_analytics", "_session_id": "own", "_timestamp": 1772711400,
        "message": json.dumps(event())}  # fmt: skip
    assert row_of_line(json.dumps(line))["session_id"] == "own"


def test_as_many_errors_as_may_be_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "MAX_ERRORS", 3)
    tools = [{"tool": "a", "success": "x"}] * 3
    got = row(tool_calls=tools)
    assert [violation["path"] for violation in got["contract_violations"]] == [
        f"/tool_calls/{number}/success" for number in range(3)
    ]
    assert [
        violation["path"] for violation in row(tool_calls=[*tools, *tools])["contract_violations"]
    ] == ["/tool_calls"]


@pytest.mark.parametrize(("seconds", "noted"), [(-1, 0), (-2, 1), (-0.5, 1), (0, 0)])
def test_minus_one_alone_is_no_latency(seconds: float, noted: int) -> None:
    got = row(transcript=[{"role": "user", "content": "x", "e2e_latency": seconds}])
    assert len(got.get("contract_violations", ())) == noted
    assert got["transcript"][0].get("e2e_latency_ms") == (0 if seconds == 0 else None)


@pytest.mark.parametrize("number", ["-1e400", "1e400", "Infinity", "-Infinity", "NaN"])
def test_a_number_beyond_a_double_is_not_a_text(number: str) -> None:
    got = row_of_line(json.dumps(event(user_name="@")).replace('"@"', number))
    assert "user_name" not in got
    assert got["extras"] == {"/user_name": number}


def test_only_a_delivered_record_has_rows() -> None:
    read = record(json.dumps(event()))
    assert RecordResult("r", "Dropped", read).delivered == []
