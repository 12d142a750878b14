"""How urgent it is for the caller, and when a decision is due."""

from __future__ import annotations

from collections.abc import Iterator

from voice_analytics_agent.signals.mention import Mention
from voice_analytics_agent.signals.patterns import any_of, words
from voice_analytics_agent.signals.sentences import Sentence

_DAYS = any_of("today", "tonight", "tomorrow", "(?:mon|tues|wednes|thurs|fri|satur|sun)day")
_HIGH = words(
    "asap",
    "as soon as possible",
    "urgent(?:ly)?",
    "urgency",
    "right away",
    "immediately",
    "straight away",
    "this week",
    rf"by {_DAYS}",
    "by the end of (?:the|this) week",
    "time[- ]sensitive",
    "emergency",
    "can't wait",
    "cannot wait",
)
_LOW = words(
    "no (?:rush|hurry|urgency|deadline|pressure)",
    "not in (?:a|any) (?:rush|hurry)",
    "just (?:looking|browsing|exploring|curious)",
    "take (?:our|my) time",
    "some ?time next year",
    "eventually",
    "down the road",
)
_MEDIUM = words(
    "this month",
    "next month",
    "this quarter",
    r"(?:in|within) (?:the next )?(?:a few|a couple of|\d) weeks",
    "soon",
)
_MONTHS = any_of(
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_PERIODS = any_of(
    rf"(?:the )?(?:end|beginning|middle|start) of (?:the |this |next )?"
    rf"(?:day|week|month|quarter|year|{_MONTHS})",
    rf"(?:early |mid |late )?{_MONTHS}\b(?: \d{{4}})?",
    "(?:this|next) (?:week|month|quarter|year|spring|summer|fall|autumn|winter)",
    "christmas",
    "year[- ]end",
    r"q[1-4]\b(?: \d{4})?",
    "(?:the )?(?:first|second|third|fourth) quarter",
)
_SPANS = any_of("days?", "weeks?", "months?", "quarters?", "years?")
_COUNTS = r"(?:a few|a couple of|a|one|\d+)(?: to \d+| or \d+)?"
_TIMELINE = words(
    rf"(?:by|before|until) (?:{_PERIODS}|{_DAYS})",
    rf"(?:within|in) (?:the next |about |around )?{_COUNTS} {_SPANS}",
    rf"(?:in |during |at )?{_PERIODS}",
)
_DECIDES = words(
    r"decid\w*",
    "decision",
    "deadline",
    "(?:be|go|going) live",
    r"launch\w*",
    r"start\w*",
    "roll(?:ing)? ?out",
    r"implement\w*",
    r"sign\w*",
    r"buy\w*",
    r"purchas\w*",
    r"switch\w*",
    r"migrat\w*",
    "up and running",
    "in place",
    "ready",
    "timeline",
    "set ?up",
    "looking to",
    "(?:want|need|have) to (?:be|have|get)",
    "need (?:it|this|something|a (?:tool|system|solution))",
)


def timing_signals(sentence: Sentence) -> Iterator[Mention]:
    """`urgency` (high, medium, low) and `decision_timeline` (the caller's words)."""
    yield from _urgency(sentence)
    text = sentence.numerals
    if not _DECIDES.search(text):
        return
    for match in _TIMELINE.finditer(text):
        if not sentence.negates(*match.span()):
            yield Mention("decision_timeline", match[0].strip())


def _urgency(sentence: Sentence) -> Iterator[Mention]:
    text = sentence.numerals
    if _LOW.search(text):
        yield Mention("urgency", "low")
    elif match := _HIGH.search(text):
        low = sentence.negates(*match.span()) and "wait" not in match[0].lower()
        yield Mention("urgency", "low" if low else "high")
    elif (
        (match := _MEDIUM.search(text))
        and _DECIDES.search(text)
        and not sentence.negates(*match.span())
    ):
        yield Mention("urgency", "medium")
