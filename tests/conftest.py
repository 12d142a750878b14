"""Holds for all tests."""

import logging
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _translations_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The cache of the user who runs the tests is neither read nor written."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


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
