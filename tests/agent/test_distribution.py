"""What is published: an sdist and a wheel that works alone, in an empty environment."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from tests.agent.project import ROOT

UV = str(Path(sys.executable).with_name("uv"))
PROGRAM = """
import json, sys
from types import SimpleNamespace
import voice_analytics_agent
from voice_analytics_agent import record, redact_personal_data

class Session:
    def __init__(self):
        self.handlers = {}
    def on(self, name, handler):
        self.handlers[name] = handler

lines = []
session = Session()
record(session, sink=lines.append, redact=redact_personal_data)
item = SimpleNamespace(type="message", id="1", role="user", content=["We are 12 people"])
session.handlers["conversation_item_added"](SimpleNamespace(item=item))
session.handlers["close"](SimpleNamespace(reason="user_initiated"))
loaded = [name for name in ("livekit", "boto3", "pydantic") if name in sys.modules]
print(json.dumps([voice_analytics_agent.__file__, loaded, json.loads(lines[0])]))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist and the wheel."""
    folder = tmp_path_factory.mktemp("dist")
    run(UV, "build", "--quiet", "--no-build-isolation", "--python", sys.executable,
        "--out-dir", str(folder), str(ROOT / "agent"))  # fmt: skip
    (sdist,) = folder.glob("*.tar.gz")
    (wheel,) = folder.glob("*.whl")
    return sdist, wheel


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
def test_the_wheel_alone_records_a_call(built: tuple[Path, Path], tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    run(UV, "venv", "--quiet", "--python", sys.executable, str(environment))
    python = str(environment / "bin" / "python")
    run(UV, "pip", "install", "--quiet", "--offline", "--python", python, str(built[1]))
    assert json.loads(run(UV, "pip", "list", "--format", "json", "--python", python)) == [
        {"name": "voice-analytics-agent", "version": "0.1.0"}
    ]
    file, loaded, event = json.loads(run(python, "-I", "-c", PROGRAM))
    assert Path(file).is_relative_to(environment)
    assert loaded == []
    assert event["discovered_signals"] == {"team_size": 12}
    assert event["close_reason"] == "CR_USER_INITIATED"


@pytest.mark.slow
def test_types_licence_and_example_are_published(built: tuple[Path, Path]) -> None:
    sdist, wheel = built
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = next(name for name in names if name.endswith("/METADATA"))
        text = archive.read(metadata).decode()
    assert "voice_analytics_agent/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert "Requires-Python: >=3.10" in text
    assert "Requires-Dist: boto3; extra == 'firehose'" in text
    with tarfile.open(sdist) as source:
        inside = [name.partition("/")[2] for name in source.getnames()]
    assert {"examples/sales_agent.py", "README.md", "LICENSE", "pyproject.toml"} <= set(inside)
