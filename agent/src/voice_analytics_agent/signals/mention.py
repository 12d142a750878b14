"""A signal that was found in a sentence."""

from __future__ import annotations

from typing import Any, NamedTuple


class Mention(NamedTuple):
    """A signal and its value; `negated` where the caller said that it is not so.

    `first_wins`: a later mention does not replace it, unless the sentence `corrects` what was said.
    """

    signal: str
    value: Any
    negated: bool = False
    first_wins: bool = False
    corrects: bool = False
