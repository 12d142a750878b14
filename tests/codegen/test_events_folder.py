"""events/: what AWS would send, as its sources say, and nothing of the contract left out."""

import json
from base64 import b64decode, b64encode
from datetime import date
from pathlib import Path
from shutil import copy
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from pydantic import ValidationError
from session_analytics import cloudwatch
from session_analytics.batch import transform
from session_analytics.logline import ParsedEvent, read_line
from session_analytics.partition import Partitions
from session_analytics.schema import event as contract
from session_analytics.schema.row import Row

from voice_analytics.codegen.event_sources import LoggedLines, RawBytes, read_source
from voice_analytics.codegen.events import describe, drifted_events, write_events

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in (ROOT / "events").glob("*.json"))
SMALL_SOURCE = """\
# One line.
records:
  - written_at: 2026-11-20T14:52:00Z
    lines: [{_event_type: session_analytics, session_id: s1, start_time: 2026-11-20T14:49:31}]
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one source, whose event is written."""
    (tmp_path / "events/sources").mkdir(parents=True)
    (tmp_path / "events/sources/small.yaml").write_text(SMALL_SOURCE)
    for folder in ("functions/transform", "layers/session_analytics"):  # which the template names
        (tmp_path / folder).mkdir(parents=True)
    copy(ROOT / "template.yaml", tmp_path)
    write_events(tmp_path)
    return tmp_path


def firehose_event(name: str, root: Path = ROOT) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((root / f"events/{name}.json").read_text())
    return event


def messages(record: dict[str, Any]) -> list[str]:
    return [event["message"] for event in cloudwatch.decode(b64decode(record["data"]))["logEvents"]]


def test_events_are_as_their_sources_say() -> None:
    assert drifted_events(ROOT) == [], "run `make events`"


def test_each_event_is_described_in_a_sentence() -> None:
    sentences = describe(ROOT)
    assert sorted(sentences) == NAMES
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in sentences.values())


@pytest.mark.parametrize("name", NAMES)
def test_an_event_has_the_shape_that_firehose_sends(name: str) -> None:
    event = firehose_event(name)
    assert set(event) == {"invocationId", "deliveryStreamArn", "region", "records"}
    assert (
        event["deliveryStreamArn"]
        == f"arn:aws:firehose:{event['region']}:123456789012:deliverystream/voice-analytics-to-s3"
    )
    for record in event["records"]:
        assert set(record) == {"recordId", "approximateArrivalTimestamp", "data"}
        assert len(record["recordId"]) == 56
        assert record["recordId"].isdigit()
        assert isinstance(record["approximateArrivalTimestamp"], int)


def test_no_two_records_and_no_two_log_events_have_the_same_id() -> None:
    records = [record for name in NAMES for record in firehose_event(name)["records"]]
    assert len({record["recordId"] for record in records}) == len(records)
    batches = [
        cloudwatch.decode(data)
        for record in records
        if (data := b64decode(record["data"])).startswith(b"\x1f\x8b")
    ]
    ids = [
        event["id"]
        for batch in batches
        for event in batch["logEvents"]
        if batch["messageType"] == "DATA_MESSAGE"
    ]
    assert len(set(ids)) == len(ids) > len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_record_holds_the_lines_of_its_source(name: str) -> None:
    sources = read_source(ROOT, name).records
    records = firehose_event(name)["records"]
    assert len(records) == len(sources)
    for source, record in zip(sources, records, strict=True):
        if isinstance(source, LoggedLines):
            for line, message in zip(source.lines, messages(record), strict=True):
                assert (
                    message == line
                    if isinstance(line, str)
                    else repr(json.loads(message)) == repr(line)
                )  # nan != nan
        elif isinstance(source, RawBytes):
            with pytest.raises(cloudwatch.CorruptRecord):
                messages(record)


def _is_event(line: str) -> bool:
    return any(isinstance(part.result, ParsedEvent) for part in read_line(line))


def test_the_batch_of_many_has_a_record_with_forty_calls() -> None:
    calls = [
        sum(_is_event(line) for line in messages(record))
        for record in firehose_event("batch-of-many")["records"]
    ]
    assert calls[0] >= 40
    assert calls[1:] == [12, 1]


def test_the_rich_event_has_every_field_of_the_contract() -> None:
    (line,) = messages(firehose_event("rich-event")["records"][0])
    present: dict[Any, set[str]] = {}
    _collect(json.loads(line)["analytics_data"], contract.Event, present)
    missing = {
        f"{kind.__name__}.{name}"
        for kind, names in present.items()
        for name in set(kind.__annotations__) - names
    }
    assert missing == set()
    assert set(present) == {kind for kind in vars(contract).values() if is_typeddict(kind)}


def _collect(value: Any, kind: Any, present: dict[Any, set[str]]) -> None:
    """Notes for each TypedDict within the type which of its fields the value has."""
    if is_typeddict(kind):
        fields = value if isinstance(value, dict) else {}
        present.setdefault(kind, set()).update(name for name in fields if fields[name] is not None)
        for name, inner in get_type_hints(kind).items():
            _collect(fields.get(name), inner, present)
    elif get_origin(kind) is list:
        for item in value if isinstance(value, list) and value else [None]:
            _collect(item, get_args(kind)[0], present)
    else:
        for inner in get_args(kind):
            _collect(value, inner, present)


def test_the_rich_event_fills_every_column_but_violations_and_those_of_the_policy() -> None:
    (record,) = firehose_event("rich-event")["records"]
    batch = cloudwatch.decode(b64decode(record["data"]))
    ((row,),) = transform(
        batch, Partitions(first=date(2025, 1, 1), arrived=date(2026, 11, 20))
    ).lines.values()
    assert set(Row.__annotations__) - set(json.loads(row.text)) == {
        "contract_violations",
        "privacy_profile",
        "pseudonym_key",
    }


def test_what_is_written_has_not_drifted_and_is_written_once(checkout: Path) -> None:
    assert drifted_events(checkout) == []
    assert write_events(checkout) == []


@pytest.mark.parametrize("spoilt", ["", "[]", "{}", '{"records": [{"data": "bm8="}]}'])
def test_a_spoilt_event_is_drift_that_writing_mends(spoilt: str, checkout: Path) -> None:
    (checkout / "events/small.json").write_text(spoilt)
    assert drifted_events(checkout) == ["events/small.json"]
    assert write_events(checkout) == [Path("events/small.json")]
    assert drifted_events(checkout) == []


def test_an_event_without_a_source_is_drift_that_writing_removes(checkout: Path) -> None:
    (checkout / "events/sources/small.yaml").unlink()
    assert drifted_events(checkout) == ["events/small.json"]
    write_events(checkout)
    assert not (checkout / "events/small.json").exists()


def test_the_same_log_events_in_other_bytes_are_not_drift(checkout: Path) -> None:
    event = firehose_event("small", checkout)
    batch = cloudwatch.decode(b64decode(event["records"][0]["data"]))
    event["records"][0]["data"] = b64encode(json.dumps(batch).encode()).decode()
    (checkout / "events/small.json").write_text(json.dumps(event))
    assert drifted_events(checkout) == []


def test_a_mistake_in_a_source_is_reported_with_its_name(checkout: Path) -> None:
    (checkout / "events/sources/small.yaml").write_text("# One line.\nrecords: [{linse: []}]\n")
    with pytest.raises(ValidationError) as wrong:
        drifted_events(checkout)
    assert any("small.yaml" in note for note in wrong.value.__notes__)
