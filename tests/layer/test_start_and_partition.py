"""When a call began, and the partition that its row lands in."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.rows import LOGGED_AT, event, outcome, row, row_of_line


@pytest.mark.parametrize(
    ("fields", "started_at", "duration"),
    [
        ({"start_time": "2026-03-05T11:00:00"}, "11:00:00.000", None),
        ({"start_time": "2026-03-05T11:00:00Z"}, "11:00:00.000", None),
        ({"start_time": "2026-03-05T11:00:00.9999999+00:00"}, "11:00:00.999", None),
        ({"start_time": "2026-03-05T13:00:00+02:00"}, "11:00:00.000", None),
        ({"start_time": "2026-03-05 06:00:00-05:00"}, "11:00:00.000", None),
        ({"start_time": 1772708400}, "11:00:00.000", None),
        ({"start_time": 1772708400123}, "11:00:00.123", None),
        (
            {"start_time": "2026-03-05T11:00:00", "end_time": "2026-03-05T11:00:10.250"},
            "11:00:00.000",
            10.25,
        ),
        (
            {"start_time": None, "end_time": "2026-03-05T11:10:00", "duration_seconds": 600},
            "11:00:00.000",
            600.0,
        ),
        (
            {"start_time": "never", "_timestamp": 1772708460, "duration_seconds": 60},
            "11:00:00.000",
            60.0,
        ),
        ({"start_time": None, "_timestamp": 1772708400}, "11:00:00.000", None),
        (
            {"start_time": None, "_timestamp": 1772708400, "duration_seconds": 1e300},
            "11:00:00.000",
            1e300,
        ),
        (
            {"start_time": None, "timestamp": 1772708460.0, "duration_ms": 60000},
            "11:00:00.000",
            60.0,
        ),
        (
            {"start_time": None, "timestamp": 5, "end_time": 1772708460.0, "duration_ms": 60000},
            "11:00:00.000",
            60.0,
        ),
    ],
)
def test_the_start_is_known_from_whichever_field_tells(
    fields: dict[str, Any], started_at: str, duration: float | None
) -> None:
    got = row(**fields)
    assert got["started_at"] == f"2026-03-05 {started_at}"
    assert got.get("duration_seconds") == duration


def test_the_formatters_timestamp_says_nothing_about_the_call() -> None:
    got = row(message="", timestamp="2026-03-05T11:59:00+00:00")
    assert "ended_at" not in got
    assert got["extras"] == {"/timestamp": "2026-03-05T11:59:00+00:00"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"session_id": ""}, "missing_session_id"),
        ({"session_id": None, "job_id": []}, "missing_session_id"),
        ({"start_time": None}, "no_start_time"),
        ({"start_time": "soon", "end_time": "2026-03-05T11:00:00"}, "no_start_time"),
        ({"start_time": "9999-12-31T00:00:00"}, "no_start_time"),
    ],
)
def test_an_event_without_identity_or_start_is_a_reject(fields: dict[str, Any], code: str) -> None:
    result = outcome(json.dumps(event(**fields)))
    assert [reject.code for reject in result.rejects] == [code]
    assert result.lines == {}


@pytest.mark.parametrize(
    ("away", "dt", "violated"),
    [
        (timedelta(0), "2026-03-05", False),
        (timedelta(days=-2), "2026-03-03", False),
        (timedelta(days=-2, milliseconds=-1), "2026-03-05", True),
        (timedelta(hours=1), "2026-03-05", False),
        (timedelta(hours=1, milliseconds=1), "2026-03-05", True),
        (timedelta(days=-700), "2026-03-05", True),
    ],
)
def test_a_wrong_clock_opens_no_partition(away: timedelta, dt: str, violated: bool) -> None:
    started_at = (LOGGED_AT + away).astimezone(UTC)
    got = row(start_time=started_at.isoformat())
    assert got["dt"] == dt
    assert (
        got["started_at"]
        == started_at.strftime("%Y-%m-%d %H:%M:%S.") + f"{started_at.microsecond // 1000:03}"
    )
    assert ("contract_violations" in got) == violated


def test_the_partition_follows_the_truncated_time_across_midnight() -> None:
    late = datetime(2026, 3, 6, 0, 10, tzinfo=UTC)
    line = json.dumps(event(start_time="2026-03-05T23:59:59.9999"))
    got = row_of_line(line, logged_at=late)
    assert (got["dt"], got["started_at"]) == ("2026-03-05", "2026-03-05 23:59:59.999")


@pytest.mark.parametrize(
    "logged_at",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2024, 12, 31, 23, tzinfo=UTC),
        datetime(2200, 1, 1, tzinfo=UTC),
    ],
)
def test_no_row_lands_where_the_projection_does_not_look(logged_at: datetime) -> None:
    got = row_of_line(
        json.dumps(event(start_time=logged_at.isoformat())), logged_at=logged_at, arrived=LOGGED_AT
    )
    assert got["dt"] == "2026-03-05"
    assert (
        got["contract_violations"][0]["expected"]
        == "a date from 2025-01-01 to the day after arrival"
    )


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"start_time": "2026-01-01T00:00:00"}, "start_time"),
        (
            {"start_time": None, "end_time": "2026-01-01T00:00:00", "duration_seconds": 1},
            "end_time",
        ),
        ({"start_time": None, "timestamp": 1767225600, "duration_ms": 1}, "timestamp"),
        ({"start_time": None, "_timestamp": 1767225600, "duration_seconds": 1}, "_timestamp"),
        ({"start_time": None, "_timestamp": 1767225600}, "_timestamp"),
    ],
)
def test_a_doubtful_start_is_noted_at_the_field_that_it_came_from(
    fields: dict[str, Any], key: str
) -> None:
    (violation,) = row(**fields)["contract_violations"]
    assert violation["path"] == f"/{key}"
    assert violation["expected"] == "a start from 2 days before to 1 hour after the log event"
    assert violation["got"] == json.dumps(fields[key])


def test_two_lengths_that_differ_are_both_kept() -> None:
    assert row(duration_seconds=2, duration_ms=2000)["extras"] == {}
    got = row(duration_seconds=2, duration_ms=2001)
    assert (got["duration_seconds"], got["extras"]) == (2.0, {"/duration_ms": 2001})


@pytest.mark.parametrize(
    ("started_at", "arrived", "dt"),
    [
        ("2025-01-01T00:00:00", "2025-01-05", "2025-01-01"),
        ("2024-12-31T23:59:59.999", "2025-01-05", "2025-01-05"),
        ("2026-03-06T00:00:00", "2026-03-05", "2026-03-06"),
        ("2026-03-07T00:00:00", "2026-03-05", "2026-03-05"),
        ("2024-06-01T00:00:00", "2024-06-01", "2025-01-01"),
    ],
)
def test_the_projection_is_covered_from_its_first_day_to_the_day_after_arrival(
    started_at: str, arrived: str, dt: str
) -> None:
    logged_at = datetime.fromisoformat(started_at).replace(tzinfo=UTC)
    arrived_at = datetime.fromisoformat(arrived).replace(tzinfo=UTC)
    assert (
        row_of_line(
            json.dumps(event(start_time=started_at)), logged_at=logged_at, arrived=arrived_at
        )["dt"]
        == dt
    )


START = 1772711400  # the start of `event`
DAY = 86_400


def turns(*seconds: float) -> dict[str, Any]:
    return {"transcript": [{"role": "user", "created_at": START + at} for at in seconds]}


def items(**times: float) -> dict[str, Any]:
    """A chat history with an item of each type at its second."""
    of_types = [{"type": kind, "created_at": START + at} for kind, at in times.items()]
    return {"chat_history": {"items": of_types}}


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"started_at": START}, set()),
        ({"started_at": START + 1}, {"started_at"}),
        ({"end_time": START + 60, "ended_at": START + 60}, set()),
        ({"end_time": START + 60, "ended_at": START + 61}, {"ended_at"}),
        ({"duration_seconds": 2, "duration": 2, "duration_ms": 2001}, {"duration_ms"}),
        ({"duration": 2, "duration_ms": 2000}, set()),
        ({"duration_seconds": 2, "duration": 3}, {"duration"}),
        ({"end_time": START + 60, "timestamp": START + 60}, set()),
        ({"end_time": START + 60, "timestamp": START + 61}, {"timestamp"}),
        ({"timestamp": START + 60}, {"timestamp"}),
    ],
)
def test_a_time_that_lost_to_another_that_differs_is_kept(
    fields: dict[str, Any], kept: set[str]
) -> None:
    assert row(**fields)["extras"] == {f"/{key}": fields[key] for key in kept}


@pytest.mark.parametrize("key", ["chat_history", "events", "duration_ms"])
@pytest.mark.parametrize(
    ("off", "is_end"), [(60, True), (-60, True), (60.5, False), (-60.5, False)]
)
def test_the_time_of_a_report_is_the_end_where_it_agrees_with_the_length(
    key: str, off: float, is_end: bool
) -> None:
    report = {"chat_history": {"items": []}, "events": [], "duration_ms": 100_000}[key]
    reported_at = START + 100 + off
    got = row(**{key: report, "duration_seconds": 100, "timestamp": reported_at})
    assert ("ended_at" in got, "/timestamp" in got["extras"]) == (is_end, not is_end)


@pytest.mark.parametrize(
    ("fields", "noted"),
    [
        ({"end_time": START + 120, "duration_seconds": 240}, None),
        ({"end_time": START + 120, "duration_seconds": 241}, "/duration_seconds"),
        ({"end_time": START + 120, "duration_ms": 59_000}, "/duration_ms"),
        ({"end_time": START + 120, "duration_ms": 60_000}, None),
        ({"end_time": START - 120, "duration": 120}, None),
        ({"end_time": START - 120}, "/end_time"),
        ({"chat_history": {}, "timestamp": START - 1}, "/timestamp"),
        ({"events": [{"type": "close", "created_at": START - 1}]}, "/events/0/created_at"),
    ],
)
def test_a_length_that_cannot_be_is_noted_at_the_field_that_tells_it(
    fields: dict[str, Any], noted: str | None
) -> None:
    paths = [each["path"] for each in row(**fields).get("contract_violations", [])]
    assert paths == ([noted] if noted else [])


@pytest.mark.parametrize(
    ("fields", "length"),
    [
        ({"end_time": START}, 0),
        ({"start_time": None, "started_at": START, "end_time": START}, 0),
        ({"start_time": None, **turns(0), "end_time": START}, None),
        ({"start_time": None, **turns(0), "end_time": START + 1}, 1),
        ({"start_time": None, "_timestamp": START, "end_time": START + 60}, None),
        ({"start_time": None, "_timestamp": START + 1, "end_time": START}, None),
    ],
)
def test_a_length_is_worked_out_of_a_start_and_an_end_that_are_known(
    fields: dict[str, Any], length: float | None
) -> None:
    got = row(**fields)
    assert got.get("duration_seconds") == length
    assert "contract_violations" not in got


@pytest.mark.parametrize(
    ("fields", "started"),
    [
        ({"transcript": [{"role": "user", "timestamp": START + 3}]}, 3),
        ({"transcript": [{"role": "user", "time": START + 3}]}, 3),
        ({"transcript": [{"created_at": START + 5, "timestamp": START + 3}]}, 5),
        (turns(9, 4, 6), 4),
        (turns(-DAY, 0, 1), -DAY),
        (turns(-DAY - 1, 0, 1), 0),
        (turns(-3 * DAY, -DAY - 1, 0), 0),
        (turns(-3 * DAY, -DAY, 0), -DAY),
        (turns(5, 6) | {"audio_recording_started_at": START + 5}, 5),
        (turns(5, 6) | {"audio_recording_started_at": START + 7, "_timestamp": START + 8}, 8),
        (items(message=1, agent_config_update=5), 5),
        (items(message=1, agent_handoff=5), 5),
        (items(function_call=2, function_call_output=3), 2),
        (items(function_call_output=3), 3),
        (turns(7) | items(message=6), 6),
        (turns(7) | {"events": [{"created_at": START + 9}]}, 9),
        (turns(7) | {"end_time": START + 60, "duration": 50}, 10),
        (turns(7) | {"end_time": START + 60, "duration": 1e300}, 7),
        (turns(7) | {"_timestamp": START + 60, "duration": 50}, 7),
        ({"_timestamp": START + 60, "duration": 50}, 10),
        ({"_timestamp": START + 60}, 60),
    ],
)
def test_without_a_sent_start_it_is_the_best_that_the_rest_tells(
    fields: dict[str, Any], started: int
) -> None:
    moment = datetime.fromtimestamp(START + started, UTC)
    assert row(start_time=None, **fields)["started_at"] == f"{moment:%Y-%m-%d %H:%M:%S}.000"
