"""`voice-analytics local run`: log lines through the whole chain on this machine."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated

from cyclopts import Parameter
from cyclopts.completion import CompletionContext
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text
from session_analytics.schema.envelope import LogEvent

from voice_analytics.catalog.folders import recorded_tables
from voice_analytics.cli.advice import (
    ADD_EVENT_TYPE,
    CHECK,
    NO_EVENT_TYPE,
    NOTHING_RECOGNISED,
    failure_lines,
    reject_lines,
    value_lines,
)
from voice_analytics.cli.options import TEMPLATE, NewLake
from voice_analytics.errors import UsageError, UserError
from voice_analytics.local.chain import run_chain
from voice_analytics.local.clients import FORGOTTEN_FILE
from voice_analytics.local.faults import FAULTS, Faults
from voice_analytics.local.function.runtime import load
from voice_analytics.local.function.sandbox import Log, silent
from voice_analytics.local.logs.inputs import expand
from voice_analytics.local.logs.text_file import STANDARD_INPUT
from voice_analytics.local.summary import Summary
from voice_analytics.local.workers import Workers, open_workers
from voice_analytics.printable import printable
from voice_analytics.template.application import Application
from voice_analytics.template.reader import read_template

# bytes from which it pays to load the function in processes of its own, which takes a second
_LARGE_INPUT = 16 * 1024 * 1024
_MOST_WORKERS = 4  # this process, which batches and writes, keeps up with no more


def _fault_names(_context: CompletionContext) -> list[tuple[str, str]]:
    return [(f"{name}=0.1", meaning) for name, meaning in FAULTS.items()]


def run(  # noqa: PLR0913 - one parameter an option
    inputs: Annotated[list[str], Parameter(allow_leading_hyphen=True)],
    /,
    *,
    out: NewLake,
    filter_pattern: Annotated[str | None, Parameter(name="--filter")] = None,
    template: Annotated[Path, Parameter(show_default=False)] = TEMPLATE,
    parameter: Annotated[list[str] | None, Parameter(negative="")] = None,
    fault: Annotated[list[str] | None, Parameter(negative="", completer=_fault_names)] = None,
    seed: int = 0,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    strict: Annotated[bool, Parameter(negative="")] = False,
    verbose: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Send log lines through the pipeline on this machine, as template.yaml configures it.

    CloudWatch Logs, Firehose and Lambda's limits are simulated, the function is the real one, and
    AWS is not called. A directory stands for the bucket: rows go to sessions/, rejected events to
    rejected/, records that could not be delivered to errors/. Waiting takes no time: a back-off of
    minutes is over at once. The same command writes the same files.

    Example: voice-analytics local run agent.log --out lake

    Parameters
    ----------
    inputs
        Files of log lines, one a line (- is standard input), or what AWS's tools write of a log:
        aws logs filter-log-events, get-log-events, get-query-results and tail, CSV and JSON of
        Logs Insights, the folder of an export to S3; gzipped or not. Or Firehose events such as
        those in events/.
    out
        Directory that stands for the bucket. Files in it stay.
    filter_pattern
        Subscription filter to use in place of the template's: %regex%, { $.field = "text" }, or ""
        for every line.
    template
        Another SAM template than the project's.
    parameter
        A parameter of the template, NAME=VALUE. May be given several times.
    fault
        Something that goes wrong, NAME=RATE from 0 to 1, such as reingest-throttled=0.3. May be
        given several times. NAME is duplicate-delivery, record-corrupted, function-crashed,
        rejects-denied, rejects-timeout, reingest-throttled, reingest-denied or reingest-timeout.
    seed
        Other faults at the same rates.
    as_json
        Print the counts as one JSON object.
    strict
        Exit with 1 when a record failed, or when nothing was delivered. Without it these are
        results like others: counted, and kept under errors/ and rejected/.
    verbose
        Show the function's log on standard error.

    """
    _probe(out)
    application = read_template(template, dict(map(_name_and_value, parameter or [])))
    if filter_pattern is not None:
        application = application.subscribed_by(filter_pattern)
    faults = Faults.parse(fault or [], seed)
    console = Console(stderr=True)
    summary = _with_progress(inputs, out, application, faults, console, verbose=verbose)
    sessions = recorded_tables(out)[0]
    # it is a lake, also where nothing was delivered
    (out / sessions.folder).mkdir(parents=True, exist_ok=True)
    if as_json:
        print(json.dumps(summary.as_json()))
    else:
        Console().print(summary.as_table(str(out)))
    advice = list(_advice(summary, out, verbose=verbose))
    for line in [*advice, *([CHECK] if advice else [])]:
        console.print(Text(printable(line), "yellow"), soft_wrap=True)
    return 1 if strict and (summary.records_failed or not summary.rows_delivered) else 0


def _advice(summary: Summary, out: Path, *, verbose: bool) -> Iterator[str]:
    if not (summary.rows_delivered or summary.events_rejected or summary.records_failed):
        yield NOTHING_RECOGNISED
    yield from reject_lines(summary.rejected_by_code)
    yield from failure_lines(summary.errors, verbose=verbose)
    yield from value_lines(out / key for key in summary.files if key.endswith(".parquet"))
    if count := summary.events_unmarked:
        are = "line looks" if count == 1 else "lines look"
        yield f"{count:,} {are} like the event of a call, with {NO_EVENT_TYPE}: {ADD_EVENT_TYPE}"


def _probe(out: Path) -> None:
    """Make the directory and try to write into it, before anything is read.

    Raises UserError where that fails.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise UserError(
            f"{out} cannot be written: {error.strerror}", "give another directory with --out"
        ) from None


def _name_and_value(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--parameter {text} has no value", "write it as NAME=VALUE")
    return name, value


def _to_stderr(text: str) -> None:
    """Looked up at each call.

    Rich replaces it while the bar is shown, so that the log stands above the bar.
    """
    sys.stderr.write(text)


def _with_progress(  # noqa: PLR0913 - passed on
    inputs: list[str],
    out: Path,
    application: Application,
    faults: Faults,
    console: Console,
    *,
    verbose: bool,
) -> Summary:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("sending", total=len(inputs))
        described = application.stream.function
        log = _to_stderr if verbose else silent
        function = load(described, log) if described else None
        tell = partial(progress.update, task)
        with _workers(inputs, out, application, faults, log) as workers:
            return run_chain(
                inputs,
                out,
                application,
                function,
                faults=faults,
                workers=workers,
                is_forgotten=_forgotten_in(out),
                on_progress=lambda done: tell(completed=done),
            )


def _forgotten_in(lake: Path) -> Callable[[LogEvent], bool] | None:
    """Tells the events of people whom the lake was told to forget; None where there are none."""
    if not (lake / FORGOTTEN_FILE).exists():
        return None
    from voice_analytics.operate.forgotten_locally import ForgottenLocally  # noqa: PLC0415

    return ForgottenLocally(lake)


def _workers(
    inputs: list[str], out: Path, application: Application, faults: Faults, log: Log
) -> AbstractContextManager[Workers | None]:
    """Processes for the function where they pay: for a large input, and without faults."""
    count = min(os.process_cpu_count() or 1, _MOST_WORKERS)
    files = [Path(name) for name in expand(inputs) if name and name != STANDARD_INPUT]
    size = sum(path.stat().st_size for path in files if path.is_file())
    if count < 2 or size < _LARGE_INPUT or faults.injected or not application.stream.function:
        return nullcontext()
    return open_workers(application.stream, out, count, log)
