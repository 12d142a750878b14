"""The recorder's own tests on the oldest Python that it supports, as far as this machine has it."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from tests.agent.project import ROOT, SOURCES

PYTHON = ROOT / ".venv" / "tools" / "oldest-python" / "bin" / "python"


@pytest.mark.slow
def test_core_works_on_the_oldest_python() -> None:
    if not PYTHON.exists():
        pytest.skip("no Python from 3.10 to 3.12 is installed, or make test has not set it up")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(SOURCES)])}
    options = ["-p", "no:cacheprovider", "-q", "--rootdir", "tests/agent/core", "-c", os.devnull]
    done = subprocess.run(
        [str(PYTHON), "-m", "pytest", *options, "--import-mode=importlib", "tests/agent/core"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) > 100
