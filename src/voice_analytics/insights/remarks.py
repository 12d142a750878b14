"""What a caller said that is worth counting: unanswered questions, objections, wishes.

Rules, not a model: each sentence of a caller is at most one remark.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal, NamedTuple

from voice_analytics.report.sources import Record

type Kind = Literal["unanswered question", "objection", "wish"]
KINDS: tuple[Kind, ...] = ("unanswered question", "objection", "wish")

_SENTENCE = re.compile(r"[^.?!\n]+(?:\.(?=\w)[^.?!\n]*)*[.?!]*")
_FEWEST_WORDS = 3  # "What?" and "Too much." have no theme
_LONGEST = 300  # characters of a remark
_QUESTION = re.compile(
    r"(?:(?:and|but|so|ok|okay|well|um|uh|also)[, ]+)*"
    r"(?:(?:do|does|did|can|could|is|are|will|would|should|has|have) "
    r"(?:you|it|that|this|there|they|your|the|we|i)\b|(?:what|how|when|where|who|which|why)\b)",
    re.IGNORECASE,
)
_OBJECTION = re.compile(
    r"\b(?:too (?:expensive|much|complicated|slow|risky|long|early)"
    r"|(?:over|no|out of) (?:our )?budget"
    r"|can(?:'t|not) (?:afford|justify)|(?:not|n't) (?:really )?(?:sure|convinced|interested|ready)"
    r"|(?:do|does|would|wo)n't (?:need|trust|like|work|want|switch)|happy with|locked in"
    r"|under contract|already (?:have|use|using|pay)|concern(?:ed|s)?|worr(?:y|ied|ies)"
    r"|hesitant|skeptical|afraid|deal ?breaker|security review|not a fit)\b",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"\b(?:(?:we|i)(?:'d| would)? (?:\w+ )?(?:need|want|wish|like|love|hope)\b"
    r"|(?:we're|we are|i'm|i am) (?:\w+ )?(?:looking for|hoping)"
    r"|it (?:would be (?:great|nice|good|helpful)|must|has to|should)\b"
    r"|(?:it'd|that'd) be (?:great|nice|good|helpful)|if only)",
    re.IGNORECASE,
)
_NO_ANSWER = re.compile(
    r"\b(?:(?:do|does)(?:n't| not) (?:have|know|see|find)|(?:am|'m) not (?:sure|able|aware)"
    r"|no (?:information|details|answer|documentation)|could(?:n't| not) find"
    r"|can(?:'t|not) (?:say|tell|find|answer)|unable to|(?:get|come) back to you"
    r"|(?:ask|check with) (?:the|our|my) (?:team|colleagues?|specialists?|engineers?)"
    r"|look into (?:it|that))\b",
    re.IGNORECASE,
)
_APOSTROPHES = str.maketrans("\u2019\u02bc", "''")


class Remark(NamedTuple):
    """A sentence of a caller."""

    kind: Kind
    text: str
    session_id: str


def remarks(turns: Iterable[Record]) -> Iterator[Remark]:
    """The remarks of calls, from turns in the order of `session_id` and `ordinal`."""
    for _, call in groupby(turns, key=lambda turn: turn["session_id"]):
        spoken_turns = [turn for turn in call if isinstance(turn["content"], str)]
        for index, turn in enumerate(spoken_turns):
            if turn["speaker"] == "user":
                yield from _of_turn(
                    turn, spoken_turns[index + 1] if index + 1 < len(spoken_turns) else None
                )


def _of_turn(turn: Record, following: Record | None) -> Iterator[Remark]:
    for match in _SENTENCE.finditer(turn["content"].translate(_APOSTROPHES)):
        text = match[0].strip()[:_LONGEST]
        if len(text.split()) >= _FEWEST_WORDS and (kind := _kind(text, turn, following)):
            yield Remark(kind, text, turn["session_id"])


def _kind(text: str, turn: Record, following: Record | None) -> Kind | None:
    if text.endswith("?") or _QUESTION.match(text):
        return None if _is_answered(turn, following) else "unanswered question"
    if _OBJECTION.search(text):
        return "objection"
    return "wish" if _WISH.search(text) else None


def _is_answered(turn: Record, following: Record | None) -> bool:
    """Whether the agent spoke next, did not say that it does not know, and its search had found."""
    if following is None or following["speaker"] != "agent" or turn["search_failed"]:
        return False
    return _NO_ANSWER.search(following["content"].translate(_APOSTROPHES)) is None
