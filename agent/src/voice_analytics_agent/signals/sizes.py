"""How large the caller's team is, and how many calls or documents it has a month."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from voice_analytics_agent.signals.mention import Mention
from voice_analytics_agent.signals.sentences import Sentence

_INT32 = 2**31
_NUMBER = r"(?P<number>\d+(?:\.\d+)?)"
_ABOUT = (
    r"(?:(?:about|around|roughly|approximately|nearly|almost|over|some|maybe|like|probably|just"
    r"|only|currently|now|up to|at least|more than|less than|no more than|say|somewhere|the)\s+)*"
)
_PEOPLE = (
    r"(?:people|persons|employees|staff|reps|representatives|agents|seats|folks|developers"
    r"|engineers|salespeople|sales people|team members|members|colleagues|heads|of us"
    r"|in (?:the|my|our) (?:team|company)|on (?:the|my|our) team)"
)
_HAVING = (
    r"(?:we are|we're|we were|we have|we've got|we employ|there are|there're|i have|i've got|have"
    r"|has|got|with|of|manage|lead|run|it's|that's|make that|actually|really|(?:no )?wait,?"
    r"|or rather|i mean,?|to|and)"
)
_COUNTED = rf"{_NUMBER}(?: \w+){{0,2}}? {_PEOPLE}\b"
_NOTHING_COUNTED = r"(?=\s*(?:$|[.,;!]|now\b|today\b|right now\b|at the moment\b))"
_STRONG = r"(?: (?:people|of us))?(?: strong\b|(?=\s*(?:$|[.,;!])))"
_TEAM = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bteam (?:size )?(?:of|is|has|with|about|around) {_ABOUT}{_NUMBER}\b(?!\s*%)",
        rf"\b(?:team|company|department|firm)(?:'s| is| are) {_ABOUT}{_NUMBER}{_STRONG}",
        rf"\b{_NUMBER}[- ](?:person|people|man|member) (?:team|company|shop|firm|startup|business)",
        rf"\b{_HAVING}\s+{_ABOUT}{_COUNTED}",
        rf"^\W*(?:\w+\W+){{0,3}}?{_ABOUT}{_COUNTED}",
        rf"\b(?:we are|we're) (?:now |at )?{_ABOUT}{_NUMBER}{_NOTHING_COUNTED}",
    )
]
_LISTED = re.compile(rf"[\s,]*(?:and|plus|&)?\s*{_ABOUT}", re.IGNORECASE)
_ALONE = re.compile(r"\b(?:(?:it's|it is) )?(?:just|only) (?:me|myself)\b", re.IGNORECASE)
_UNITS = (
    r"(?:calls?|documents?|docs?|proposals?|contracts?|quotes?|agreements?|tickets?|leads?|orders?"
    r"|e-?mails?|conversations?|invoices?|deals?|appointments?|bookings?|requests?|chats?"
    r"|inquiries|enquiries|signatures?|envelopes?|forms?|reservations?|messages?|transactions?)"
)
_DAYS_A_MONTH = 365.25 / 12
_A_MONTH = {
    "day": _DAYS_A_MONTH,
    "daily": _DAYS_A_MONTH,
    "week": _DAYS_A_MONTH / 7,
    "weekly": _DAYS_A_MONTH / 7,
    "month": 1.0,
    "monthly": 1.0,
    "year": 1 / 12,
    "yearly": 1 / 12,
    "annually": 1 / 12,
}
_PERIOD = (
    r"(?:(?:a|an|per|every|each|/)\s*(?P<period>day|week|month|year)\b"
    r"|(?P<adverb>daily|weekly|monthly|yearly|annually)\b)"
)
_COUNTED_ELSEWHERE = re.compile(
    rf"[^.,;\d]{{0,20}}?\s{_PERIOD}|\s+(?:in|on|at) the (?:meeting|room|call|line|queue|event)\b",
    re.IGNORECASE,
)
_NO_MONEY = r"(?<![$€£\d.,])"
_WORDS = r"(?: (?!dollars|euros|bucks|usd)[^\W\d]+){0,3}?"
_VOLUME = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_NO_MONEY}\b{_NUMBER}{_WORDS} {_UNITS}{_WORDS} {_PERIOD}",
        rf"{_UNITS}\b[^.;]{{0,40}}?{_NO_MONEY}\b{_NUMBER}\s+{_PERIOD}",
    )
]
_VOLUME_ALONE = re.compile(rf"{_NO_MONEY}\b{_NUMBER}\s+{_PERIOD}", re.IGNORECASE)
_NUMBER_ALONE = re.compile(
    rf"^\W*(?:(?:so|oh|uh|um|well|yes|yeah|we have|we've got|we're|we are|it's|i'd say|i think"
    rf"|probably)[, ]+)*{_ABOUT}{_NO_MONEY}{_NUMBER}"
    r"(?:,? or so|ish|,? i think|,? roughly|,? give or take)?\W*$",
    re.IGNORECASE,
)
_ASKED_TEAM = re.compile(
    r"\bhow (?:many (?:people|of you|users|seats|reps|agents|employees|team members)|(?:big|large) "
    r"is (?:your|the) (?:team|company))|\b(?:team size|size of (?:your|the) team)\b",
    re.IGNORECASE,
)
_ASKED_VOLUME = re.compile(
    rf"\bhow (?:many|much)\b[^?]*\b(?:{_UNITS}|volume)\b[^?]*\b(?:month|week|day|year)"
    r"|\b(?P<asked>daily|weekly|monthly|yearly) volume\b",
    re.IGNORECASE,
)
_ASKED_PERIOD = re.compile(r"\b(day|daily|week|weekly|month|monthly|year|yearly)\b", re.IGNORECASE)


def size_signals(sentence: Sentence) -> Iterator[Mention]:
    """`team_size` and `monthly_volume`; other periods are converted to an average month."""
    yield from _volumes(sentence)
    yield from _team_sizes(sentence)


def _team_sizes(sentence: Sentence) -> Iterator[Mention]:
    text = sentence.numerals
    for pattern in _TEAM:
        matches = list(pattern.finditer(text))
        for match in matches:
            if not _counts_events(text, match.end()) and not _is_one_of_several(match, matches):
                yield from _size("team_size", match, sentence, 1.0)
        if matches:
            return
    if (alone := _ALONE.search(text)) and not sentence.negates(*alone.span()):
        yield Mention("team_size", 1)
    elif _ASKED_TEAM.search(sentence.question) and (answer := _NUMBER_ALONE.match(text)):
        yield from _size("team_size", answer, sentence, 1.0)


def _is_one_of_several(match: re.Match[str], matches: list[re.Match[str]]) -> bool:
    """Whether "12 reps and 4 agents" are counted: neither of them is the size of the team."""
    if match["number"] == "1" and match[0].endswith("of us"):
        return True
    text = match.string
    gaps = [
        text[first.end() : second.start("number")]
        for first, second in pairwise(matches)
        if match in (first, second)
    ]
    return any(_LISTED.fullmatch(gap) for gap in gaps)


def _counts_events(text: str, end: int) -> bool:
    """Whether they are not a team: "200 people a day" call, "thirty people in the meeting"."""
    return _COUNTED_ELSEWHERE.match(text, end) is not None


def _volumes(sentence: Sentence) -> Iterator[Mention]:
    text = sentence.numerals
    for pattern in _VOLUME:
        match = None
        for match in pattern.finditer(text):
            yield from _size("monthly_volume", match, sentence, _factor(match))
        if match:
            return
    asked = _ASKED_VOLUME.search(sentence.question)
    if not asked:
        return
    if match := _VOLUME_ALONE.search(text):
        yield from _size("monthly_volume", match, sentence, _factor(match))
    elif match := _NUMBER_ALONE.match(text):
        period = _ASKED_PERIOD.search(asked[0])
        if period:
            yield from _size("monthly_volume", match, sentence, _A_MONTH[period[1].lower()])


def _factor(match: re.Match[str]) -> float:
    return _A_MONTH[(match["period"] or match["adverb"]).lower()]


def _size(
    signal: str, match: re.Match[str], sentence: Sentence, factor: float
) -> Iterator[Mention]:
    number = float(match["number"]) * factor
    if 0 < number < _INT32 and (value := round(number)):
        # The words before the number within the match belong to it: "we are not", "no longer".
        negated = sentence.negates(match.start("number"), match.end())
        yield Mention(signal, value, negated=negated)
