"""Holds for all tests of the command line."""

import signal

import pytest


@pytest.fixture(autouse=True, scope="session")
def _interruptible() -> None:
    """Ctrl-C reaches the commands also where a shell has started the tests in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
