"""`voice-analytics check`: what becomes of each line of a log, and what to change in the agent."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, NamedTuple

import orjson
from cyclopts import Parameter
from rich.console import Console
from rich.text import Text
from session_analytics.batch import Outcome, transform
from session_analytics.partition import Partitions
from session_analytics.schema.envelope import LogBatch, LogEvent
from session_analytics.schema.row import Row
from session_analytics.schema.values import from_epoch_ms

from voice_analytics.catalog.unmarked_events import unmarked_fields
from voice_analytics.cli.advice import (
    ADD_EVENT_TYPE,
    NO_EVENT_TYPE,
    hint_of,
    unknown_key,
    unknown_keys,
)
from voice_analytics.cli.options import TEMPLATE
from voice_analytics.errors import UserError
from voice_analytics.local.logs.entries import Entry, LogFile
from voice_analytics.local.logs.inputs import expand, read_input
from voice_analytics.local.logs.subscription import events_of, is_too_large, log_batch
from voice_analytics.printable import printable
from voice_analytics.template.application import Application
from voice_analytics.template.filter_pattern import compile_pattern
from voice_analytics.template.reader import read_template


class Need(NamedTuple):
    """What a chart of the report draws: any of these columns; `send` says what the agent sends."""

    chart: str
    columns: tuple[str, ...]
    send: str


NEEDS = (
    Need("Minutes", ("duration_seconds",), "duration_seconds, or end_time"),
    Need("Cost by day", ("cost_total_usd",), "cost_summary"),
    Need("Cost by provider", ("costs",), "cost_summary with a key for each provider"),
    Need("Latency by stage", ("transcript",), "transcript with the metrics of each turn"),
    Need("Tool success", ("tool_calls",), "tool_calls"),
    Need(
        "From call to booked meeting",
        ("team_size", "monthly_volume", "integration_needs", "decision_timeline"),
        "discovered_signals",
    ),
    Need("How calls end", ("outcome", "disconnect_reason", "close_reason"), "outcome"),
)
_LATENCIES = ("e2e_latency_ms", "end_of_turn_delay_ms", "llm_ttft_ms", "tts_ttfb_ms")


@dataclass(slots=True)
class Checked:
    """Counts over all lines."""

    lines: int = 0
    rows: int = 0
    rejects: int = 0
    unmarked: int = 0
    missing: Counter[str] = field(default_factory=Counter)


def check(
    inputs: Annotated[list[str], Parameter(allow_leading_hyphen=True)],
    /,
) -> int:
    """Say line by line what is recognised in an agent's log, and why a line is rejected.

    Of each event it lists the keys that the contract does not know, the values that it does not
    accept, and the charts of the report that will miss the call. Nothing is written. Exits with 1
    when an event is rejected or does not say that it is one, or when there is none.

    Example: voice-analytics check agent.log

    Parameters
    ----------
    inputs
        Files of a log, as local run takes them; - is standard input.

    """
    application = read_template(TEMPLATE)
    checked = Checked()
    console = Console(soft_wrap=True, highlight=False)
    for name in expand(inputs):
        for text in _check_file(name, application, checked):
            console.print(text)
    for text in _summary(checked):
        console.print(text)
    return 1 if checked.rejects or checked.unmarked or not checked.rows else 0


def _check_file(name: str, application: Application, checked: Checked) -> Iterator[Text]:
    file = read_input(name)
    if not isinstance(file, LogFile):
        raise UserError(
            f"{name} is a Firehose event", "give the log itself; local run takes Firehose events"
        )
    matches = compile_pattern(application.subscription.filter_pattern)
    checked.lines += len(file.entries)
    for entry, stream, event in _events(file):
        place = file.place(entry)
        if event is None:
            checked.rejects += 1
            yield _line(place, "lost", "red", "CloudWatch Logs takes no event over 1 MiB")
            yield _detail(hint_of("too_large"))
            continue
        if matches(entry.message):
            batch = log_batch([event], stream, application.subscription)
            outcome = _transform(batch, application)
            yield from _of_line(place, outcome, checked)
            if outcome.lines or outcome.rejects:
                continue
        if fields := unmarked_fields(entry.message):
            checked.unmarked += 1
            beside = ", ".join(fields)
            yield _line(place, "not recognised", "red", f"{NO_EVENT_TYPE} beside {beside}")
            yield _detail(ADD_EVENT_TYPE)


def _events(file: LogFile) -> list[tuple[Entry, str, LogEvent | None]]:
    """Each entry in the order of the file, with its log stream and its log event.

    None for an entry that CloudWatch Logs does not take.
    """
    results: list[tuple[Entry, str, LogEvent | None]] = []
    for stream, entries in file.streams().items():
        events = events_of(entries, file.name, file.written_ms)
        results += [
            (entry, stream, None if is_too_large(entry.message) else next(events))
            for entry in entries
        ]
    return sorted(results, key=lambda result: result[0].number)


def _transform(batch: LogBatch, application: Application) -> Outcome:
    function = application.stream.function
    environment = function.environment if function else {}
    first_day = date.fromisoformat(environment.get("PROJECTION_START_DATE", "1970-01-01"))
    loggers = frozenset(filter(None, environment.get("EVENT_LOGGERS", "").split(",")))
    arrived = from_epoch_ms(batch["logEvents"][0]["timestamp"]).date()
    return transform(batch, Partitions(first_day, arrived), loggers)


def _of_line(place: str, outcome: Outcome, checked: Checked) -> Iterator[Text]:
    for dt, lines in outcome.lines.items():
        for line in lines:
            row: Row = orjson.loads(line.text)
            checked.rows += 1
            yield _line(place, "row", "green", f"of call {row['session_id']}, dt={dt}")
            yield from map(_detail, _remarks(row, checked))
    for reject in outcome.rejects:
        checked.rejects += 1
        suffix = f" at {reject.path}" if reject.path else ""
        yield _line(place, f"rejected ({reject.code}{suffix})", "red", reject.message)
        yield _detail(hint_of(reject.code))


def _remarks(row: Row, checked: Checked) -> Iterator[str]:
    violations = row.get("contract_violations", [])
    for item in violations:
        yield f"{item['path']}: expected {item['expected']}, got {item['got']}; kept in extras"
    keys = unknown_keys(row.get("extras"), (item["path"] for item in violations))
    sentences = {key: unknown_key(key) for key in sorted(keys) if not key.startswith("/_wrapper")}
    yield from (sentence for sentence in sentences.values() if sentence.endswith("?"))
    if others := [key for key, sentence in sentences.items() if not sentence.endswith("?")]:
        yield f"not in the contract, kept in extras: {', '.join(others)}"
    missing = [need for need in NEEDS if not _has(row, need)]
    checked.missing.update(need.chart for need in missing)
    if missing:
        charts = "; ".join(f"{need.chart} (send {need.send})" for need in missing)
        yield f"charts without this call: {charts}"


def _has(row: Row, need: Need) -> bool:
    if need.columns == ("transcript",):
        return any(turn.get(name) for turn in row.get("transcript", []) for name in _LATENCIES)
    return any(row.get(column) not in (None, []) for column in need.columns)


def _summary(checked: Checked) -> Iterator[Text]:
    counts = f"{checked.rows:,} recognised, {checked.rejects:,} rejected"
    if checked.unmarked:
        counts += f", {checked.unmarked:,} with {NO_EVENT_TYPE}"
    lines = f"{checked.lines:,} line{'s' * (checked.lines != 1)}"
    yield Text(f"{lines}: {counts}, the others are of other kinds", "bold")
    for chart, count in checked.missing.most_common():
        yield Text(f"{chart}: missing in {count:,} of {checked.rows:,} calls")
    if not (checked.rows or checked.rejects or checked.unmarked):
        yield Text('no line has "_event_type": "session_analytics"', "yellow")


def _line(place: str, verdict: str, style: str, rest: str) -> Text:
    return Text.assemble(f"{printable(place)}: ", (verdict, style), f" {printable(rest)}")


def _detail(text: str) -> Text:
    return Text(f"    {printable(text)}")
