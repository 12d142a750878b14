"""The SDK versions that the recorder is tested with, each in an environment of its own."""

from __future__ import annotations

import pytest
from tests.agent.project import ROOT

# The oldest that it supports (on the oldest Python that is there), one between, the newest release,
# the next major version.
SDK_VERSIONS = ("1.5.17", "1.7.1", "1.8.9", "2.0.0b1")


def python_of(sdk: str) -> str:
    """The interpreter of an SDK's environment, which `make test-agent` makes; skips without it."""
    python = ROOT / ".venv" / "livekit" / sdk / "bin" / "python"
    if not python.exists():
        pytest.skip(f"LiveKit {sdk} is not installed: make test-agent installs it")
    return str(python)
