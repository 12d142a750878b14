"""What callers say about themselves, found in their own words at the end of a call.

Only what the caller said counts: the agent's last question tells at most what a bare number
answers. A question states nothing, a negation takes back, and what was said later wins. Each
signal comes with the sentence that it was found in. Rules, not a model: they miss much, and what
they find can be read beside its evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from voice_analytics_agent.signals.business import business_signals
from voice_analytics_agent.signals.mention import Mention
from voice_analytics_agent.signals.sentences import Sentence, sentences
from voice_analytics_agent.signals.sizes import size_signals
from voice_analytics_agent.signals.systems import system_signals
from voice_analytics_agent.signals.timing import timing_signals

_FINDERS = (size_signals, system_signals, timing_signals, business_signals)
_LISTS = frozenset({"integration_needs", "pain_points"})
_MAX_VALUES = 20  # of a list
_MAX_CHARACTERS = 20_000  # of a turn: nobody speaks longer, and the rules take time by length
_MAX_QUESTION = 300  # characters of the end of what the agent said
_MAX_EVIDENCE = 300  # characters of a sentence

Signals = dict[str, Any]
Evidence = dict[str, str]


def discover(turns: Iterable[dict[str, Any]]) -> tuple[Signals, Evidence]:
    """The signals in the caller's turns, and for each the words that it was found in."""
    lists: dict[str, dict[str, str]] = {}
    single: dict[str, tuple[Any, str]] = {}
    question = ""
    for turn in turns:
        content = turn.get("content")
        if not isinstance(content, str):
            continue
        if turn.get("role") != "user":
            question = content[-_MAX_QUESTION:] if turn.get("role") == "assistant" else question
            continue
        for sentence in sentences(content[:_MAX_CHARACTERS], question):
            for finding in _found_in(sentence):
                words = sentence.text[:_MAX_EVIDENCE]
                if finding.signal in _LISTS:
                    _keep_in_list(lists.setdefault(finding.signal, {}), finding, words)
                else:
                    _keep(single, finding, words)
        question = ""
    signals: Signals = {name: value for name, (value, _) in single.items()}
    evidence: Evidence = {name: words for name, (_, words) in single.items()}
    for name, values in lists.items():
        if values:
            signals[name] = list(values)
            evidence[name] = " / ".join(dict.fromkeys(values.values()))
    return signals, evidence


def _found_in(sentence: Sentence) -> Iterable[Mention]:
    for finder in _FINDERS:
        yield from finder(sentence)


def _keep(single: dict[str, tuple[Any, str]], finding: Mention, words: str) -> None:
    if finding.negated:
        if single.get(finding.signal, (None,))[0] == finding.value:
            del single[finding.signal]
    elif not (finding.first_wins and finding.signal in single and not finding.corrects):
        single[finding.signal] = (finding.value, words)


def _keep_in_list(values: dict[str, str], finding: Mention, words: str) -> None:
    if finding.negated:
        values.pop(finding.value, None)
    elif finding.value not in values and len(values) < _MAX_VALUES:
        values[finding.value] = words
