"""What `local run --fault` injects goes problem, is told in the summary, and loses nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from session_analytics import response

from tests.cli.test_run import EVENT, counts, envelope, firehose_event, rows
from voice_analytics.cli.query import query
from voice_analytics.cli.run import run
from voice_analytics.errors import UserError
from voice_analytics.local.faults import FAULTS, Faults

pytestmark = pytest.mark.slow

VALID = json.dumps(EVENT)
INVALID = json.dumps({"_event_type": "session_analytics", "start_time": "2025-10-31T05:18:16"})
DAY_BEFORE = json.dumps(EVENT | {"session_id": "before", "start_time": "2025-10-30T23:50:00"})
FOREIGN = "a line about session_analytics"


@pytest.fixture
def sent(tmp_path: Path) -> str:
    """One record with an event of every fate, and a neighbour with a row alone."""
    return firehose_event(
        tmp_path, envelope(VALID, VALID, DAY_BEFORE, INVALID, FOREIGN), envelope(VALID, first=5)
    )


def outcome(
    sent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], *faults: str, seed: int = 0
) -> dict[str, Any]:
    run([sent], out=tmp_path / "lake", fault=list(faults), seed=seed, as_json=True)
    return counts(capsys)


def test_without_faults_each_event_is_in_its_place(
    sent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = outcome(sent, tmp_path, capsys)
    assert (summary["rows_delivered"], summary["events_rejected"], summary["events_ignored"]) == (
        4,
        1,
        1,
    )
    assert summary["rejected_by_code"] == {"missing_session_id": 1}
    assert (summary["records_in"], summary["records_reingested"], summary["records_failed"]) == (
        2,
        1,
        0,
    )
    assert summary["events_duplicated"] == 0
    assert {key.split("/")[1] for key in summary["files"] if key.startswith("sessions/")} == {
        "dt=2025-10-30",
        "dt=2025-10-31",
    }


def test_what_is_reingest_arrives_later(
    sent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (late,) = [key for key in outcome(sent, tmp_path, capsys)["files"] if "dt=2025-10-30" in key]
    assert (
        "-1-2025-10-31-05-21-00-" in late
    )  # the template's buffer waits 60 seconds for the next invocation


@pytest.mark.parametrize("fault", ["reingest-throttled", "reingest-denied", "rejects-denied"])
def test_what_aws_refuses_is_tried_again_in_no_time(
    fault: str, sent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = outcome(sent, tmp_path, capsys, f"{fault}=0.7")
    assert (summary["rows_delivered"], summary["events_rejected"], summary["records_failed"]) == (
        4,
        1,
        0,
    )
    assert summary["events_duplicated"] == 0


@pytest.mark.parametrize(
    "fault", [name for name in FAULTS if name.startswith(("reingest", "rejects"))]
)
def test_what_aws_goes_on_refusing_costs_its_own_record(
    fault: str, sent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = outcome(sent, tmp_path, capsys, f"{fault}=1")
    assert summary["errors"] == {"Lambda.ProcessingFailedStatus": 1}
    assert summary["events_failed"] == 5
    assert f"{5:056d}" in {row["event_id"] for row in rows(tmp_path / "lake")}  # the neighbour's
    assert summary["events_ignored"] == 0


def test_half_of_what_times_out_was_stored(
    sent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So the events are in the rejects or the table, and in the failed record too."""
    rejected = outcome(sent, tmp_path, capsys, "rejects-timeout=1")
    assert (rejected["events_rejected"], rejected["events_duplicated"]) == (1, 1)
    reingest = outcome(sent, tmp_path, capsys, "reingest-timeout=1")
    assert 1 < reingest["records_reingested"] < 10  # of some ten attempts
    assert reingest["events_duplicated"] == 1 + reingest["records_reingested"]


def test_a_crash_repeats_what_was_reingest_and_not_the_rejects(
    sent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = outcome(sent, tmp_path, capsys, "function-crashed=1")
    assert summary["errors"] == {
        "Lambda.FunctionError": 2 + 4
    }  # both records, and the piece that each attempt has reingested
    assert (summary["events_rejected"], summary["records_reingested"]) == (1, 4)
    assert summary["events_duplicated"] == 1 + 4


def test_a_record_delivered_twice_is_there_twice(
    sent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = outcome(sent, tmp_path, capsys, "duplicate-delivery=1")
    assert (summary["events_in"], summary["records_in"]) == (6, 4)
    assert (
        summary["rows_delivered"],
        summary["events_rejected"],
        summary["events_duplicated"],
    ) == (8, 2, 5)


def test_a_corrupted_record_is_kept_and_its_events_are_counted(
    sent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = outcome(sent, tmp_path, capsys, "record-corrupted=1")
    assert (summary["records_failed"], summary["events_failed"]) == (2, 6)


def test_the_seed_decides_what_is_hit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sent = firehose_event(tmp_path, *[envelope(VALID)] * 30)
    first, second, other = (
        outcome(sent, tmp_path, capsys, "record-corrupted=0.5", seed=seed) for seed in (1, 1, 2)
    )
    assert first == second
    assert 0 < first["records_failed"] < 30
    assert first["files"] != other["files"]


def test_one_faults_rate_does_not_shift_anothers_hits() -> None:
    alone, beside = (
        Faults({"rejects-denied": 0.5}, 1),
        Faults({"rejects-denied": 0.5, "record-corrupted": 0.5}, 1),
    )
    hits = [alone.happens("rejects-denied") for _ in range(50)]
    assert [
        (beside.happens("record-corrupted"), beside.happens("rejects-denied"))[1] for _ in range(50)
    ] == hits


def test_a_stream_that_never_drains_is_said_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records that each fill a response wait for one another; time-outs store copies of them."""
    monkeypatch.setattr(response, "MAX_RESPONSE_BYTES", 5_000)
    sent = firehose_event(tmp_path, *[envelope(json.dumps(EVENT | {"outcome": "x" * 2_500}))] * 4)
    with pytest.raises(
        UserError, match=r"the stream does not drain: [\d,]+ records were reingested where 4 came"
    ) as refused:
        run([sent], out=tmp_path / "lake", fault=["reingest-timeout=1"])
    assert "lower reingest-timeout" in refused.value.hint


@pytest.mark.parametrize("fault", ["disk-full=0.5", "disk-full", ""])
def test_an_unknown_fault_is_answered_with_the_list(fault: str, sent: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        run([sent], out=tmp_path / "lake", fault=[fault])
    assert refused.value.problem == f"unknown fault {fault.partition('=')[0]}"
    assert all(name in refused.value.hint for name in FAULTS)


@pytest.mark.parametrize("rate", ["", "=", "=often", "=1.1", "=-0.1", "=nan"])
def test_a_rate_is_a_number_from_0_to_1(rate: str, sent: str, tmp_path: Path) -> None:
    with pytest.raises(
        UserError,
        match=f"--fault rejects-denied{rate} has no rate from 0 to 1: write it as "
        f"rejects-denied=0.3",
    ):
        run([sent], out=tmp_path / "lake", fault=[f"rejects-denied{rate}"])


def test_every_fault_is_named_in_the_help() -> None:
    assert run.__doc__
    assert all(name in run.__doc__ for name in FAULTS)


def test_the_table_names_the_rejects_their_reasons_and_what_came_again(
    sent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    run([sent], out=tmp_path / "lake", fault=["duplicate-delivery=1"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "/lake/rejected/ (1 file, " in shown
    assert "): missing_session_id 2" in shown
    assert "reingested │ 2 │ │ came again as records of their own" in shown
    assert "duplicated │ │ 5 │ copies of events, by faults" in shown


def test_rejects_can_be_queried_beside_the_rows(
    sent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run([sent], out=tmp_path / "lake", as_json=True)
    capsys.readouterr()
    sql = "SELECT dt, error_code, raw_message, logged_at FROM voice_analytics.rejected_events"
    query(sql, lake=tmp_path / "lake", as_json=True)
    (row,) = json.loads(capsys.readouterr().out)
    assert row == {
        "dt": "2025-10-31",
        "error_code": "missing_session_id",
        "raw_message": INVALID,
        "logged_at": "2025-10-31 05:19:10.500",
    }
