"""`voice-analytics local run`: log lines through the whole chain on this machine."""

import json
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from voice_analytics.errors import UserError
from voice_analytics.local.application import Application
from voice_analytics.local.chain import run_chain
from voice_analytics.local.lambda_function import load
from voice_analytics.local.summary import Summary
from voice_analytics.local.template import read_template

_TEMPLATE = Path(__file__).parents[3] / "template.yaml"  # of the checkout that this runs from


def run(  # noqa: PLR0913 - one parameter an option
    inputs: Annotated[list[str], Parameter(allow_leading_hyphen=True)],
    /,
    *,
    out: Path,
    filter_pattern: Annotated[str | None, Parameter(name="--filter")] = None,
    template: Annotated[Path, Parameter(show_default=False)] = _TEMPLATE,
    parameter: Annotated[list[str] | None, Parameter(negative="")] = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    strict: Annotated[bool, Parameter(negative="")] = False,
    verbose: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Send log lines through the chain on this machine, as template.yaml configures it.

    CloudWatch Logs, Firehose and Lambda's limits are replayed, the function is the real one, AWS is not called. What
    AWS would write to the bucket is written to a directory: rows to sessions/, what could not be delivered to errors/.
    The same command writes the same files again. Such as:

    voice-analytics local run agent.log --out lake

    kubectl logs deploy/agent | voice-analytics local run - --out lake --json

    voice-analytics local run events/*.json --out lake --strict

    Parameters
    ----------
    inputs
        Files of log lines, one a line (- is standard input), or Firehose events such as those in events/.
    out
        Directory that stands for the bucket. What is in it already stays.
    filter_pattern
        Subscription filter to use in place of the template's: %regex%, { $.field = "text" }, or "" for every line.
    template
        Another SAM template than the project's.
    parameter
        A parameter of the template, NAME=VALUE. May be given several times.
    as_json
        Print the counts as one JSON object.
    strict
        Exit with 1 when a record failed. Without it that is a result like others: counted, and kept under errors/.
    verbose
        Show the function's log on standard error.

    """
    application = read_template(template, dict(map(_name_and_value, parameter or [])))
    if filter_pattern is not None:
        application = application.subscribed_by(filter_pattern)
    console = Console(stderr=True)
    summary = _with_progress(inputs, out, application, console, verbose=verbose)
    if as_json:
        print(json.dumps(summary.as_json()))
    else:
        Console().print(summary.as_table(str(out)))
    for code, count in summary.errors.items():
        console.print(f"records failed with {code}: {count:,}", style="yellow", highlight=False)
    if summary.records_failed and not verbose:
        console.print("--verbose shows what the function logged about it", style="yellow", highlight=False)
    return 1 if strict and summary.records_failed else 0


def _name_and_value(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UserError(f"--parameter {text} has no value", "write it as NAME=VALUE")
    return name, value


def _to_stderr(text: str) -> None:
    """Looked up at each call: rich replaces it while the bar is shown, so that the log stands above the bar."""
    sys.stderr.write(text)


def _nowhere(_: str) -> None:
    pass


def _with_progress(inputs: list[str], out: Path, application: Application, console: Console, *, verbose: bool) -> Summary:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("sending", total=len(inputs))
        function = application.stream.function
        log = _to_stderr if verbose else _nowhere
        invoke = load(function, log).invoke if function else None
        return run_chain(inputs, out, application, invoke, on_progress=lambda done: progress.update(task, completed=done))
