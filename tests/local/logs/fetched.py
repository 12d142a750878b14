"""A log as each of AWS's tools writes it, from the documented shapes."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

type Event = dict[str, Any]  # as FilterLogEvents gives it


def event(number: int, time_ms: int, message: str, stream: str = "") -> Event:
    return {
        "logStreamName": stream or f"AJ_{number % 2}/worker",
        "timestamp": time_ms,
        "message": message,
        "ingestionTime": time_ms + 700,
        "eventId": f"{39_000_000_000_000_000_000_000_000_000_000_000_000_000 + number:056d}",
    }


class Format(NamedTuple):
    """A writer, and which of id, stream and milliseconds the format carries."""

    write: Callable[[list[Event]], str]
    has_id: bool = False
    has_stream: bool = True
    has_milliseconds: bool = True


def _filter(events: list[Event]) -> str:
    return json.dumps({"events": events, "searchedLogStreams": []}, indent=4)


def _pages(events: list[Event]) -> str:
    """Two pages that overlap by an event, appended to one file."""
    half = len(events) // 2
    return _filter(events[: half + 1]) + "\n" + _filter(events[half:]) + "\n"


def _get(events: list[Event]) -> str:
    kept = [
        {key: entry[key] for key in ("timestamp", "message", "ingestionTime")} for entry in events
    ]
    tokens = {"nextForwardToken": "f/3912/s", "nextBackwardToken": "b/3910/s"}
    return json.dumps({"events": kept, **tokens}, indent=4)


def _output_text(events: list[Event]) -> str:
    order = ("eventId", "ingestionTime", "logStreamName", "message", "timestamp")
    return "".join(
        "\t".join(["EVENTS", *(str(entry[key]) for key in order)]) + "\n" for entry in events
    )


def _get_output_text(events: list[Event]) -> str:
    lines = [
        f"EVENTS\t{entry['ingestionTime']}\t{entry['message']}\t{entry['timestamp']}"
        for entry in events
    ]
    return "\n".join(["b/3910/s\tf/3912/s", *lines]) + "\n"


def _moment(one: Event) -> datetime:
    return datetime.fromtimestamp(one["timestamp"] / 1000, UTC)


def _tailed(head: str, message: str) -> str:
    return f"{head} {message}".rstrip() + "\n"  # as the AWS CLI ends a line


def _detailed(events: list[Event]) -> str:
    return "".join(
        _tailed(
            f"{_moment(entry).isoformat(timespec='microseconds')} {entry['logStreamName']}",
            entry["message"],
        )
        for entry in events
    )


def _coloured(events: list[Event]) -> str:
    return "".join(
        _tailed(
            f"\x1b[32m{_moment(entry).isoformat(timespec='microseconds')}\x1b[0m "
            f"\x1b[36m{entry['logStreamName']}\x1b[0m",
            entry["message"],
        )
        for entry in events
    )


def _pretty(message: str) -> str:
    try:
        return "\n" + json.dumps(json.loads(message), indent=4)
    except ValueError:
        return message


def _tail_json(events: list[Event]) -> str:
    return "".join(
        _tailed(f"{_moment(entry).isoformat()} {entry['logStreamName']}", _pretty(entry["message"]))
        for entry in events
    )


def _short(events: list[Event]) -> str:
    return "".join(
        _tailed(_moment(entry).strftime("%Y-%m-%dT%H:%M:%S"), entry["message"]) for entry in events
    )


def _none(events: list[Event]) -> str:
    return "".join(json.dumps(entry) + "\n" for entry in events)


def _insights(entry: Event) -> dict[str, str]:
    return {
        "@timestamp": _moment(entry).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
        "@message": entry["message"],
        "@logStream": entry["logStreamName"],
        "@ptr": entry["eventId"],
    }


def _csv(rows: list[dict[str, Any]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def _insights_csv(events: list[Event]) -> str:
    return _csv([_insights(entry) for entry in events])


def _insights_json(events: list[Event]) -> str:
    return json.dumps([_insights(entry) for entry in events])


def _query_results(events: list[Event]) -> str:
    results = [
        [{"field": name, "value": value} for name, value in _insights(entry).items()]
        for entry in events
    ]
    return json.dumps({"results": results, "statistics": {}, "status": "Complete"}, indent=4)


def _console_csv(events: list[Event]) -> str:
    return _csv(
        [{"timestamp": entry["timestamp"], "message": entry["message"]} for entry in events]
    )


def _messages(events: list[Event]) -> str:
    return json.dumps([entry["message"] for entry in events], indent=4)


FORMATS = {
    "filter-log-events": Format(_filter, has_id=True),
    "pages": Format(_pages, has_id=True),
    "get-log-events": Format(_get, has_stream=False),
    "messages": Format(_messages, has_stream=False),
    "output-text": Format(_output_text, has_id=True),
    "get-output-text": Format(_get_output_text, has_stream=False),
    "tail-detailed": Format(_detailed),
    "tail-coloured": Format(_coloured),
    "tail-json": Format(_tail_json),
    "tail-short": Format(_short, has_stream=False, has_milliseconds=False),
    "tail-none": Format(_none, has_id=True),
    "insights-csv": Format(_insights_csv, has_id=True),
    "insights-json": Format(_insights_json, has_id=True),
    "get-query-results": Format(_query_results, has_id=True),
    "console-csv": Format(_console_csv, has_stream=False),
}


def write_export(folder: Path, events: list[Event], part: int = 10) -> Path:
    """An export to S3: a folder a log stream, with gzipped objects of so many events."""
    (folder / "logs").mkdir(parents=True)
    (folder / "logs/aws-logs-write-test").write_text("Permission Check Successful")
    streams: dict[str, list[Event]] = {}
    for entry in events:
        streams.setdefault(entry["logStreamName"], []).append(entry)
    for stream, stream_events in streams.items():
        objects = folder / "logs/d1f5/" / stream.replace("/", "-")
        objects.mkdir(parents=True)
        for number, start in enumerate(range(0, len(stream_events), part)):
            lines = [
                f"{_moment(entry).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3]}Z {entry['message']}\n"
                for entry in stream_events[start : start + part]
            ]
            data = gzip.compress("".join(lines).encode(), mtime=0)
            (objects / f"{number:06d}.gz").write_bytes(data)
    return folder
