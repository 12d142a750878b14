"""Holds for all tests."""

import logging
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _each_test_loads_the_function_itself() -> Iterator[None]:
    """Its settings hold the environment, and its logger the standard output, of the moment at which it was loaded."""
    yield
    for module in ("app", "observability", "settings", "stores"):
        sys.modules.pop(module, None)
    for name in (
        "service_undefined",
        "voice-analytics-transform",
    ):  # without and with the template's environment
        logging.Logger.manager.loggerDict.pop(name, None)
