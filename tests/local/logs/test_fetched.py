"""A log fetched from AWS in any format gives the same rows as its lines do."""

import codecs
import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.local.logs.fetched import FORMATS, Event, Format, event, write_export
from voice_analytics.errors import UserError
from voice_analytics.local.chain import run_chain
from voice_analytics.local.function.runtime import load
from voice_analytics.local.logs.entries import Entry, LogFile
from voice_analytics.local.logs.inputs import expand, read_input
from voice_analytics.local.logs.subscription import log_events
from voice_analytics.project_files import ROOT
from voice_analytics.synthetic import generate
from voice_analytics.template.reader import read_template

_NOT_OF_THE_LINE = ("event_id", "logged_at", "log_stream")
_START = 1_772_712_000_000


@pytest.fixture(scope="module")
def calls() -> list[Event]:
    """Invented calls and other lines, at the times that the lines say."""
    lines = [line for line in generate(20, 1, 3, date(2026, 3, 5)) if line.strip()]
    written = log_events("s", lines, _START)
    return [
        event(index, entry["timestamp"], entry["message"]) for index, entry in enumerate(written)
    ]


def _rows(inputs: list[str], lake: Path) -> list[dict[str, Any]]:
    application = read_template(ROOT / "template.yaml")
    assert application.stream.function
    run_chain(inputs, lake, application, load(application.stream.function))
    return [
        row
        for file in sorted(lake.rglob("*.parquet"))
        for row in pq.ParquetFile(file).read().to_pylist()
    ]


def _facts(rows: list[dict[str, Any]]) -> list[str]:
    kept = [{key: row[key] for key in row if key not in _NOT_OF_THE_LINE} for row in rows]
    return sorted(json.dumps(row, default=str) for row in kept)


@pytest.fixture(scope="module")
def facts(calls: list[Event], tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("lines")
    (folder / "agent.log").write_text(
        "\n".join(call["message"] for call in calls), encoding="utf-8"
    )
    rows = _rows([str(folder / "agent.log")], folder / "lake")
    assert len(rows) > 15
    return _facts(rows)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_rows_of_the_lines(
    name: str, calls: list[Event], facts: list[str], tmp_path: Path
) -> None:
    (tmp_path / "log").write_text(FORMATS[name].write(calls), encoding="utf-8", newline="")
    rows = _rows([str(tmp_path / "log")], tmp_path / "lake")
    assert _facts(rows) == facts
    if FORMATS[name].has_id:
        sent = {call["eventId"]: call for call in calls}
        for row in rows:
            source = sent[row["event_id"]]
            assert row["log_stream"] == source["logStreamName"]
            assert round(row["logged_at"].timestamp() * 1000) == source["timestamp"]


@pytest.mark.slow
def test_an_export_to_s3_gives_the_rows_of_the_lines(
    calls: list[Event], facts: list[str], tmp_path: Path
) -> None:
    rows = _rows([str(write_export(tmp_path / "export", calls))], tmp_path / "lake")
    assert _facts(rows) == facts
    assert {row["log_stream"] for row in rows} == {"AJ_0-worker", "AJ_1-worker"}
    assert len({row["event_id"] for row in rows}) == len(rows)


# messages that a line of text, a CSV row or a JSON document could be mistaken for
_MESSAGES = [
    '{"_event_type": "session_analytics", "session_id": "Zoë \\u2028 \U0001f600"}',
    'Traceback (most recent call last):\n  File "a.py", line 1\n\nValueError: x',
    '{\n    "_event_type": "session_analytics",\n    "list": [\n        {},\n        []\n    ]\n}',
    "@timestamp,@message,@logStream,@ptr",
    'a "quoted", text; with\ttabs',
    "EVENTS\tare not one",
    "2026-03-05 12:00:00.000 a time of its own",
    '{"events": []}',
]
_EVENTS = [
    event(number, _START + 1_250 * number + number, message)
    for number, message in enumerate(_MESSAGES)
]


def _expected(log_format: Format, name: str, log_event: Event) -> tuple[str, int | None, str, str]:
    time_ms = (
        log_event["timestamp"]
        if log_format.has_milliseconds
        else log_event["timestamp"] // 1000 * 1000
    )
    stream = log_event["logStreamName"] if log_format.has_stream else ""
    return (
        _compact(log_event["message"]) if name == "tail-json" else log_event["message"],
        None if name == "messages" else time_ms,
        stream,
        log_event["eventId"] if log_format.has_id else "",
    )


def _compact(message: str) -> str:
    """Of a message that is JSON, which `tail --format json` prints anew, its content."""
    try:
        return json.dumps(json.loads(message))
    except ValueError:
        return message


def _read(path: Path) -> list[Entry]:
    file = read_input(str(path))
    assert isinstance(file, LogFile)
    return file.entries


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "packed",
    [
        lambda text: text.encode(),
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: gzip.compress(text.encode(), mtime=0),
        lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n").encode(),
    ],
    ids=["plain", "bom", "utf-16", "gzip", "crlf"],
)
def test_messages_ids_times_and_streams_are_kept(
    name: str, packed: Any, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    log_format = FORMATS[name]
    (tmp_path / "log").write_bytes(packed(log_format.write(_EVENTS)))
    entries = [entry[1:] for entry in _read(tmp_path / "log")]
    if name == "tail-json":
        entries = [(_compact(entry[0]), *entry[1:]) for entry in entries]
    if "crlf" in request.node.name:  # the line ends within a message are those of the file
        entries = [(entry[0].replace("\r\n", "\n"), *entry[1:]) for entry in entries]
    assert entries == [_expected(log_format, name, log_event) for log_event in _EVENTS]


def test_a_log_that_only_begins_like_a_fetched_one_loses_no_line(tmp_path: Path) -> None:
    whole, cut = '{"_event_type": "session_analytics"}', '{"_event_type": "session_analyt'
    for head in (
        "2026-03-05T12:00:00.000Z starting",
        "2026-03-05T12:00:00+00:00 INFO starting",
        "2026-03-05T12:00:00 starting",
    ):
        (tmp_path / "log").write_text(f"{head}\n{whole}\n{cut}\n{whole}\n")
        assert [entry.message for entry in _read(tmp_path / "log")][1:] == [whole, cut, whole]


def test_a_time_before_an_event_is_not_a_part_of_it(tmp_path: Path) -> None:
    line = '{"_event_type": "session_analytics"}'
    for zone in ("Z", "+00:00", ""):
        (tmp_path / "log").write_text(f"2026-03-05T12:00:00{zone} {line}\n")
        assert [entry[1:] for entry in _read(tmp_path / "log")] == [(line, _START, "", "")]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('{"events": [], "searchedLogStreams": []}', "has no log events: fetch a longer time"),
        ('{\n "events": [{"message": "a"', "is damaged in the JSON that begins in line 1"),
        ('{"events": []}\n{"results": 1}', "document 2 of .* is not of the kind"),
        ('{"events": [{"timestamp": 1}]}', "event 1 of .* has no message"),
        ("@timestamp,@logStream\n2026-03-05 12:00:00.000,a\n", "has no column @message"),
        ("@timestamp,@message\n2026-03-05 12:00:00.000\n", "event 1 of .* has 1 of 2 columns"),
        ("-----------\n|  FilterLogEvents  |\n", "is a table or YAML"),
        ("events:\n- eventId: '1'\n", "fetch the log with --output json"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(text: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "log").write_text(text)
    with pytest.raises(UserError, match=wrong) as error:
        read_input(str(tmp_path / "log"))
    assert "\n" not in str(error.value)


def test_a_message_of_a_megabyte_and_halves_of_surrogate_pairs_are_read(tmp_path: Path) -> None:
    long = json.dumps({"x": "y" * 1_000_000})
    for name in ("insights-csv", "filter-log-events", "tail-detailed"):
        (tmp_path / "log").write_text(FORMATS[name].write([event(0, _START, long)]))
        assert _read(tmp_path / "log")[0].message == long
    (tmp_path / "log").write_text(FORMATS["filter-log-events"].write([event(0, _START, "a\ud800")]))
    assert _read(tmp_path / "log")[0].message == "a?"


def test_a_message_that_the_console_has_parsed_is_json_again(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(
        '[{"@timestamp": "2026-03-05 12:00:00.000", "@message": {"a": 1}}]'
    )
    assert [entry[1:3] for entry in _read(tmp_path / "log")] == [('{"a":1}', _START)]


def test_of_a_folder_the_objects_of_an_export_are_read(tmp_path: Path) -> None:
    folder = write_export(tmp_path / "export", _EVENTS, part=2)
    names = list(expand([str(folder), "-"]))
    assert [Path(name).name for name in names] == ["000000.gz", "000001.gz"] * 2 + ["-"]
    entries = {entry[1:] for name in names[:-1] for entry in _read(Path(name))}
    assert entries == {
        (
            log_event["message"],
            log_event["timestamp"],
            log_event["logStreamName"].replace("/", "-"),
            "",
        )
        for log_event in _EVENTS
    }
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=r"without \.gz files"):
        list(expand([str(tmp_path / "empty")]))
