"""What a terminal would obey is shown, and not obeyed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_analytics.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, Grüße, 你好", "plain, Grüße, 你好"),
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\x9b31m", "<U+009B>31m"),
        ("a\u202eb\u2066c", "a<U+202E>b<U+2066>c"),
        ("a\nb\tc\rd\x7f", "a␊b␉c␍d␡"),
        ("\ud83d", "<U+D83D>"),
    ],
)
def test_what_a_terminal_obeys_is_a_picture(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_lines_stay_where_they_are_wanted() -> None:
    assert printable("a\nb\tc\x1b", lines=True) == "a\nb\tc␛"


@given(st.text())
def test_no_control_character_is_left(text: str) -> None:
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in printable(text))
