"""Firehose is answered one entry a record, and never more than Lambda lets through."""

import base64
import json

from session_analytics.batch import Outcome, Reject
from session_analytics.response import MAX_RESPONSE_BYTES, Answer, answer, respond

REJECT = Reject({"id": "e", "timestamp": 0, "message": ""}, "not_json", "", "")


def ok(record_id: str, size: int) -> Answer:
    return Answer(record_id, "Ok", "2026-03-05", b"x" * size)


def test_rows_are_joined_and_bear_their_partition() -> None:
    said = answer("r", Outcome({"2026-03-05": [b'{"a":1}\n', b'{"a":2}\n']}, [], 3))
    assert respond([said]) == {
        "records": [
            {
                "recordId": "r",
                "result": "Ok",
                "data": base64.b64encode(b'{"a":1}\n{"a":2}\n').decode(),
                "metadata": {"partitionKeys": {"dt": "2026-03-05"}},
            }
        ]
    }


def test_a_record_without_rows_is_dropped() -> None:
    assert respond([answer("r", Outcome({}, [], 7))]) == {"records": [{"recordId": "r", "result": "Dropped"}]}


def test_what_cannot_be_answered_fails_whole() -> None:
    lines = {"2026-03-05": [b"{}\n"]}
    assert answer("r", Outcome(lines, [REJECT], 0)).result == "ProcessingFailed"
    assert answer("r", Outcome({}, [REJECT], 0)).result == "ProcessingFailed"
    assert answer("r", Outcome(lines | {"2026-03-06": [b"{}\n"]}, [], 0)).result == "ProcessingFailed"


def test_the_response_fills_the_limit_to_the_byte_and_never_passes_it() -> None:
    empty = len(json.dumps(respond([ok("a", 0), ok("b", 0)])))
    room = (MAX_RESPONSE_BYTES - empty) // 4 * 3  # base64: four characters for three bytes
    exact = respond([ok("a", room // 2 // 3 * 3), ok("b", room - room // 2 // 3 * 3)])
    assert [entry["result"] for entry in exact["records"]] == ["Ok", "Ok"]
    assert MAX_RESPONSE_BYTES - 4 < len(json.dumps(exact)) <= MAX_RESPONSE_BYTES
    over = respond([ok("a", room // 2 // 3 * 3), ok("b", room - room // 2 // 3 * 3 + 1)])
    assert [entry["result"] for entry in over["records"]] == ["Ok", "ProcessingFailed"]


def test_a_record_that_does_not_fit_costs_itself_alone() -> None:
    said = respond([ok("a", 10), ok("b", MAX_RESPONSE_BYTES), ok("c", 10), Answer("d", "Dropped")])
    assert [entry["result"] for entry in said["records"]] == ["Ok", "ProcessingFailed", "Ok", "Dropped"]
    assert [entry["recordId"] for entry in said["records"]] == ["a", "b", "c", "d"]


def test_an_invocation_without_records_has_an_answer() -> None:
    assert respond([]) == {"records": []}
