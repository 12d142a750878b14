"""`voice-analytics local demo`.

Generates a week of calls, sends them through the pipeline, runs five saved queries and writes
the report.
"""

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from voice_analytics.catalog.saved_queries import queries
from voice_analytics.catalog.tables import TABLES
from voice_analytics.cli.options import NewLake
from voice_analytics.cli.report import ReportOptions, write_report
from voice_analytics.cli.run import run
from voice_analytics.cli.tables import result_console, show
from voice_analytics.errors import UserError
from voice_analytics.lake.ask import ask
from voice_analytics.lake.days import days_of
from voice_analytics.lake.engine import open_lake
from voice_analytics.report.days import WEEK
from voice_analytics.synthetic import generate
from voice_analytics.synthetic.featured import featured_lines

QUESTIONS = (
    "lead_funnel",
    "cost_by_day",
    "latency_by_stage",
    "tool_success",
    "integrations_wanted",
)
# enough calls for percentiles, few enough to finish in seconds
_CALLS, _DAYS, _SEED = 1000, 14, 1
_LOG = "agent.log"
_REPORT = "report.html"
_MARKER = ".voice-analytics-demo"  # marks a folder that a demo made


def demo(*, out: NewLake) -> None:
    """Run the whole pipeline on this machine: log lines, Lambda, Firehose, Parquet, Athena SQL.

    A thousand invented calls of the last two weeks go through the pipeline as template.yaml
    configures it. Then five saved queries are answered and the report of the last week is written.
    Nothing leaves the machine.

    Example: voice-analytics local demo --out demo

    Parameters
    ----------
    out
        Directory for the log and the lake. One that an earlier demo wrote is overwritten.

    """
    console = result_console()
    _prepare_folder(out)
    log = out / _LOG
    yesterday = datetime.now(UTC).date() - timedelta(days=1)  # the last complete day
    lines = [*generate(_CALLS, _DAYS, _SEED, yesterday), *featured_lines(yesterday)]
    try:
        log.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise _unwritable(out, error) from None
    title = f"{_CALLS:,} calls of {_DAYS} days, from the agent's log to Parquet"
    console.print(Text.assemble((title, "bold"), f" ({log})"))
    run([str(log)], out=out)
    _run_queries(out, console)
    _write_report(out, console)
    _print_next_steps(out, console)


def _prepare_folder(out: Path) -> None:
    """Make the folder, or empty it. Raises UserError where it holds files that are not a demo's."""
    try:
        if out.exists() and any(out.iterdir()) and not (out / _MARKER).is_file():
            raise UserError(
                f"{out} is not empty and was not made by a demo", "give another folder with --out"
            )
        for table in TABLES:
            shutil.rmtree(out / table.folder, ignore_errors=True)
        out.mkdir(parents=True, exist_ok=True)
        (out / _MARKER).touch()
    except OSError as error:
        raise _unwritable(out, error) from None


def _unwritable(out: Path, error: OSError) -> UserError:
    return UserError(
        f"{out} cannot be written ({error.strerror})", "give another folder with --out"
    )


def _run_queries(out: Path, console: Console) -> None:
    saved = queries()
    with open_lake(out) as lake:
        for name in QUESTIONS:
            console.print(f"\n[bold]{saved[name].question}[/bold]", highlight=False)
            show(ask(name, (), lake, days_of(out)), console)
            console.print(
                f"voice-analytics local query {name} --lake {out}",
                style="dim",
                highlight=False,
                soft_wrap=True,
            )


def _write_report(out: Path, console: Console) -> None:
    console.print("\n[bold]The report: open it in a browser[/bold]")
    # a week, so that there is one before to compare with; people may be named, as they are invented
    write_report(out, out / _REPORT, days=WEEK, asked=ReportOptions(people=True))


def _print_next_steps(out: Path, console: Console) -> None:
    example = "SELECT outcome, count(*) AS calls FROM sessions GROUP BY outcome ORDER BY calls DESC"
    steps = {
        "put the commands on your PATH": f'export PATH="{Path(sys.executable).parent}:$PATH"',
        "process your own agent's log": "voice-analytics local run YOUR.log --out my-lake",
        "open every call in a browser": f"voice-analytics explore --lake {out}",
        "list all saved queries": "voice-analytics local queries",
        "write your own query": f'voice-analytics local query "{example}" --lake {out}',
        "deploy to AWS": "sam build && sam deploy",
    }
    console.print("\n[bold]What to try next[/bold]")
    for what, command in steps.items():
        console.print(Text.assemble(f"  {what}:\n    ", (command, "cyan")), soft_wrap=True)
