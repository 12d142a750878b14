"""The law of conservation, by event id.

Whatever comes and whatever fails, every event is found again, and no other.
"""

import base64
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from session_analytics import response
from session_analytics.cloudwatch import CorruptRecord, decode

from tests.property.mixtures import Line, Parcel, firehose_event, parcel, parcels
from tests.rows import event
from voice_analytics.local.chain import run_chain
from voice_analytics.local.faults import FAULTS, NONE, Faults
from voice_analytics.local.function import runtime as lambda_function
from voice_analytics.local.function.runtime import LambdaFunction, load
from voice_analytics.local.summary import Summary
from voice_analytics.template.application import Application
from voice_analytics.template.reader import read_template

ROOT = Path(__file__).parents[2]
conservation = settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
# What stores and then fails multiplies what is reingested; with small responses nearly all is, so
# that a high rate never drains: 0.22 and 0.29 of the two did not.
_MULTIPLY = {"reingest-timeout", "function-crashed"}
_MOST_THAT_DRAINS = 0.15  # of each


class Places(NamedTuple):
    """Where event ids were found, each as often as it was."""

    table: Counter[str]
    rejects: Counter[str]
    errors: Counter[str]


class Limits(NamedTuple):
    """Bytes of a response and of a reingested record; MiB of the buffer before the function."""

    response: int
    record: int
    buffer: float


FULL = Limits(response.MAX_RESPONSE_BYTES, response.MAX_RECORD_BYTES, 0.3)
SMALL = Limits(5_000, 1_200, 0.003)


@pytest.fixture(scope="module")
def function() -> LambdaFunction:
    described = read_template(ROOT / "template.yaml").stream.function
    assert described
    return load(described)


def _application(limits: Limits) -> Application:
    application = read_template(ROOT / "template.yaml")
    destination = application.stream.destination
    (processor,) = destination.processing.processors
    parameters = processor.parameters.model_copy(update={"buffer_size_in_mbs": limits.buffer})
    processing = destination.processing.model_copy(
        update={"processors": [processor.model_copy(update={"parameters": parameters})]}
    )
    return replace(
        application,
        stream=replace(
            application.stream,
            destination=destination.model_copy(update={"processing": processing}),
        ),
    )


def run(
    function: LambdaFunction, sent: Sequence[Parcel], faults: Faults, limits: Limits = FULL
) -> tuple[Summary, Places]:
    """Sends the records through the chain, and checks what holds for any of them."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(response, "MAX_RESPONSE_BYTES", limits.response)
        patch.setattr(lambda_function, "MAX_RESPONSE_BYTES", limits.response)
        patch.setattr(
            response, "MAX_RECORD_BYTES", max(limits.record, *(len(parcel.data) for parcel in sent))
        )
        given = Path(folder, "event.json")
        given.write_text(firehose_event([parcel.data for parcel in sent]))
        out = Path(folder, "lake")
        summary = run_chain([str(given)], out, _application(limits), function, faults=faults)
        places = Places(
            Counter(_table(out)), Counter(_rejects(out, sent)), Counter(_errors(out, sent))
        )
    check(sent, summary, places)
    return summary, places


def _table(out: Path) -> Iterator[str]:
    for file in out.glob("sessions/dt=*/*.parquet"):
        yield from pq.ParquetFile(file).read(["event_id"])["event_id"].to_pylist()


def _rejects(out: Path, sent: Sequence[Parcel]) -> Iterator[str]:
    """The rejected events; each has the whole line."""
    events = _events(sent)
    for file in out.glob("rejected/dt=*/*.json.gz"):
        for line in gzip.decompress(file.read_bytes()).splitlines():
            row = json.loads(line)
            assert row["raw_message"] == events[row["event_id"]].text
            yield row["event_id"]


def _errors(out: Path, sent: Sequence[Parcel]) -> Iterator[str]:
    """The events in records that Firehose keeps.

    Of one that was cut on its way, those that it was sent with.
    """
    cut = {parcel.data[: len(parcel.data) // 2]: parcel.events for parcel in sent}
    for file in out.glob("errors/*/dt=*/*"):
        assert file.parts[-3] == "processing-failed"
        for line in file.read_bytes().splitlines():
            data = base64.b64decode(json.loads(line)["rawData"])
            try:
                batch = decode(data)
            except CorruptRecord:
                yield from cut.get(data, ())
            else:
                yield from (
                    log_event["id"]
                    for log_event in batch["logEvents"]
                    if batch["messageType"] == "DATA_MESSAGE"
                )


def _events(sent: Sequence[Parcel]) -> dict[str, Line]:
    return {event_id: line for parcel in sent for event_id, line in parcel.events.items()}


def check(sent: Sequence[Parcel], summary: Summary, places: Places) -> None:
    """What holds whatever fails.

    Nothing is lost, nothing is invented, and the summary says what is in the folders.
    """
    events = _events(sent)
    stored = places.table + places.rejects + places.errors
    lost = {
        event_id for event_id in events.keys() - stored.keys() if events[event_id].kind != "foreign"
    }
    assert not lost
    assert {events[event_id].kind for event_id in places.table} <= {"valid"}
    assert {events[event_id].kind for event_id in places.rejects} <= {"valid", "invalid"}
    came = Counter(event_id for parcel in sent for event_id in parcel.events)
    assert stored.keys() <= came.keys()
    assert summary.events_in == came.total()
    assert summary.rows_delivered == places.table.total()
    assert summary.events_rejected == places.rejects.total()
    assert summary.events_failed == places.errors.total()
    assert summary.events_ignored == (came - stored).total()
    assert summary.events_duplicated == (stored - came).total()


anything = st.fixed_dictionaries({}, optional={name: st.floats(0, 1) for name in FAULTS})
a_little = st.fixed_dictionaries(
    {},
    optional={name: st.floats(0, _MOST_THAT_DRAINS if name in _MULTIPLY else 1) for name in FAULTS},
)


@conservation
@given(sent=parcels, limits=st.sampled_from([FULL, SMALL]))
def test_without_faults_or_duplicates_every_event_is_there_exactly_once(
    function: LambdaFunction, sent: list[Parcel], limits: Limits
) -> None:
    summary, places = run(function, sent, NONE, limits)
    assert places.table + places.rejects == Counter(
        event_id for event_id, line in _events(sent).items() if line.kind != "foreign"
    )
    assert not places.errors
    assert summary.events_duplicated == 0


@conservation
@given(
    sent=parcels,
    again=st.lists(st.integers(0, 5), max_size=3),
    rates=anything,
    seed=st.integers(0, 99),
)
def test_whatever_fails_every_event_is_found_again(
    function: LambdaFunction,
    sent: list[Parcel],
    again: list[int],
    rates: dict[str, float],
    seed: int,
) -> None:
    summary, _ = run(
        function,
        [*sent, *(sent[index] for index in again if index < len(sent))],
        Faults(rates, seed),
    )
    expect_timely_answers(summary, rates)


@conservation
@given(sent=parcels, rates=a_little, seed=st.integers(0, 99))
def test_whatever_fails_while_answers_are_too_small_every_event_is_found_again(
    function: LambdaFunction, sent: list[Parcel], rates: dict[str, float], seed: int
) -> None:
    summary, _ = run(function, sent, Faults(rates, seed), SMALL)
    expect_timely_answers(summary, rates)


def expect_timely_answers(summary: Summary, rates: Mapping[str, float]) -> None:
    """No answer was too long or too late: only an injected crash costs a whole batch."""
    if not rates.get("function-crashed"):
        assert summary.errors.keys() <= {"Lambda.ProcessingFailedStatus"}


def _calls(count: int, size: int) -> list[Line]:
    return [
        Line("valid", json.dumps(event(session_id=f"s{number}", outcome="x" * size)))
        for number in range(count)
    ]


def test_a_record_larger_than_an_answer_comes_again_in_halves(function: LambdaFunction) -> None:
    summary, places = run(function, [parcel(0, _calls(60, 150_000))], NONE)
    assert places.table.total() == 60
    assert (summary.records_reingested, summary.records_dropped) == (
        4,
        2,
    )  # two halves; the second, which finds no room, again in two


def test_records_that_do_not_fit_together_come_again_whole(function: LambdaFunction) -> None:
    summary, places = run(
        function, [parcel(number, _calls(12, 150_000)) for number in range(3)], NONE
    )
    assert places.table.total() == 36
    assert (summary.records_reingested, summary.records_dropped) == (1, 1)


def test_an_event_larger_than_an_answer_is_rejected_with_its_whole_text(
    function: LambdaFunction,
) -> None:
    summary, places = run(function, [parcel(0, [*_calls(1, 5_000_000), *_calls(1, 10)])], NONE)
    assert (places.table.total(), dict(summary.rejected_by_code)) == (1, {"too_large": 1})
