"""`voice-analytics local run`: the whole chain with the real function."""

import base64
import gzip
import io
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import cyclopts
import pyarrow.parquet as pq
import pytest

from tests.local.streams import application
from voice_analytics.cli.run import run
from voice_analytics.errors import UserError
from voice_analytics.lake.engine import open_lake, run_query
from voice_analytics.local.chain import run_chain
from voice_analytics.local.function.code import Code
from voice_analytics.local.function.runtime import LambdaFunction

pytestmark = pytest.mark.slow

EVENT = {
    "_event_type": "session_analytics",
    "_timestamp": 1_761_887_950.5,
    "session_id": "flat",
    "start_time": "2025-10-31T05:18:16.953621",
    "transcript": [{"role": "user", "content": "Hello there"}],
}
SHAPES = [
    json.dumps(EVENT),
    json.dumps(
        {
            "message": "",
            "name": "livekit.analytics",
            "job_id": "J1",
            "analytics_data": EVENT | {"session_id": "wrapped"},
        }
    ),
    json.dumps(
        {"message": "", "timestamp": "2025-10-31T05:19:10.5+00:00"} | EVENT | {"session_id": "dict"}
    ),
    json.dumps(
        {
            "message": json.dumps(EVENT | {"session_id": "escaped"}),
            "level": "INFO",
            "timestamp": "2025-10-31T05:19:10.5Z",
        }
    ),
]
NOISE = [
    "plain text",
    json.dumps({"_event_type": "metrics"}),
    json.dumps({"note": "session_analytics is mentioned"}),
]


def log_file(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "agent.log"
    path.write_text("\n".join(lines))
    return str(path)


def counts(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    out = capsys.readouterr().out
    summary: dict[str, Any] = json.loads(out)
    assert summary["events_in"] + summary["events_duplicated"] == sum(
        summary[part]
        for part in (
            "events_too_large",
            "events_not_subscribed",
            "events_forgotten",
            "rows_delivered",
            "events_rejected",
            "events_ignored",
            "events_failed",
        )
    )
    assert summary["records_in"] + summary["records_reingested"] == sum(
        summary[part] for part in ("records_delivered", "records_dropped", "records_failed")
    )
    return summary


def rows(lake: Path) -> list[dict[str, Any]]:
    return [
        row
        for file in sorted(lake.glob("sessions/dt=*/*.parquet"))
        for row in pq.ParquetFile(file).read().to_pylist()
    ]


def test_every_shape_of_line_becomes_one_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([log_file(tmp_path, *SHAPES, *NOISE)], out=tmp_path / "lake", as_json=True) == 0
    summary = counts(capsys)
    assert summary["events_in"] == 7
    assert summary["events_not_subscribed"] == 2
    assert summary["rows_delivered"] == 4
    assert summary["events_ignored"] == 1
    assert summary["records_failed"] == 0
    delivered = rows(tmp_path / "lake")
    assert sorted(row["session_id"] for row in delivered) == ["dict", "escaped", "flat", "wrapped"]
    assert {row["started_at"].isoformat() for row in delivered} == {"2025-10-31T05:18:16.953000"}
    assert {row["log_stream"] for row in delivered} == {f"{tmp_path}/agent.log"}


def test_the_files_lie_where_the_template_says_and_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lake = tmp_path / "lake"
    run([log_file(tmp_path, *SHAPES)], out=lake, as_json=True)
    written = {
        str(path.relative_to(lake)): path.stat().st_size
        for path in lake.rglob("*")
        if path.is_file()
    }
    summary = counts(capsys)
    assert summary["files"] == written
    assert summary["files_written"] == len(written) == 1
    assert summary["bytes_written"] == sum(written.values())
    assert next(iter(written)).startswith(
        "sessions/dt=2025-10-31/voice-analytics-to-s3-1-2025-10-31-05-19-10-"
    )


def test_the_same_command_writes_the_same_files_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [log_file(tmp_path, *NOISE, *SHAPES)]
    run(given, out=tmp_path / "lake", as_json=True)
    first = {path: path.read_bytes() for path in (tmp_path / "lake").rglob("*") if path.is_file()}
    run(given, out=tmp_path / "lake", as_json=True)
    assert {
        path: path.read_bytes() for path in (tmp_path / "lake").rglob("*") if path.is_file()
    } == first
    summary, second_summary = capsys.readouterr().out.splitlines()
    assert summary == second_summary


def test_another_filter_takes_the_place_of_the_templates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pattern = '{ $._event_type = "session_analytics" }'
    run([log_file(tmp_path, *SHAPES)], out=tmp_path / "lake", filter_pattern=pattern, as_json=True)
    summary = counts(capsys)
    assert (summary["events_not_subscribed"], summary["rows_delivered"]) == (2, 2)


def envelope(*messages: str, kind: str = "DATA_MESSAGE", first: int = 0) -> str:
    events = [
        {"id": f"{number:056d}", "timestamp": 1_761_887_950_500, "message": message}
        for number, message in enumerate(messages, first)
    ]
    batch = {
        "messageType": kind,
        "owner": "123456789012",
        "logGroup": "g",
        "logStream": "s",
        "subscriptionFilters": ["f"],
        "logEvents": events,
    }
    return base64.b64encode(gzip.compress(json.dumps(batch).encode())).decode()


def firehose_event(tmp_path: Path, *data: str, name: str = "event.json") -> str:
    path = tmp_path / name
    records = [
        {"recordId": "same", "approximateArrivalTimestamp": 1_761_888_000_000, "data": text}
        for text in data
    ]
    path.write_text(json.dumps({"records": records}))
    return str(path)


def test_a_firehose_event_goes_the_same_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sample events often share their record ids: a stream gives each record its own."""
    control = envelope("CWL CONTROL MESSAGE", kind="CONTROL_MESSAGE")
    corrupt = base64.b64encode(b"\x1f\x8bno gzip").decode()
    name = firehose_event(
        tmp_path, envelope(*SHAPES, NOISE[2]), control, corrupt, envelope(NOISE[2])
    )
    run([name], out=tmp_path / "lake", as_json=True)
    summary = counts(capsys)
    fates = [summary[f"records_{fate}"] for fate in ("in", "delivered", "dropped", "failed")]
    assert fates == [4, 1, 2, 1]
    assert (summary["events_in"], summary["rows_delivered"], summary["events_ignored"]) == (6, 4, 2)
    assert summary["errors"] == {"Lambda.ProcessingFailedStatus": 1}


def test_failed_records_are_kept_and_fail_the_command_only_when_it_is_strict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = firehose_event(tmp_path, base64.b64encode(b"corrupt").decode())
    assert run([name], out=tmp_path / "lake") == 0
    assert run([name], out=tmp_path / "lake", strict=True) == 1
    (kept,) = (tmp_path / "lake").glob("errors/processing-failed/dt=2025-10-31/*")
    assert base64.b64decode(json.loads(kept.read_bytes())["rawData"]) == b"corrupt"
    assert "records failed with Lambda.ProcessingFailedStatus: 1" in capsys.readouterr().err


def test_results_alone_are_on_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run([log_file(tmp_path, *SHAPES)], out=tmp_path / "lake", verbose=True)
    captured = capsys.readouterr()
    assert "where everything went" in captured.out
    assert "delivered" in captured.out
    assert '"message":"transformed"' not in captured.out
    assert '"message":"transformed"' in captured.err


def test_progress_is_told_in_inputs_and_ends_at_their_number(tmp_path: Path) -> None:
    progress: list[float] = []
    late = json.dumps(EVENT | {"_timestamp": 1_761_890_000})
    names = [log_file(tmp_path, SHAPES[0], late), firehose_event(tmp_path, envelope(SHAPES[0]))]
    chain = application()
    assert chain.stream.function
    clients = ModuleType("clients")
    clients.provide = lambda *_: None  # type: ignore[attr-defined]
    silent = LambdaFunction(Code(lambda *_: {"records": []}, clients), chain.stream.function)
    run_chain(names, tmp_path / "lake", chain, silent, on_progress=progress.append)
    assert progress == [0.5, 1, 1, 2, 2]


def test_a_record_whose_events_are_all_rejected_is_not_called_one_of_another_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(
        [log_file(tmp_path, *[json.dumps({"_event_type": "session_analytics"})] * 3)],
        out=tmp_path / "lake",
    )
    lines = {
        line.split("│")[1].strip(): line.split("│")[2:5]
        for line in capsys.readouterr().out.splitlines()
        if "│" in line
    }
    shown = {name: [cell.strip() for cell in cells] for name, cells in lines.items()}
    assert shown["rejected"][:2] == ["", "3"]
    assert shown["ignored"] == ["", "0", ""]
    assert shown["dropped"] == ["1", "", "records that hold no row"]


def test_a_log_without_a_recognised_line_says_so_and_leaves_an_empty_lake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([log_file(tmp_path, *NOISE)], out=tmp_path / "lake", as_json=True, strict=True) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["rows_delivered"] == 0
    assert '"_event_type": "session_analytics"' in captured.err
    assert "voice-analytics check FILE" in captured.err
    with open_lake(tmp_path / "lake") as lake:
        assert run_query("SELECT * FROM sessions", lake).rows == []


@pytest.mark.parametrize("line", [SHAPES[0], json.dumps({"_event_type": "session_analytics"})])
def test_a_log_with_a_recognised_line_is_not_told_that_it_has_none(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run([log_file(tmp_path, line)], out=tmp_path / "lake")
    assert "nothing was delivered" not in capsys.readouterr().err


def test_parameters_of_the_template_can_be_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(
        [log_file(tmp_path, *SHAPES)],
        out=tmp_path / "lake",
        parameter=["StreamName=ours", "Stage=dev"],
        as_json=True,
    )
    assert all("/ours-dev-1-" in key for key in counts(capsys)["files"])


def test_a_parameter_without_a_value_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--parameter Stage has no value: write it as NAME=VALUE"):
        run([log_file(tmp_path, *SHAPES)], out=tmp_path, parameter=["Stage"])


def test_an_output_directory_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("a file")
    with pytest.raises(UserError, match="cannot be written"):
        run([log_file(tmp_path, *SHAPES)], out=tmp_path / "lake")
    with pytest.raises(UserError, match="lake cannot be written: File exists"):
        run([log_file(tmp_path, *NOISE)], out=tmp_path / "lake")


def test_an_empty_output_directory_is_not_the_current_one(tmp_path: Path) -> None:
    app = cyclopts.App()
    app.command(run)
    with pytest.raises(UserError, match="--out is empty"):
        app(
            ["run", log_file(tmp_path, *SHAPES), "--out", ""],
            exit_on_error=False,
            print_error=False,
        )


def test_a_template_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        run([log_file(tmp_path, *SHAPES)], out=tmp_path, template=Path("nope.yaml"))
    assert (
        str(refused.value)
        == "the template nope.yaml cannot be read: No such file or directory: give its path with "
        "--template"
    )


def test_a_hyphen_on_the_command_line_is_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(SHAPES).encode())))
    app = cyclopts.App()
    app.command(run)
    assert (
        app(["run", "-", "--out", str(tmp_path / "lake"), "--json"], result_action="return_value")
        == 0
    )
    assert counts(capsys)["rows_delivered"] == 4


def test_the_command_line_reads_as_its_help_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = cyclopts.App()
    app.command(run)
    name = log_file(tmp_path, *SHAPES)
    arguments = ["run", name, name, "--out", str(tmp_path / "lake"), "--filter", "", "--json"]
    assert app(arguments, result_action="return_value") == 0
    assert counts(capsys)["rows_delivered"] == 8
    app(["run", "--help"], result_action="return_value")
    shown = capsys.readouterr().out
    assert all(
        option in shown
        for option in (
            "--out",
            "--filter",
            "--template",
            "--parameter",
            "--fault",
            "--seed",
            "--json",
            "--strict",
            "--verbose",
        )
    )
