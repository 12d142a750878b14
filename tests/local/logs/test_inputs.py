"""Which files `local run` takes, and how it says what is wrong with the others."""

import codecs
import gzip
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from voice_analytics.errors import UserError
from voice_analytics.local.logs.entries import LogFile
from voice_analytics.local.logs.firehose_events import FirehoseEvent
from voice_analytics.local.logs.inputs import read_input

RECORD = {"recordId": "49", "approximateArrivalTimestamp": 1510254469499, "data": "H4s="}


def texts(file: LogFile) -> list[str]:
    return [entry.message for entry in file.entries]


def given(tmp_path: Path, content: str | bytes, name: str = "input.json") -> str:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def test_a_firehose_event_keeps_ids_times_and_bytes(tmp_path: Path) -> None:
    event = read_input(
        given(tmp_path, json.dumps({"invocationId": "i", "records": [RECORD]}, indent=2))
    )
    assert isinstance(event, FirehoseEvent)
    (record,) = event.records
    assert (record.record_id, record.approximate_arrival_timestamp, record.data) == (
        "49",
        1510254469499,
        b"\x1f\x8b",
    )


@pytest.mark.parametrize("name", ["agent.log", "agent.jsonl", "agent.json"])
def test_lines_are_log_lines_whatever_the_file_is_called(name: str, tmp_path: Path) -> None:
    file = read_input(given(tmp_path, '{"a": 1}\n{"records": "x"}\r\nplain \u2028 text\n', name))
    assert isinstance(file, LogFile)
    assert texts(file) == ['{"a": 1}', '{"records": "x"}', "plain \u2028 text"]


@pytest.mark.parametrize("content", ['{"a": 1}', "plain", "{cut", '{"a": 1}\n'])
def test_a_single_line_is_a_log_line(content: str, tmp_path: Path) -> None:
    assert isinstance(read_input(given(tmp_path, content)), LogFile)


def test_a_file_without_times_of_its_own_is_as_old_as_it_is(tmp_path: Path) -> None:
    name = given(tmp_path, "plain")
    os.utime(name, (1_700_000_000, 1_700_000_000))
    file = read_input(name)
    assert isinstance(file, LogFile)
    assert file.written_ms == 1_700_000_000_000


def test_bytes_that_are_not_utf8_are_replaced_as_log_agents_do_and_reported_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = read_input(given(tmp_path, b"a\xffb\n\xfe"))
    assert isinstance(file, LogFile)
    assert texts(file) == ["a\ufffdb", "\ufffd"]
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith(f"warning: {tmp_path / 'input.json'} is not UTF-8 (byte 2): ")
    assert output.err.count("\n") == 1


def test_a_log_in_utf8_is_not_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read_input(given(tmp_path, "Zoë \ufffd"))
    assert capsys.readouterr().err == ""


def test_standard_input_is_a_log_stream_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"one\ntwo")))
    file = read_input("-")
    assert isinstance(file, LogFile)
    assert (file.name, texts(file)) == ("stdin", ["one", "two"])


def test_the_log_stream_is_named_for_the_file(tmp_path: Path) -> None:
    file = read_input(given(tmp_path, "x", "a:b*c.log"))
    assert isinstance(file, LogFile)
    assert file.name == f"{tmp_path}/a_b_c.log"


def event_of(**changes: Any) -> str:
    return json.dumps({"records": [RECORD, RECORD | changes]})


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (event_of(data="no base64!"), r"records\.1\.data: should be base64"),
        (event_of(data=None), r"records\.1\.data: should be base64"),
        (event_of(approximateArrivalTimestamp="soon"), r"records\.1\.approximateArrivalTimestamp"),
        (event_of(approximateArrivalTimestamp=-1), r"records\.1\.approximateArrivalTimestamp"),
        (event_of(recordId=""), r"records\.1\.recordId"),
        (json.dumps({"records": [{}]}), r"records\.0\.recordId: Field required"),
        (
            '{\n "records": [\n',
            "is neither a Firehose event nor log lines: Expecting value in line 3",
        ),
        ('{\n "a": 1\n}', "is one JSON document and not a Firehose event"),
    ],
)
def test_a_malformed_file_is_one_clear_line(
    content: str | bytes, wrong: str, tmp_path: Path
) -> None:
    name = given(tmp_path, content)
    with pytest.raises(UserError, match=wrong) as error:
        read_input(name)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_path_that_is_not_a_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a directory"):
        read_input(str(tmp_path))
    with pytest.raises(UserError, match=r"none\.log cannot be read"):
        read_input(str(tmp_path / "none.log"))
    with pytest.raises(UserError, match="the name of an input is empty"):
        read_input("")


LINES = ['{"a": "Zo\u00eb"}', "second"]
TEXT = "\r\n".join(LINES)


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(TEXT.encode()),
        gzip.compress(TEXT[:7].encode()) + gzip.compress(TEXT[7:].encode()),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        gzip.compress(TEXT.encode("utf-16")),
        b"\0" * 5_000 + TEXT.encode() + b"\0",
    ],
    ids=["gzip", "two-members", "bom", "utf-16-le", "utf-16-be", "utf-32", "both", "copytruncate"],
)
def test_a_log_is_read_however_it_was_written(
    content: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    for name in (given(tmp_path, content), "-"):
        file = read_input(name)
        assert isinstance(file, LogFile)
        assert texts(file) == LINES
    assert capsys.readouterr().err == ""


def test_a_nul_inside_a_line_stays(tmp_path: Path) -> None:
    file = read_input(given(tmp_path, "a\0b\nc"))
    assert isinstance(file, LogFile)
    assert texts(file) == ["a\0b", "c"]


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_of_a_damaged_gzip_file_the_whole_lines_before_it_are_read(
    damage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = gzip.compress(b"".join(b"line %d\n" % number for number in range(10_000)), mtime=0)
    broken = packed[:-2_000] if damage == "cut" else packed[:-2_000] + b"\xff" * 2_000
    file = read_input(given(tmp_path, broken))
    assert isinstance(file, LogFile)
    assert texts(file)[:1_000] == [f"line {number}" for number in range(1_000)]
    assert "damaged gzip file" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"\0\0\n", gzip.compress(b"", mtime=0)])
def test_a_file_without_a_line_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has no log lines"):
        read_input(given(tmp_path, content))
