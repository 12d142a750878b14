"""events/*.json.

Firehose events for `sam local invoke` and the tests, made from the readable events/sources/*.yaml.
"""

import json
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from session_analytics.cloudwatch import CorruptRecord, decode
from session_analytics.schema.envelope import LogBatch

from voice_analytics.codegen.event_sources import Payload, Source, read_source, sources
from voice_analytics.template.application import Application
from voice_analytics.template.intrinsics import REGION
from voice_analytics.template.reader import read_template

EVENTS, TEMPLATE = Path("events"), Path("template.yaml")
# from the last log event of a record to Firehose: usually less than three minutes, says the User
# Guide
_DELIVERY_MS = 60_000

type FirehoseEvent = dict[str, Any]


def write_events(root: Path) -> list[Path]:
    """Write the events that differ from their sources, and remove those without one.

    The changed files, relative to the root.
    """
    drifted, made = drifted_events(root), _make_events(root)
    for name in drifted:
        path = root / name
        if path.stem in made:
            path.write_text(json.dumps(made[path.stem], indent=2) + "\n", encoding="utf-8")
        else:
            path.unlink()
    return [Path(name) for name in drifted]


def drifted_events(root: Path) -> list[str]:
    """The files of events/ that do not say what their sources say.

    Compared unpacked: another zlib may pack the same log events into other bytes.
    """
    made = _make_events(root)
    names = sorted(made.keys() | {path.stem for path in (root / EVENTS).glob("*.json")})
    return [
        str(EVENTS / f"{name}.json")
        for name in names
        if name not in made or _unpacked(made[name]) != _current(root / EVENTS / f"{name}.json")
    ]


def describe(root: Path) -> dict[str, str]:
    """The situation of each event, in a sentence."""
    return {
        path.stem: path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        for path in sources(root)
    }


def _make_events(root: Path) -> dict[str, FirehoseEvent]:
    application = read_template(root / TEMPLATE)
    return {
        path.stem: _event(path.stem, read_source(root, path.stem), application)
        for path in sources(root)
    }


def _event(name: str, source: Source, application: Application) -> FirehoseEvent:
    return {
        "invocationId": str(uuid5(NAMESPACE_URL, name)),
        "deliveryStreamArn": application.stream.arn,
        "region": REGION,
        "records": [
            _firehose_record(
                f"{name}/{number}", record.payload(f"{name}/{number}", application.subscription)
            )
            for number, record in enumerate(source.records)
        ],
    }


def _firehose_record(name: str, payload: Payload) -> dict[str, Any]:
    """A record id has 56 digits, of which the last six are zeros."""
    digits = int.from_bytes(sha256(name.encode()).digest()) % 10**46
    return {
        "recordId": f"4957{digits:046d}000000",
        "approximateArrivalTimestamp": payload.sent_ms + _DELIVERY_MS,
        "data": b64encode(payload.data).decode(),
    }


def _unpacked(event: FirehoseEvent) -> FirehoseEvent:
    return event | {
        "records": [
            record | {"data": _content(b64decode(record["data"]))} for record in event["records"]
        ]
    }


def _content(data: bytes) -> LogBatch | bytes:
    try:
        return decode(data)
    except CorruptRecord:
        return data


def _current(path: Path) -> FirehoseEvent | None:
    """What a file holds; None where it is none, or no event."""
    try:
        return _unpacked(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
