"""A caller's turn as sentences: which of them state something, and what in them is negated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from voice_analytics_agent.signals.numbers import with_numerals
from voice_analytics_agent.signals.patterns import words

# A full stop within a number or a name (2.5, node.js) ends no sentence.
_SENTENCE = re.compile(r"[^.?!\n]+(?:[.](?=\w)[^.?!\n]*)*[.?!\n]*")
_QUESTION = re.compile(
    r"(?:(?:and|but|so|ok|okay|well|um|uh|hi|hello|also)[, ]+)*"
    r"(?:(?:do|does|did|can|could|is|are|was|will|would|should|have|has|don't|doesn't|isn't|aren't"
    r"|can't|won't|wouldn't) (?:you|it|that|this|there|they|your|the|he|she|one|i|we|any)\b"
    r"|(?:what|how|when|where|who|which|why|what's|how's|where's|who's)\b)",
    re.IGNORECASE,
)
_SUPPOSITION = re.compile(
    r"(?:(?:and|but|so|ok|okay|well|um|uh|now)[, ]+)*"
    r"(?:imagine|suppose|supposing|assume|assuming|let's say|what if"
    r"|if (?:we|i) (?:were|had|have|are|get|grow|grew))\b",
    re.IGNORECASE,
)
# "We are twenty, right?" states before the comma and asks behind it.
_STATES = re.compile(
    r"(?:(?:and|but|so|ok|okay|well|um|uh|yes|yeah|no|hi|hello)[, ]+)*"
    r"(?:we|we're|we've|i|i'm|i've|our|my|there|it's|the|us)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[,;:]|\b(?:but|however|though|although|because|instead|rather|then)\b", re.IGNORECASE
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|without|neither|nor|none|nobody|nothing|hardly|cannot|stopped|quit|ditched"
    r"|dropped"
    r"|don't|doesn't|didn't|won't|wouldn't|isn't|aren't|wasn't|weren't|haven't|hasn't|can't"
    r"|couldn't|shouldn't|ain't)\b"
    r"|\bused to\b|\bgot rid of\b|\bmoved off\b",
    re.IGNORECASE,
)
_NEGATED_BEHIND = re.compile(
    r"\s*(?:is|are|was|were|does|do|has|have|would|will|it's)?\s*"
    r"(?:not\b|n't\b|no longer\b|isn't\b|aren't\b|wasn't\b|doesn't\b|don't\b|won't\b)"
    r"|[^,;]{0,20}\b(?:any ?more|any longer)\b",
    re.IGNORECASE,
)
# Words that look like a negation and are none.
_NO_NEGATION = re.compile(
    r"\bno (?:more|less|fewer) than\b|\bnot (?:more|less|fewer) than\b|\bnot (?:only|just|even)\b"
    r"|\bwhy not\b|\bno (?:doubt|problem|question)\b|\bif not\b"
    r"|\b(?:can't|cannot|couldn't|can not)(?: \w+){1,2} without\b"
    r"|^(?:no|nope|nah)\b[, ]*(?=(?:we|we're|we've|i|i'm|it|it's|there|our|my|just|that)\b)",
    re.IGNORECASE,
)
_NEGATION_REACH = 60  # characters before what is negated, within its clause
_MAX_CHARACTERS = 1_000  # of a sentence
_CORRECTION = words(
    "actually", "sorry", "i mean", "i meant", "correction", "let me correct", "in fact", "make that"
)
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "`": "'"})  # noqa: RUF001


class Sentence(NamedTuple):
    """A statement of the caller: as said, with numerals, and the agent's question before it."""

    text: str
    numerals: str
    question: str

    def negates(self, start: int, end: int) -> bool:
        """Whether what stands at these places of `numerals` is said not to be so."""
        clause_start = 0
        for boundary in _CLAUSE.finditer(self.numerals, 0, start):
            clause_start = boundary.end()
        before = self.numerals[max(clause_start, start - _NEGATION_REACH) : start]
        before = _NO_NEGATION.sub(" ", before.lstrip())
        if _NEGATION.search(before):
            return True
        return _NEGATED_BEHIND.match(self.numerals, end) is not None

    @property
    def corrects(self) -> bool:
        """Whether the caller takes back something said before."""
        return _CORRECTION.search(self.numerals) is not None


def sentences(turn: str, question: str) -> Iterator[Sentence]:
    """The statements of a turn. `question` is what the agent had said before it."""
    for match in _SENTENCE.finditer(turn.translate(_APOSTROPHES)):
        statement = _statement(match[0].strip())[:_MAX_CHARACTERS]
        if statement:
            yield Sentence(statement, with_numerals(statement), question)


def _statement(sentence: str) -> str:
    """The part of a sentence that states something; empty for a question or a supposition."""
    asks = sentence.endswith("?")
    if _QUESTION.match(sentence) or _SUPPOSITION.match(sentence):
        return ""
    if not asks:
        return sentence
    before, comma, _ = sentence.rpartition(",")
    return before if comma and _STATES.match(before) else ""
