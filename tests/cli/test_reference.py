"""The page of the command line is what the commands say of themselves."""

import re

import pytest

from voice_analytics.cli.reference import PAGE, reference

pytestmark = pytest.mark.slow  # every command is loaded


def test_the_page_is_up_to_date_and_every_command_has_an_example() -> None:
    page = reference()
    assert PAGE.read_text(encoding="utf-8") == page, "run make schemas"
    sections = re.split(r"^#+ (voice-analytics .*)$", page, flags=re.MULTILINE)[1:]
    commands = dict(zip(sections[::2], sections[1::2], strict=True))
    assert len(commands) > 15
    groups = {"voice-analytics operate", "voice-analytics operate cost"}
    for name, text in commands.items():
        assert name in groups or re.search(rf"(Example|Such as):\s+{name}", text), name
