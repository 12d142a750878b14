"""A record's log events become rows, rejects, or are ignored; none counts twice."""

import json

from session_analytics.batch import Rules, read_record
from session_analytics.cloudwatch import encode
from session_analytics.response import fit_to_response, result_of

from tests.rows import FIRST_DAY, LOGGED_AT, event, log_batch, outcome

ARRIVED_MS = round(LOGGED_AT.timestamp() * 1000)
TODAY = json.dumps(event(session_id="today"))
YESTERDAY = json.dumps(event(session_id="yesterday", start_time="2026-03-04T23:00:00"))


def test_events_of_one_line_have_ids_of_their_own() -> None:
    result = outcome(TODAY + TODAY + TODAY[:70], "another line", TODAY)
    (lines,) = result.lines.values()
    assert [json.loads(line.text)["event_id"] for line in lines] == ["e0", "e0#2", "e2"]
    (reject,) = result.rejects
    assert (reject.log_event["id"], reject.log_event["message"]) == ("e0#3", TODAY[:70])
    assert (result.ignored, result.events) == (1, 5)


def test_a_line_whose_events_are_of_two_days_is_not_reingested_for_ever() -> None:
    data = encode(log_batch(TODAY + YESTERDAY))
    delivered = []
    rounds = 0
    while data:
        rounds += 1
        record = result_of("r", read_record(data, ARRIVED_MS, Rules(FIRST_DAY)))
        (result,) = fit_to_response([record])
        delivered += [json.loads(line)["event_id"] for line in result.data.splitlines()]
        data = b"".join(result.reingest)
        assert rounds < 5
    assert sorted(delivered) == ["e0", "e0#2"]


def test_events_of_other_loggers_are_counted_by_themselves() -> None:
    line = json.dumps({"name": "livekit.agents", "message": TODAY})
    rules = Rules(FIRST_DAY, frozenset({"voice_analytics_agent"}))
    result = read_record(encode(log_batch(line, "x", TODAY)), ARRIVED_MS, rules).outcome
    assert (result.other_loggers, result.ignored, result.events) == (1, 1, 3)
    assert [len(lines) for lines in result.lines.values()] == [1]


def test_a_control_message_has_no_events() -> None:
    batch = log_batch(TODAY) | {"messageType": "CONTROL_MESSAGE"}
    assert read_record(encode(batch), ARRIVED_MS, Rules(FIRST_DAY)).outcome.events == 0
