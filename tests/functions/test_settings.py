"""What is wrong with the function's environment is said when it starts."""

import importlib
from datetime import date
from types import ModuleType

import pytest
from session_analytics.batch import Rules

RIGHT = {"PROJECTION_START_DATE": "2026-01-31", "BUCKET_NAME": "analytics"}


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)
    return importlib.import_module("settings")


def test_the_settings_are_read(settings: ModuleType) -> None:
    read = settings.read_settings(RIGHT | {"PATH": "/bin"})
    assert read == (Rules(date(2026, 1, 31)), "analytics", "sales", "")


def test_loggers_are_a_list_of_names(settings: ModuleType) -> None:
    read = settings.read_settings(RIGHT | {"EVENT_LOGGERS": "a.b, c,"})
    assert read.rules.loggers == {"a.b", "c"}


@pytest.mark.parametrize(
    "wrong",
    [{"BUCKET_NAME": ""}, {"PROJECTION_START_DATE": ""}, {"PROJECTION_START_DATE": "soon"}],
    ids=str,
)
def test_a_wrong_variable_is_named(wrong: dict[str, str], settings: ModuleType) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        settings.read_settings(RIGHT | wrong)
