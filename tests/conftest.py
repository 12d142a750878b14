"""Holds for all tests."""

import logging
import os
import sys
from collections.abc import Generator, Iterator
from typing import Any

import pytest

SLOW_SECONDS = 1.0  # of processor time: what else the machine does hardly shows in it

_STARTED = pytest.StashKey[float]()
_SECONDS = "processor_seconds"
_slow_without_mark: dict[str, float] = {}


@pytest.fixture(scope="session", autouse=True)
def _translations_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The cache of the user who runs the tests is neither read nor written."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _each_test_loads_the_function_itself() -> Iterator[None]:
    """The function's settings and logger keep environment and standard output of their import."""
    yield
    for module in ("app", "observability", "policy", "settings", "stores", "clients"):
        sys.modules.pop(module, None)
    for name in (
        "service_undefined",
        "voice-analytics-transform",
    ):  # without and with the template's environment
        logging.Logger.manager.loggerDict.pop(name, None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Measure each test that is not marked slow, its fixtures included."""
    item.stash[_STARTED] = _processor_seconds()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the processor time of the whole test into its last report."""
    report = yield
    if call.when == "teardown" and "slow" not in item.keywords:
        report.user_properties.append((_SECONDS, _processor_seconds() - item.stash[_STARTED]))
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    seconds = dict(report.user_properties).get(_SECONDS)
    if report.when == "teardown" and isinstance(seconds, float) and seconds > SLOW_SECONDS:
        _slow_without_mark[report.nodeid] = seconds


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that `make check` had better leave out."""
    if _slow_without_mark:
        terminalreporter.section(f"over {SLOW_SECONDS:g} s of processor time: mark them slow")
    for nodeid, seconds in sorted(_slow_without_mark.items()):
        terminalreporter.line(f"{seconds:5.1f} s  {nodeid}")


def _processor_seconds() -> float:
    """Seconds that this process, and the processes that it has waited for, have computed."""
    return sum(os.times()[:4])
