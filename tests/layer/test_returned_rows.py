"""Rows that come back: what the function made of an event is taken back as it was."""

import json
from typing import Any

import pytest
from session_analytics.batch import Outcome, transform
from session_analytics.partition import Partitions
from session_analytics.schema.envelope import LogBatch

from tests.rows import FIRST_DAY, LOGGED_AT, event, log_batch, outcome
from tests.template.rules.log_queries import logged


def rows_batch(*messages: str) -> LogBatch:
    return {**log_batch(*messages), "messageType": "ROWS"}


def returned(*messages: str) -> Outcome:
    return transform(rows_batch(*messages), Partitions(FIRST_DAY, LOGGED_AT.date()))


def made() -> tuple[str, dict[str, Any]]:
    ((dt, (line,)),) = outcome(json.dumps(event(tags=["a"]))).lines.items()
    return dt, json.loads(line.text)


@pytest.mark.parametrize("row", [row for _, row in logged()], ids=lambda row: row["session_id"])
def test_every_row_that_the_function_makes_comes_back_as_it_was(row: dict[str, Any]) -> None:
    result = returned(json.dumps(row))
    assert result.rejects == []
    ((_, (line,)),) = result.lines.items()
    assert json.loads(line.text) == row


def test_a_row_lands_in_its_own_day() -> None:
    dt, row = made()
    assert list(returned(json.dumps(row)).lines) == [dt]


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"team_size": "8"}, "/team_size"),
        ({"team_size": 2**40}, "/team_size"),
        ({"started_at": "yesterday"}, "/started_at"),
        ({"started_at": None}, "/started_at"),
        ({"no_such_column": 1}, "/no_such_column"),
        ({"transcript": [{"role": 1}]}, "/transcript/0/role"),
        ({"tags": "a"}, "/tags"),
    ],
)
def test_a_row_that_would_not_convert_is_rejected(changed: dict[str, Any], path: str) -> None:
    (reject,) = returned(json.dumps(made()[1] | changed)).rejects
    assert (reject.code, reject.path) == ("invalid_row", path)


@pytest.mark.parametrize("name", ["event_id", "session_id", "started_at", "logged_at"])
def test_a_row_without_its_identity_is_rejected(name: str) -> None:
    row = made()[1]
    del row[name]
    (reject,) = returned(json.dumps(row)).rejects
    assert (reject.code, reject.path) == ("invalid_row", f"/{name}")


@pytest.mark.parametrize("message", ["", "no JSON", "[]", '{"event_id": "e0"'])
def test_what_is_not_a_row_is_rejected_and_not_quoted(message: str) -> None:
    (reject,) = returned(message).rejects
    assert reject.code == "invalid_row"
    assert not message or message not in reject.message


def test_another_offset_of_a_time_becomes_utc() -> None:
    row = made()[1] | {"consent_at": "2026-03-05T13:00:00+02:00"}
    ((_, (line,)),) = returned(json.dumps(row)).lines.items()
    assert json.loads(line.text)["consent_at"] == "2026-03-05 11:00:00.000"


def test_an_event_with_the_tag_is_a_canary() -> None:
    for tags, expected in ((["canary"], True), (["x"], False)):
        ((_, (line,)),) = outcome(json.dumps(event(tags=tags))).lines.items()
        assert line.canary is expected
