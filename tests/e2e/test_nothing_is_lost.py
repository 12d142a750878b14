"""The built function in Lambda's runtime, with AWS on loopback.

What it cannot answer is stored, and else its record fails.
"""

import gzip
import json
import re
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any, NamedTuple

import pytest
from session_analytics.cloudwatch import decode, encode
from session_analytics.response import MAX_RESPONSE_BYTES
from session_analytics.schema.envelope import LogBatch

from tests.e2e.aws import Aws, Refusal
from tests.e2e.emulator import ARCHITECTURE, Invoke, served
from tests.e2e.sam_build import Built
from tests.rows import LOGGED_AT, event, log_batch
from tests.template.cloudformation import ACCOUNT, REGION, Template

pytestmark = [
    pytest.mark.sam,
    pytest.mark.xdist_group("sam"),  # on one worker, which builds once
    pytest.mark.skipif(
        sys.platform != "linux", reason="the emulator in the SAM CLI is a Linux program"
    ),
]

TODAY, YESTERDAY = "2026-03-05", "2026-03-04"
CUT = '{"_event_type": "session_analytics", "session_id": "cut'
NAMELESS = json.dumps({"_event_type": "session_analytics", "start_time": f"{TODAY}T11:00:00"})


class Said(NamedTuple):
    """The function's response: the results in the records' order, and the rows by partition."""

    results: list[str]
    rows: list[tuple[str, dict[str, Any]]]
    size: int

    @property
    def calls(self) -> list[str]:
        return [row["session_id"] for _, row in self.rows]


type Transform = Callable[..., Said]


@pytest.fixture(scope="module")
def run(
    built_for: Callable[[str], Built], account: Aws, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Template], Any]:
    """Serves the built function with these settings."""
    return lambda settings: served(
        built_for(ARCHITECTURE), settings, tmp_path_factory.mktemp("emulator"), account
    )


@pytest.fixture(scope="module")
def patient(
    run: Callable[[Template], Any], function: Template, account: Aws
) -> Iterator[Transform]:
    """The function with the template's timeout."""
    with run(function) as invoke:
        yield transforming(invoke, account)


@pytest.fixture(scope="module")
def hurried(
    run: Callable[[Template], Any], function: Template, account: Aws
) -> Iterator[Transform]:
    """The function with a timeout that leaves it two seconds to try again.

    It keeps 15 for an attempt and the answer. That is too little to read more than one record: the
    others are reingested unread.
    """
    with run({**function, "Timeout": 17}) as invoke:
        yield transforming(invoke, account)


def transforming(invoke: Invoke, account: Aws) -> Transform:
    def transform(*records: bytes) -> Said:
        response = invoke(json.dumps(transformation(account.stream, *records)).encode())
        entries = json.loads(response)["records"]
        rows = [
            (entry["metadata"]["partitionKeys"]["dt"], json.loads(line))
            for entry in entries
            for line in b64decode(entry.get("data", "")).splitlines()
        ]
        return Said([entry["result"] for entry in entries], rows, len(response))

    return transform


def transformation(stream: str, *records: bytes) -> dict[str, Any]:
    return {
        "invocationId": "invocation",
        "deliveryStreamArn": f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{stream}",
        "region": REGION,
        "records": [
            {
                "recordId": f"r{number}",
                "approximateArrivalTimestamp": round(LOGGED_AT.timestamp() * 1000),
                "data": b64encode(data).decode(),
            }
            for number, data in enumerate(records)
        ],
    }


def call(name: str, day: str = TODAY, **fields: Any) -> str:
    return json.dumps(event(session_id=name, start_time=f"{day}T11:00:00", **fields))


def straddling(name: str) -> LogBatch:
    """Two calls of today and one of yesterday."""
    return log_batch(call(f"{name}1"), call(f"{name}2", YESTERDAY), call(f"{name}3"))


def test_a_record_too_large_for_an_answer_comes_again_in_parts_until_all_of_it_is_delivered(
    patient: Transform, aws: Aws
) -> None:
    names = [f"call {number}" for number in range(12)]
    record = encode(
        log_batch(*(call(name, use_case="long " * 160_000) for name in names))
    )  # rows of 0.8 MB, 12.8 MB in base64
    waiting, rounds, delivered = [record], 0, list[str]()
    while waiting:
        response = patient(*waiting)
        assert response.size <= MAX_RESPONSE_BYTES
        assert set(response.results) <= {"Ok", "Dropped"}
        delivered += response.calls
        waiting = aws.reingest()
        rounds += 1
        assert rounds < 10
    assert rounds > 2  # halves are too large as well
    assert sorted(delivered) == sorted(names)
    assert aws.stored("") == {}


def test_of_a_record_that_straddles_midnight_the_larger_day_stays_and_the_other_comes_again(
    patient: Transform, aws: Aws
) -> None:
    batch = straddling("a")
    response = patient(encode(batch))
    assert response.results == ["Ok"]
    assert [(dt, row["session_id"]) for dt, row in response.rows] == [(TODAY, "a1"), (TODAY, "a3")]
    (piece,) = aws.reingest()
    assert decode(piece) == {**batch, "logEvents": [batch["logEvents"][1]]}
    second = patient(piece)
    assert second.results == ["Ok"]
    assert [(dt, row["session_id"], row["event_id"]) for dt, row in second.rows] == [
        (YESTERDAY, "a2", "e1")
    ]
    assert aws.reingest() == []


def test_rejects_are_stored_with_their_lines_and_again_as_the_same_bytes(
    patient: Transform, aws: Aws
) -> None:
    record = encode(log_batch(CUT, call("a"), NAMELESS))
    for _ in range(2):
        response = patient(record)
        assert (response.results, response.calls) == (["Ok"], ["a"])
    ((key, (first, second)),) = aws.stored("").items()
    assert re.fullmatch(rf"rejected/dt={TODAY}/[0-9a-f]{{64}}\.json\.gz", key)
    assert first == second
    rejected = [json.loads(line) for line in gzip.decompress(first).splitlines()]
    assert [(row["event_id"], row["error_code"], row["raw_message"]) for row in rejected] == [
        ("e0", "not_json", CUT),
        ("e2", "missing_session_id", NAMELESS),
    ]


@pytest.mark.parametrize("refusal", ["the whole call", "its first record"])
def test_what_the_stream_refuses_for_a_while_is_reingest_once_within_the_invocation(
    refusal: Refusal, patient: Transform, aws: Aws
) -> None:
    aws.gate.refusals = repeat(refusal, 2)
    response = patient(encode(straddling("a")), encode(straddling("b")))
    assert response.results == ["Ok", "Ok"]
    assert next(aws.gate.refusals, None) is None
    assert response.calls == ["a1", "a3", "b1", "b3"]
    assert sorted(patient(*aws.reingest()).calls) == ["a2", "b2"]


def test_what_the_stream_goes_on_refusing_costs_its_own_record_alone(
    hurried: Transform, aws: Aws
) -> None:
    aws.gate.refusals = repeat("its first record")
    response = hurried(
        encode(log_batch(call("a"))), encode(straddling("b")), encode(straddling("c"))
    )
    assert response.results == ["Ok", "ProcessingFailed", "Dropped"]
    assert response.calls == ["a"]
    aws.gate.refusals = iter(())
    assert hurried(*aws.reingest()).calls == ["c1", "c3"]
    assert hurried(*aws.reingest()).calls == ["c2"]


def test_rejects_that_s3_denies_cost_their_own_record_alone_whose_bytes_can_be_replayed(
    hurried: Transform, aws: Aws
) -> None:
    refused = encode(log_batch(call("b"), CUT))
    aws.deny("s3:PutObject", "rejected/")
    response = hurried(refused, encode(straddling("c")))
    assert response.results == ["ProcessingFailed", "Dropped"]
    assert aws.stored("rejected/") == {}
    assert hurried(*aws.reingest()).calls == ["c1", "c3"]
    assert hurried(*aws.reingest()).calls == ["c2"]
    aws.begin_anew()
    assert hurried(refused).calls == ["b"]
    assert len(aws.stored("rejected/")) == 1
