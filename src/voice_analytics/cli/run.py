"""`voice-analytics local run`: log lines through the whole chain on this machine."""

import json
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from voice_analytics.cli.options import NamedPath
from voice_analytics.errors import UserError
from voice_analytics.local.chain import run_chain
from voice_analytics.local.faults import Faults
from voice_analytics.local.function.runtime import load
from voice_analytics.local.function.sandbox import silent
from voice_analytics.local.summary import Summary
from voice_analytics.template.application import Application
from voice_analytics.template.reader import read_template

_TEMPLATE = Path(__file__).parents[3] / "template.yaml"  # of the checkout that this runs from
_NOTHING = (
    'nothing was delivered: no line that passes the filter bears "_event_type": '
    '"session_analytics"; README.md says what is'
    ' recognised, under "What an agent logs"'
)


def run(  # noqa: PLR0913 - one parameter an option
    inputs: Annotated[list[str], Parameter(allow_leading_hyphen=True)],
    /,
    *,
    out: NamedPath,
    filter_pattern: Annotated[str | None, Parameter(name="--filter")] = None,
    template: Annotated[Path, Parameter(show_default=False)] = _TEMPLATE,
    parameter: Annotated[list[str] | None, Parameter(negative="")] = None,
    fault: Annotated[list[str] | None, Parameter(negative="")] = None,
    seed: int = 0,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    strict: Annotated[bool, Parameter(negative="")] = False,
    verbose: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Send log lines through the chain on this machine, as template.yaml configures it.

    CloudWatch Logs, Firehose and Lambda's limits are replayed, the function is the real one, AWS is
    not called. What AWS would write to the bucket is written to a directory: rows to sessions/,
    events that are not valid to rejected/, what could not be delivered to errors/. Waiting takes no
    time: a back-off of minutes is over at once. The same command writes the same files again. Such
    as:

    voice-analytics local run agent.log --out lake

    kubectl logs deploy/agent | voice-analytics local run - --out lake --json

    voice-analytics local run events/*.json --out lake --strict

    Parameters
    ----------
    inputs
        Files of log lines, one a line (- is standard input), or Firehose events such as those in
        events/.
    out
        Directory that stands for the bucket. What is in it already stays.
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
        Exit with 1 when a record failed. Without it that is a result like others: counted, and kept
        under errors/.
    verbose
        Show the function's log on standard error.

    """
    application = read_template(template, dict(map(_name_and_value, parameter or [])))
    if filter_pattern is not None:
        application = application.subscribed_by(filter_pattern)
    faults = Faults.parse(fault or [], seed)
    console = Console(stderr=True)
    summary = _with_progress(inputs, out, application, faults, console, verbose=verbose)
    _make(out)
    if as_json:
        print(json.dumps(summary.as_json()))
    else:
        Console().print(summary.as_table(str(out)))
    if not (summary.rows_delivered or summary.events_rejected or summary.records_failed):
        console.print(_NOTHING, style="yellow", highlight=False, soft_wrap=True)
    for code, count in summary.errors.items():
        console.print(f"records failed with {code}: {count:,}", style="yellow", highlight=False)
    if summary.records_failed and not verbose:
        console.print(
            "--verbose shows what the function logged about it", style="yellow", highlight=False
        )
    return 1 if strict and summary.records_failed else 0


def _make(out: Path) -> None:
    """The directory, of a run that wrote nothing into it too.

    It is an empty lake then, and no missing one.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{out} cannot be made: {error.strerror}", "give another directory with --out"
        ) from None


def _name_and_value(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UserError(f"--parameter {text} has no value", "write it as NAME=VALUE")
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
        function = load(described, _to_stderr if verbose else silent) if described else None
        tell = partial(progress.update, task)
        return run_chain(
            inputs,
            out,
            application,
            function,
            faults=faults,
            on_progress=lambda done: tell(completed=done),
        )
