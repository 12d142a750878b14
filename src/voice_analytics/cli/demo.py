"""`voice-analytics local demo`.

Invent a week of calls, send them through the chain, answer five questions, draw the report.
"""

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text
from session_analytics.rejects import REJECTED_PREFIX

from voice_analytics.catalog.saved_queries import queries
from voice_analytics.cli.named_path import NamedPath
from voice_analytics.cli.report import write_report
from voice_analytics.cli.results import result_console, show
from voice_analytics.cli.run import run
from voice_analytics.errors import UserError
from voice_analytics.lake.ask import ask
from voice_analytics.lake.days import days_of
from voice_analytics.lake.engine import open_lake
from voice_analytics.lake.files import ERRORS, PREFIX
from voice_analytics.synthetic import generate

QUESTIONS = (
    "lead_funnel",
    "cost_by_day",
    "latency_by_stage",
    "tool_success",
    "integrations_wanted",
)
_CALLS, _DAYS, _SEED = (
    1000,
    7,
    1,
)  # a week that is large enough for percentiles and is through in seconds
_LOG = "agent.log"  # the invented log lines
_REPORT = "report.html"
_MARKER = ".voice-analytics-demo"  # the sign that an earlier demo made the folder


def demo(*, out: NamedPath) -> None:
    """See the whole chain at work on this machine: log lines, Lambda, Firehose, Parquet, Athena
    SQL.

    A thousand calls of the last seven days are invented and go through the chain as template.yaml
    configures it; then five saved queries are asked, and the report is drawn. Nothing leaves the
    machine.

    Parameters
    ----------
    out
        Directory for the log and the lake; one that an earlier demo made is made anew.

    """
    console = result_console()
    _clear(out)
    log = out / _LOG
    yesterday = datetime.now(UTC).date() - timedelta(days=1)  # the last day that is over
    with log.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in generate(_CALLS, _DAYS, _SEED, yesterday))
    title = f"{_CALLS:,} calls of {_DAYS} days, from the agent's log to Parquet"
    console.print(Text.assemble((title, "bold"), f" ({log})"))
    run([str(log)], out=out)
    _answer(out, console)
    _draw(out, console)
    _say_what_next(out, console)


def _clear(out: Path) -> None:
    """An empty folder, unless it holds something that no demo made."""
    try:
        if out.exists() and any(out.iterdir()) and not (out / _MARKER).is_file():
            raise UserError(
                f"{out} is not empty, and no demo made it", "give another folder with --out"
            )
        for written in (PREFIX, REJECTED_PREFIX, ERRORS):
            shutil.rmtree(out / written, ignore_errors=True)
        out.mkdir(parents=True, exist_ok=True)
        (out / _MARKER).touch()
    except OSError as error:
        raise UserError(
            f"{out} cannot be written ({error.strerror})", "give another folder with --out"
        ) from None


def _answer(out: Path, console: Console) -> None:
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


def _draw(out: Path, console: Console) -> None:
    console.print("\n[bold]All of it in pictures, to be opened in a browser[/bold]")
    write_report(out, out / _REPORT)


def _say_what_next(out: Path, console: Console) -> None:
    example = "SELECT outcome, count(*) AS calls FROM sessions GROUP BY outcome ORDER BY calls DESC"
    steps = {
        "put the commands on your PATH": f'export PATH="{Path(sys.executable).parent}:$PATH"',
        "put your own agent's log through": "voice-analytics local run YOUR.log --out my-lake",
        "see what else there is to ask": "voice-analytics local queries",
        "ask something of your own": f'voice-analytics local query "{example}" --lake {out}',
        "deploy to AWS": "sam build && sam deploy",
    }
    console.print("\n[bold]What to try next[/bold]")
    for what, command in steps.items():
        console.print(Text.assemble(f"  {what}:\n    ", (command, "cyan")), soft_wrap=True)
