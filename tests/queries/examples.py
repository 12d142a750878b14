"""Examples of the saved queries: examples/<name>.yaml holds log lines and the rows they give.

    values: [trial-7]                  # for the parameters of a query that has some
    lines:                             # events, or a text for a line as it is
    - {session_id: a, start_time: "2026-03-02T09:00:00"}
    records: [not gzip]                # data that Firehose gets besides, as text
    rows:                              # the answer over March 2026, complete and in its order
    - {dt: "2026-03-02", calls: 1}

An event gets `_event_type`, and `_timestamp` (its end) unless it says one.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.queries.comparison import rows
from voice_analytics.catalog.saved_queries import period
from voice_analytics.lake.engine import Lake, open_lake
from voice_analytics.local.chain import run_chain
from voice_analytics.local.function.runtime import load
from voice_analytics.template.reader import read_template

FOLDER = Path(__file__).with_name("examples")
_TEMPLATE = Path(__file__).parents[2] / "template.yaml"
_FIRST, _LAST = date(2026, 3, 1), date(2026, 3, 31)
_ARRIVED_AT_MS = int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp() * 1000)

type Row = dict[str, Any]


class Example(NamedTuple):
    lines: list[Row | str]
    records: list[str]
    values: list[str | int]
    rows: list[Row]


def read_example(name: str) -> Example:
    content = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    fields = {field: content.pop(field, []) for field in Example._fields}
    assert not content, f"{name}.yaml: unknown {sorted(content)}"
    return Example(**fields)


def answer(sql: str, example: Example, folder: Path) -> list[Row]:
    """The query's answer over March 2026, on what the real chain makes of the example."""
    with _lake(example, folder) as lake:
        shown = rows(period(sql, _FIRST, _LAST), lake, *example.values)
    return [{column: _plain(value) for column, value in row.items()} for row in shown]


@contextmanager
def _lake(example: Example, folder: Path) -> Iterator[Lake]:
    inputs = {}
    if example.lines:
        inputs["agent.log"] = "\n".join(map(_line, example.lines)) + "\n"
    if example.records:
        inputs["event.json"] = json.dumps({"records": list(map(_record, example.records))})
    for name, content in inputs.items():
        (folder / name).write_text(content, encoding="utf-8")
    application, function = _application()
    with chdir(folder):  # the name of the log is its log stream
        run_chain(list(inputs), folder / "lake", application, function)
    with open_lake(folder / "lake") as lake:
        yield lake


@cache
def _application() -> Any:
    application = read_template(_TEMPLATE)
    assert application.stream.function
    return application, load(application.stream.function)


def _line(line: Row | str) -> str:
    if isinstance(line, str):
        return line
    start = datetime.fromisoformat(line["start_time"]).replace(tzinfo=UTC)
    length = line.get("duration_seconds", 0)
    emitted = start.timestamp() + (length if isinstance(length, int | float) else 0)
    return json.dumps({"_event_type": "session_analytics", "_timestamp": emitted} | line)


def _record(data: str) -> Row:
    return {
        "recordId": data,
        "approximateArrivalTimestamp": _ARRIVED_AT_MS,
        "data": base64.b64encode(data.encode()).decode(),
    }


def _plain(value: Any) -> Any:
    """The value as YAML has it: times and dates are text."""
    return str(value) if isinstance(value, date) else value
