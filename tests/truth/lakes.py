"""The lakes that both engines are asked about, made by the local chain from fixed input.

They come out the same every time, names of files included.
"""

import json
import os
from contextlib import chdir
from datetime import date
from pathlib import Path

from tests.queries import corner_lake
from voice_analytics.local.chain import run_chain
from voice_analytics.local.function.runtime import load
from voice_analytics.project_files import ROOT
from voice_analytics.synthetic import generate
from voice_analytics.template.reader import read_template

_CALLS, _DAYS, _SEED = 1000, 7, 1  # the demo's
_END = date(2026, 11, 20)
_FIXTURES = ROOT / "tests/fixtures"
_WRITTEN = 1_763_600_000  # when the logs were written, for lines without a time
_HOSTILE_TEXTS = [
    *(
        "",
        " ",
        "'",
        '"',
        "\\",
        "a,b",
        "a\tb",
        "a\r\nb",
        "\u2028\u2029",
        "\u0000",
        "\ufeff",
        "\ufffd",
    ),
    *("'; DROP TABLE sessions; --", "=1+1", "</script>", "{}", "[1]", "null", "NaN", "%", "_"),
    *("\U0001f600", "e\u0301", "\u202e", "ß", "İ", "a" * 5000),
]
_NUMBERS = [0, -1, 1, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 1e308, 5e-324, -0.0, 0.1, 1e-3, 1e7]
_TIMES = [
    *("2025-01-01T00:00:00", "2025-12-31T23:59:59.999999", "1970-01-01T00:00:00Z"),
    *("9999-12-31T23:59:59", "2026-02-30T00:00:00", "2026-03-08T02:30:00-05:00"),
]


def demo(folder: Path) -> Path:
    """The demo's thousand calls."""
    folder.mkdir(parents=True)
    logs = {"agent.log": list(generate(_CALLS, _DAYS, _SEED, _END))}
    return _delivered(logs, folder, folder / "lake")


def hostile(folder: Path) -> Path:
    """What no agent should send: corner cases, real SDKs' lines, values at every limit."""
    folder.mkdir(parents=True)
    lake = corner_lake.write(folder)
    lines = [
        line
        for path in sorted([*_FIXTURES.glob("livekit/lines/*"), *_FIXTURES.glob("logged/*")])
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return _delivered({"sdk.log": lines, "limits.log": list(_events())}, folder, lake)


def _events() -> list[str]:
    """Events whose every value is hostile, one kind of value at a time."""
    start = "2025-11-05T10:00:00"
    events: list[dict[str, object]] = []
    for text in _HOSTILE_TEXTS:
        turn = {"role": text, "content": text, "created_at": start}
        tool = {"tool": text, "arguments": {text: text}, "error": text, "timestamp": start}
        events.append(
            {
                **dict.fromkeys(("agent_name", "language", "outcome", "conversation_state"), text),
                "user_email": f"{text}@example.com",
                "user_metadata": {text: text},
                "transcript": [turn],
                "tool_calls": [tool],
                "tags": [text, text],
                "discovered_signals": {"industry": text, "integration_needs": [text]},
            }
        )
    for number in _NUMBERS:
        signals = {"team_size": number, "monthly_volume": number}
        cost = {"openai_cost": number, "openai_tokens": number, "total_estimated_cost": number}
        connection = {"bandwidth_in": number, "packet_loss": number, "jitter": number}
        latency = {"role": "assistant", "content": "x", "e2e_latency": number}
        events.append(
            {
                "duration_seconds": number,
                "discovered_signals": signals,
                "cost_summary": cost,
                "connection": connection,
                "transcript": [latency],
                "metrics_summary": {"llm_prompt_tokens": number, "tts_audio_duration": number},
            }
        )
    events += [{"end_time": moment, "consent_timestamp": moment} for moment in _TIMES]
    names = {"transcript", "tool_calls", "tags", "costs", "model_usage", "conversation_notes"}
    empty: list[object] = [[], None, {}, "", [None], [[]]]
    events += [dict.fromkeys(sorted(names), value) for value in empty]
    return [
        json.dumps(
            {
                "_event_type": "session_analytics",
                "session_id": f"limit-{index}",
                "start_time": start,
                "_timestamp": _WRITTEN,
                **event,
            }
        )
        for index, event in enumerate(events)
    ]


def _delivered(logs: dict[str, list[str]], folder: Path, lake: Path) -> Path:
    """Send logs, files of these names in the folder, through the chain into the lake."""
    application = read_template(ROOT / "template.yaml")
    assert application.stream.function
    with chdir(folder):  # the name of a log, as it is given, goes into the names of the objects
        for name, lines in logs.items():
            Path(name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            os.utime(name, (_WRITTEN, _WRITTEN))
        run_chain(list(logs), lake, application, load(application.stream.function))
    return lake
