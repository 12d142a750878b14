"""Holds for all tests."""

import logging
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _each_test_loads_the_function_itself() -> Iterator[None]:
    """Settings and logger of the function keep the environment and standard output of their import."""
    yield
    for module in ("app", "observability", "settings", "stores", "clients"):
        sys.modules.pop(module, None)
    for name in (
        "service_undefined",
        "voice-analytics-transform",
    ):  # without and with the template's environment
        logging.Logger.manager.loggerDict.pop(name, None)
