"""Each hot lead is told once, whatever is repeated, overlaps or fails.

What Lambda does with the stream stands in conftest.py: it calls with an item until the function
returns.
"""

import json
from contextlib import suppress
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.alerts.conftest import Alerts, Context, lead, refused, table, throttled

pytestmark = pytest.mark.slow


class Killed(BaseException):
    """The function has gone, in the middle."""


def killed() -> None:
    raise Killed


def run(alerts: Alerts) -> None:
    """A run of the schedule that may fail, and what is sent after it."""
    with suppress(ClientError, Killed):
        alerts.find()
    alerts.send()


def test_a_lead_is_told_once_however_often_it_is_found(alerts: Alerts) -> None:
    alerts.rows = [lead("a"), lead("b")]
    assert alerts.find() == {"found": 2, "new": 2}
    assert alerts.find() == {"found": 2, "new": 0}
    alerts.send()
    run(alerts)
    assert alerts.sessions() == ["a", "b"]


def test_a_later_lead_is_told_beside_those_that_are_told(alerts: Alerts) -> None:
    alerts.rows = [lead("a")]
    run(alerts)
    alerts.rows = [lead("a"), lead("b")]
    run(alerts)
    assert alerts.sessions() == ["a", "b"]


def test_no_lead_is_an_empty_run(alerts: Alerts) -> None:
    assert alerts.find() == {"found": 0, "new": 0}


def test_copies_of_a_call_are_one_lead_and_calls_of_one_session_are_two(alerts: Alerts) -> None:
    first = lead("a", started_at="2026-03-02 09:00:00.000")
    copy = lead("a", started_at="2026-03-02 09:00:00.120")
    later = lead("a", started_at="2026-03-02 11:00:00.000")
    for rows in ([first], [copy, later]):
        alerts.rows = rows
        run(alerts)
    assert alerts.sessions() == ["a", "a"]


def test_runs_that_overlap_tell_once(alerts: Alerts) -> None:
    """The second begins and ends between the first one's query and its writes."""
    alerts.rows = [lead("a"), lead("b")]
    alerts.fail("dynamodb.PutItem", alerts.find)
    assert alerts.find() == {"found": 2, "new": 0}
    alerts.send()
    assert alerts.sessions() == ["a", "b"]


def test_dynamodb_down_means_late_and_never_lost(alerts: Alerts) -> None:
    alerts.rows = [lead("a"), lead("b")]
    alerts.fail("dynamodb.PutItem", None, refused)
    run(alerts)
    assert alerts.sessions() == ["a"]
    run(alerts)
    assert alerts.sessions() == ["b"]


def test_a_write_whose_answer_is_lost_is_told_once(alerts: Alerts) -> None:
    alerts.rows = [lead("a")]
    alerts.fail("after dynamodb.PutItem", refused)
    for _ in range(3):
        run(alerts)
    assert alerts.sessions() == ["a"]


def test_athena_down_means_late(alerts: Alerts) -> None:
    alerts.rows = [lead("a")]
    alerts.fail("athena.StartQueryExecution", refused)
    run(alerts)
    assert alerts.sessions() == []
    run(alerts)
    assert alerts.sessions() == ["a"]


def test_a_throttled_athena_is_asked_again_in_the_same_run(alerts: Alerts) -> None:
    alerts.session.get_component("event_emitter").register_first(
        "before-send.athena.StartQueryExecution", throttled(3)
    )
    alerts.rows = [lead("a")]
    assert alerts.find() == {"found": 1, "new": 1}


@pytest.mark.parametrize("state", ["QUEUED", "RUNNING"])
def test_a_query_that_does_not_end_in_time_ends_the_run(
    state: str, alerts: Alerts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts.code, "_state", lambda *_: state)
    with pytest.raises(TimeoutError, match=state):
        alerts.find(Context(5_000))
    assert alerts.written == []


def test_a_query_that_failed_ends_the_run_and_says_where_to_look(
    alerts: Alerts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts.code, "_state", lambda *_: "FAILED")
    with pytest.raises(RuntimeError, match="has FAILED: see it in the workgroup's history"):
        alerts.find()


def test_the_bus_down_means_late_and_in_order(alerts: Alerts) -> None:
    alerts.rows = [lead("a"), lead("b")]
    alerts.fail("events.PutEvents", *[refused] * 3)  # as often as it is tried
    run(alerts)
    assert alerts.sessions() == []
    run(alerts)
    assert alerts.sessions() == ["a", "b"]


def test_an_event_that_the_bus_refuses_is_an_error(
    alerts: Alerts, monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts.rows = [lead("a")]
    alerts.find()

    class Events:
        def put_events(self, **_: object) -> dict[str, Any]:
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}

    monkeypatch.setattr(alerts.code, "_client", lambda _: Events())
    with pytest.raises(RuntimeError, match="InternalFailure"):
        alerts.code.send_leads({"Records": alerts.written}, None)


_OPERATIONS = (
    "athena.StartQueryExecution",
    "dynamodb.PutItem",
    "after dynamodb.PutItem",  # it is written, and the answer is lost
    "events.PutEvents",
)
_FAULTS = st.lists(
    st.tuples(st.sampled_from(_OPERATIONS), st.sampled_from([None, refused, killed])), max_size=8
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(faults=_FAULTS, runs=st.integers(1, 3))
def test_whatever_fails_each_lead_is_told_once_in_the_end(
    faults: list[tuple[str, Any]], runs: int, alerts: Alerts
) -> None:
    alerts.rows = [lead(f"{_new(alerts)}-{number}") for number in range(2)]
    for operation, fault in faults:
        # an event whose sender is gone before it knows may come twice: see docs/alerts.md
        alerts.fail(operation, refused if fault and operation == "events.PutEvents" else fault)
    for _ in range(runs):
        run(alerts)
    alerts.faults.clear()
    run(alerts)
    assert alerts.sessions() == sorted(str(row["session_id"]) for row in alerts.rows)


def _new(alerts: Alerts) -> int:
    """A number that no earlier example had: they share the table."""
    return len(alerts.written)


def test_an_item_is_forgotten_after_a_week(alerts: Alerts) -> None:
    alerts.rows = [lead("a")]
    alerts.find()
    (item,) = boto3.client("dynamodb").scan(TableName=table()["TableName"])["Items"]
    assert item.keys() == {"lead_id", "detail", "expires"}
    ended = json.loads(item["detail"]["S"])["ended_at"]
    assert int(item["expires"]["N"]) > alerts.code.WITHIN_HOURS * 3600
    assert ended.endswith("Z")
