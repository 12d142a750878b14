"""One entry a record, within Lambda's limit, and no record is reingested forever."""

import base64
import json
from collections.abc import Sequence
from datetime import date

import pytest
from session_analytics import response
from session_analytics.batch import Rules, read_record
from session_analytics.cloudwatch import decode, encode
from session_analytics.response import (
    MAX_RESPONSE_BYTES,
    RecordResult,
    failed,
    fit_to_response,
    result_of,
    to_response,
)

from tests.rows import FIRST_DAY, LOGGED_AT, event, log_batch

ARRIVED_MS = round(LOGGED_AT.timestamp() * 1000)
YESTERDAY = "2026-03-04T23:59:00"


def record(*lines: str, record_id: str = "r") -> RecordResult:
    return read(encode(log_batch(*lines)), record_id)


def read(data: bytes, record_id: str = "r", first_day: date = FIRST_DAY) -> RecordResult:
    return result_of(record_id, read_record(data, ARRIVED_MS, Rules(first_day)))


def call(
    start_time: str = "2026-03-05T11:00:00", *, padding: int = 0, session_id: str = "s"
) -> str:
    return json.dumps(event(session_id=session_id, start_time=start_time, outcome="x" * padding))


def decisions(results: Sequence[RecordResult]) -> list[str]:
    return [result.decision for result in results]


def sessions(data: bytes) -> list[str]:
    return [json.loads(line)["session_id"] for line in data.splitlines()]


def reingested_sessions(result: RecordResult) -> list[list[str]]:
    """The sessions in each of the records that are reingested."""
    return [
        [json.loads(log_event["message"])["session_id"] for log_event in decode(data)["logEvents"]]
        for data in result.reingest
    ]


def test_rows_are_joined_and_bear_their_partition() -> None:
    (result,) = fit_to_response(
        [record(call(session_id="a"), "another line", call(session_id="b"))]
    )
    (entry,) = to_response([result])["records"]
    assert sessions(base64.b64decode(entry["data"])) == ["a", "b"]
    assert entry | {"data": ""} == {
        "recordId": "r",
        "result": "Ok",
        "data": "",
        "metadata": {"partitionKeys": {"dt": "2026-03-05"}},
    }


def test_a_record_without_rows_is_dropped_once_its_rejects_are_stored() -> None:
    (result,) = fit_to_response([record('{"_event_type": "session_analytics"', "a line")])
    assert to_response([result]) == {"records": [{"recordId": "r", "result": "Dropped"}]}
    assert [reject.code for reject in result.rejects] == ["not_json"]


def test_a_batch_over_midnight_is_split_and_the_larger_day_stays() -> None:
    lines = [
        call(session_id="a"),
        call(YESTERDAY, session_id="b"),
        call(session_id="c"),
        "another line",
    ]
    (result,) = fit_to_response([record(*lines)])
    assert (result.decision, result.dt, sessions(result.data), result.unchanged) == (
        "Ok",
        "2026-03-05",
        ["a", "c"],
        False,
    )
    assert reingested_sessions(result) == [["b"]]
    (second,) = fit_to_response([read(result.reingest[0])])
    assert (second.decision, second.dt, sessions(second.data), second.reingest) == (
        "Ok",
        "2026-03-04",
        ["b"],
        (),
    )


def test_every_day_but_one_is_reingested_by_itself() -> None:
    lines = [call(f"2026-03-0{day}T12:00:00", session_id=str(day)) for day in (3, 4, 5)]
    (result,) = fit_to_response([record(*lines)])
    assert result.dt == "2026-03-05"  # of days of the same size the last
    assert reingested_sessions(result) == [["3"], ["4"]]


def test_the_response_fills_the_limit_to_the_byte_and_never_passes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = [record(call(padding=1000), record_id="a"), record(call(padding=2000), record_id="b")]
    exact = len(json.dumps(to_response(fit_to_response(records))))
    for limit, expected in ((exact, ["Ok", "Ok"]), (exact - 1, ["Ok", "Dropped"])):
        monkeypatch.setattr(response, "MAX_RESPONSE_BYTES", limit)
        results = fit_to_response(records)
        assert decisions(results) == expected
        assert len(json.dumps(to_response(results))) <= limit


def test_a_record_that_does_not_fit_is_reingested_unchanged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = [
        record(call(padding=1000), "{_event_type session_analytics", record_id=str(number))
        for number in range(3)
    ]
    monkeypatch.setattr(response, "MAX_RESPONSE_BYTES", 4_500)
    results = fit_to_response(records)
    assert decisions(results) == ["Ok", "Ok", "Dropped"]
    transformed = records[2].transformed
    assert transformed is not None
    assert results[2] == RecordResult(
        "2", "Dropped", transformed, reingest=(transformed.data,), unchanged=True
    )  # its reject comes again, too


def test_a_record_too_large_by_itself_comes_again_in_halves_until_it_fits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(response, "MAX_RESPONSE_BYTES", 4_500)
    waiting = [record(*[call(padding=700, session_id=str(number)) for number in range(9)])]
    delivered: list[str] = []
    passes = 0
    while waiting:
        results = fit_to_response(waiting)
        assert len(json.dumps(to_response(results))) <= 4_500
        delivered += [session for result in results for session in sessions(result.data)]
        waiting = [read(data) for result in results for data in result.reingest]
        passes += 1
        assert passes < 20
    assert sorted(delivered) == [str(number) for number in range(9)]


def test_halves_are_of_about_the_same_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response, "MAX_RESPONSE_BYTES", 4_500)
    lines = [
        call(padding=3000, session_id="large"),
        *[call(padding=300, session_id=str(number)) for number in range(6)],
    ]
    (result,) = fit_to_response([record(*lines)])
    assert reingested_sessions(result) == [["large"], ["0", "1", "2", "3", "4", "5"]]
    (result,) = fit_to_response([record(*reversed(lines))])
    assert reingested_sessions(result) == [["5", "4", "3", "2", "1", "0"], ["large"]]


def test_an_event_too_large_by_itself_is_rejected_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response, "MAX_RESPONSE_BYTES", 4_500)
    line = call(padding=5000)
    (result,) = fit_to_response([record(line)])
    assert (result.decision, result.reingest) == ("Dropped", ())
    (reject,) = result.rejects
    assert (reject.code, reject.log_event["message"]) == ("too_large", line)


def test_a_piece_too_large_for_the_stream_is_split_and_one_that_cannot_shrink_is_rejected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = "".join(
        chr(0x4E00 + (number * 7919) % 20_000) for number in range(1000)
    )  # hardly compresses
    lines = [call(session_id="today", padding=15_000)]
    lines += [
        json.dumps(event(session_id=str(number), start_time=YESTERDAY, outcome=random[number:]))
        for number in range(3)
    ]
    monkeypatch.setattr(response, "MAX_RECORD_BYTES", 3_000)
    (result,) = fit_to_response([record(*lines)])
    assert reingested_sessions(result) == [["0"], ["1", "2"]]
    assert max(map(len, result.reingest)) <= 3_000
    monkeypatch.setattr(response, "MAX_RECORD_BYTES", 1_000)
    (result,) = fit_to_response([record(*lines)])
    assert result.reingest == ()
    assert [reject.code for reject in result.rejects] == ["too_large"] * 3


def test_something_is_settled_at_each_invocation_even_where_nothing_fits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone = len(json.dumps(to_response(fit_to_response([record(call(padding=1000))]))))
    monkeypatch.setattr(
        response, "MAX_RESPONSE_BYTES", alone
    )  # fits alone, but not beside another entry
    results = fit_to_response(
        [record(call(padding=1000), record_id="a"), record(call(padding=1000), record_id="b")]
    )
    assert decisions(results) == ["Dropped", "Dropped"]
    assert [reject.code for reject in results[0].rejects] == ["too_large"]
    assert (results[1].unchanged, results[1].rejects) == (True, ())


def test_a_record_that_finds_no_room_beside_one_without_rows_does_not_go_round_in_a_circle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = [call(padding=500, session_id=str(number)) for number in range(4)]
    alone = len(json.dumps(to_response(fit_to_response([record(*lines)]))))
    monkeypatch.setattr(response, "MAX_RESPONSE_BYTES", alone)
    results = fit_to_response(
        [record("another line", record_id="a"), record(*lines, record_id="b")]
    )
    assert reingested_sessions(results[1]) == [["0", "1"], ["2", "3"]]


def test_a_record_that_needs_more_than_half_of_an_answer_does_not_wait_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = [call(padding=500, session_id=str(number)) for number in range(4)]
    monkeypatch.setattr(response, "MAX_RESPONSE_BYTES", 6_000)
    results = fit_to_response(
        [record(call(padding=1500), record_id="a"), record(*lines, record_id="b")]
    )
    assert (decisions(results), results[1].unchanged) == (["Ok", "Dropped"], False)
    assert reingested_sessions(results[1]) == [["0", "1"], ["2", "3"]]


def test_a_failed_record_stays_failed_and_costs_no_other() -> None:
    results = fit_to_response([failed("a"), record(call(), record_id="b")])
    assert decisions(results) == ["ProcessingFailed", "Ok"]
    assert to_response(results)["records"][0] == {"recordId": "a", "result": "ProcessingFailed"}


@pytest.mark.slow
def test_a_line_of_one_megabyte_fits_whatever_it_holds() -> None:
    contents = {
        "text": "x" * 1_000_000,
        "escapes": '\\"\n' * 166_000,
        "control characters": "\x01" * 166_000,
        "unicode": "é" * 160_000,
    }
    for content in contents.values():
        for where in (
            {"transcript": [{"content": content}]},
            {"unknown": content},
            {"user_metadata": {"a": content}},
        ):
            line = json.dumps(event(**where))
            assert len(line) <= 1_048_576
            (result,) = fit_to_response([record(line)])
            assert result.decision == "Ok"
    unknown = json.dumps(event(transcript=[{"u": 1}] * 100_000))
    wrong = json.dumps(event(transcript=[{"content": {}}] * 60_000))
    for line in (unknown, wrong):
        assert 900_000 < len(line) <= 1_048_576
        (result,) = fit_to_response([record(line)])
        assert result.decision == "Ok"
        assert len(json.dumps(to_response([result]))) <= MAX_RESPONSE_BYTES


def test_an_invocation_without_records_has_an_answer() -> None:
    assert to_response(fit_to_response([])) == {"records": []}


def test_the_first_day_is_that_of_the_projection() -> None:
    (result,) = fit_to_response([read(encode(log_batch(call())), first_day=date(2026, 3, 6))])
    assert result.dt == "2026-03-06"  # neither the call's day is covered nor that of arrival


@pytest.mark.parametrize("record_id", ["a", "", "é", "\u2028\x00\x7f😀", '"\\'])
def test_beside_a_failed_record_the_limit_is_met_to_the_byte(
    record_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    records: list[RecordResult] = [failed(record_id), record(call(), record_id=record_id)]
    size = len(json.dumps(to_response(fit_to_response(records))))
    for limit, result in ((size, "Ok"), (size - 1, "Dropped")):
        monkeypatch.setattr(response, "MAX_RESPONSE_BYTES", limit)
        assert [result.decision for result in fit_to_response(records)] == [
            "ProcessingFailed",
            result,
        ]
