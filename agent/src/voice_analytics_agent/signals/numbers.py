"""Spoken numbers as numerals: "two and a half thousand" is 2500, "a couple of hundred" is 200."""

from __future__ import annotations

import re
from typing import NamedTuple

_UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: value * 10
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SCALES = {"thousand": 1_000, "million": 1_000_000, "k": 1_000}
_GROUPS = {"hundred": 100, "dozen": 12}
_MULTIPLES = frozenset({*_GROUPS, *_SCALES})
_VAGUE = frozenset({"few", "many", "several", "some"})  # "a few hundred" is not a number
_TOKEN = re.compile(r"(?P<numeral>\d[\d,]*(?:\.\d+)?)|(?P<word>[a-z]+)", re.IGNORECASE)
_JOINS = re.compile(r"[ \t]*-?[ \t]*")  # what may stand between two words of a number
_LONGEST_NUMERAL = 15  # characters: more digits are an id
_LONGEST = 12  # words of a number: "nine hundred and ninety nine thousand nine hundred and …"


class _Token(NamedTuple):
    text: str
    start: int
    end: int
    numeral: bool


def with_numerals(text: str) -> str:
    """The text with each spoken number, and each `15k` or `1,200`, as plain digits."""
    tokens = [
        _Token(match[0].lower(), match.start(), match.end(), match["numeral"] is not None)
        for match in _TOKEN.finditer(text)
    ]
    pieces: list[str] = []
    done = 0
    index = 0
    while index < len(tokens):
        value, length = _number(tokens[index : index + _LONGEST], text)
        if value is None:
            index += 1
            continue
        first, last = tokens[index], tokens[index + length - 1]
        if not (index and tokens[index - 1].text in _VAGUE and first.text in _MULTIPLES):
            pieces += [text[done : first.start], _digits(value)]
            done = last.end
        index += length
    return "".join(pieces) + text[done:]


def _digits(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"


def _number(tokens: list[_Token], text: str) -> tuple[float | None, int]:
    """The number that the tokens begin with, and of how many tokens it is made."""
    reader = _Reader()
    count = 0
    for index, token in enumerate(tokens):
        if index and not _JOINS.fullmatch(text, tokens[index - 1].end, token.start):
            break
        if not reader.take(token, tokens[index + 1] if index + 1 < len(tokens) else None):
            break
        if reader.complete:
            count = index + 1
            best = reader.value()
    return (best, count) if count else (None, 0)


class _Reader:
    """Reads a number word by word."""

    def __init__(self) -> None:
        self.total = 0.0  # of the scales that are done: thousands, millions
        self.current: float | None = None  # below the next scale
        self.complete = False  # whether what was read so far is a number
        self._last = ""
        self._smallest_scale = float("inf")

    def value(self) -> float:
        return self.total + (self.current or 0)

    def take(self, token: _Token, following: _Token | None) -> bool:
        """Whether the token belongs to the number."""
        is_part = self._take(token, following.text if following else "")
        self._last = token.text
        return is_part

    def _take(self, token: _Token, following: str) -> bool:
        word = token.text
        if token.numeral:
            return len(word) <= _LONGEST_NUMERAL and self._add(
                float(word.replace(",", "")), alone=True
            )
        if word in _UNITS:
            return self._add(_UNITS[word])
        if word in _TENS:
            return self._add(_TENS[word])
        if word in _GROUPS:
            return self._multiply(_GROUPS[word])
        if word in _SCALES and (len(word) > 1 or self._last[-1:].isdigit()):
            return self._scale(_SCALES[word])
        return self._filler(word, following)

    def _add(self, number: float, *, alone: bool = False) -> bool:
        if self._last == "half" and self.current is not None:
            return False
        if self.current is None:
            self.current = number
        elif alone or not self._fits_behind(number):
            return False
        else:
            self.current += number
        self.complete = True
        return True

    def _fits_behind(self, number: float) -> bool:
        """Whether it can follow: "hundred" takes all below it, "twenty" a single digit."""
        current = self.current or 0
        if self._last in ("hundred", "and"):
            return current % 100 == 0 and 0 < number < 100
        return self._last in _TENS and 0 < number < 10

    def _multiply(self, group: int) -> bool:
        if self.current is not None and self.current >= 100:
            return False
        self.current = (1 if self.current is None else self.current) * group
        self.complete = True
        return True

    def _scale(self, scale: int) -> bool:
        if scale >= self._smallest_scale:
            return False
        self._smallest_scale = scale
        self.total += (1 if self.current is None else self.current) * scale
        self.current = None
        self.complete = True
        return True

    def _filler(self, word: str, following: str) -> bool:
        """Words that only belong to a number because of what stands beside them."""
        counted = following in _GROUPS or following in _SCALES
        if word in ("a", "an"):
            if self._last in ("and", "half"):
                return counted or following == "half"
            return self.value() == 0 and (counted or following == "couple")
        if word == "couple":
            self.complete = self._last == "a"
            self.current = 2
            return self._last == "a"
        if word == "of":
            return self._last == "couple"
        if word == "half":
            if self._last == "a" and self.value():
                self.current = (self.current or 0) + 0.5
                return True
            self.current = 0.5
            return following == "a"
        if word == "and":
            self.complete = False
            larger = self._last in _GROUPS or self._last in _SCALES
            number = following in _UNITS or following in _TENS
            return following == "a" or (larger and number)
        return False
