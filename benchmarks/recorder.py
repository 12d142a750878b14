"""`make bench-agent`: what the recorder costs a call, and how large its line is.

The sessions are real ones of LiveKit's SDKs, run without a network. Measured in each SDK version:
the time of each handler, which runs on the session's event loop; making the line, after the call;
and the processor time of the thread that keeps the journal. Then the bytes of the line beside those
of the SDK's own report, which an agent would log without a recorder.
"""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.report import machine
from tests.agent.worker_run import PYTHON_PATH, SDK_PROGRAMS, SDK_VERSIONS, python_of, run_worker
from voice_analytics.codegen.blocks import table, with_block

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
NEWEST = "1.8.9"
REPEAT = 5
CALLS = {
    "empty": "nobody says anything",
    "text": "two questions",
    "handover": "a tool, another agent takes over",
    "tools": "nine questions, tools that end in every way",
    "realtime": "three questions to a realtime model",
    "voice": "spoken, with an interruption",
    "hour": "130 questions, 260 turns",
}


def main() -> None:
    """Measure, and write the block of docs/benchmarks.md."""
    where = machine()
    measured = {sdk: _overhead(sdk) for sdk in SDK_VERSIONS}
    block = "\n".join([_overhead_table(measured), _sizes_table(), _note(where)])
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_block(text, "recorder", block, made_by="make bench-agent"), "utf-8")
    sys.stdout.write(block)


def _overhead(sdk: str) -> dict[str, Any]:
    with TemporaryDirectory() as journal:
        done = subprocess.run(  # noqa: S603
            [str(python_of(sdk)), str(SDK_PROGRAMS / "overhead.py"), str(REPEAT)],
            env={"PYTHONPATH": PYTHON_PATH, "VOICE_ANALYTICS_JOURNAL": journal},
            capture_output=True,
            check=True,
        )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _overhead_table(measured: dict[str, dict[str, Any]]) -> str:
    handlers = measured[NEWEST]["handlers"]
    rows = [
        [f"`{name}`", *_figures(figures)]
        for name, figures in sorted(handlers.items(), key=lambda item: -item[1]["count"])
        if name != "all events"
    ]
    rows += [
        [f"all events, LiveKit {sdk}", *_figures(each["handlers"]["all events"])]
        for sdk, each in measured.items()
    ]
    sessions = measured[NEWEST]["sessions"]
    end = median(each["end_ms"] for each in sessions)
    thread = median(each["thread_ms"] / each["events"] for each in sessions)
    return (
        table("handler of | events | median, µs | p99, µs | max, µs", rows)
        + f"\nA call of {sessions[0]['turns']} turns and {sessions[0]['events']:,} events: making "
        f"its line, after the session has closed, takes {end:.0f} ms. The thread that keeps the "
        f"journal uses {thread * 1000:.0f} µs of processor time an event.\n"
    )


def _figures(summary: dict[str, float]) -> list[str]:
    return [f"{summary['count']:,}", *(f"{summary[key]:.1f}" for key in ("median", "p99", "max"))]


def _sizes_table() -> str:
    run = run_worker(NEWEST, list(CALLS))
    rows = []
    for room, what in CALLS.items():
        report = {"_event_type": "session_analytics", **run.reports[room]["report"]}
        sizes = len(json.dumps(report)), len(run.lines[room])
        rows.append([what, f"{sizes[0]:,}", f"{sizes[1]:,}", f"{sizes[1] / sizes[0]:.0%}"])
    return table("call | SDK's report, bytes | record, bytes | of it", rows)


def _note(where: str) -> str:
    return (
        f"{where} {REPEAT} sessions of 130 questions and of the spoken call, each; the sizes with "
        f"LiveKit {NEWEST}.\n"
    )


if __name__ == "__main__":
    main()
