"""Remarks about the same thing, put together: TF-IDF and agglomerative clustering.

Deterministic, and without a network. The names of themes are their most telling words; a function
of your own, such as one that asks a hosted model, may give better ones: see `find_themes`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

from voice_analytics.insights.remarks import KINDS, Kind, Remark

# A function of a theme's examples that returns its name.
type NameTheme = Callable[[Sequence[str]], str]

_FARTHEST = 0.75  # cosine distance within a theme, on average
_MOST_TEXTS = 3_000  # of a kind: the distances of all pairs are in memory, 8 bytes each
_EXAMPLES = 3
_NAME_WORDS = 3
_STOP_WORDS = ENGLISH_STOP_WORDS | {
    *("like", "need", "want", "wish", "love", "hope", "really", "just", "know", "think", "thing"),
    *("does", "did", "don", "doesn", "won", "ll", "ve", "re", "yes", "yeah", "okay", "ok", "um"),
    *("say", "said", "tell", "maybe", "actually", "going", "great", "good", "nice", "looking"),
}
_WORD = re.compile(r"[^\W\d_]{2,}")
_ENDINGS = re.compile(r"(?:ing|ings|ed|es|s|ly|ion|ions|ation|ations)$")
_SHORTEST_STEM = 3


class Theme(NamedTuple):
    """Remarks of one kind about one thing."""

    kind: Kind
    name: str
    calls: int
    remarks: int
    examples: list[str]  # the most typical first


def find_themes(
    remarks: Iterable[Remark], *, fewest_calls: int = 2, name: NameTheme | None = None
) -> list[Theme]:
    """The themes that come up in so many calls at least, by kind, the most frequent first.

    `name` is given the examples of a theme and returns its name. Nothing leaves this machine unless
    that function sends it.
    """
    by_kind: dict[Kind, list[Remark]] = {kind: [] for kind in KINDS}
    for remark in remarks:
        by_kind[remark.kind].append(remark)
    return [
        theme
        for kind in KINDS
        for theme in _of_kind(kind, by_kind[kind], name)
        if theme.calls >= fewest_calls
    ]


def _of_kind(kind: Kind, remarks: list[Remark], name: NameTheme | None) -> list[Theme]:
    counts = Counter(_normalised(remark.text) for remark in remarks)
    # By frequency, then text: the same remarks give the same themes, in whatever order they came.
    texts = sorted(counts, key=lambda text: (-counts[text], text))[:_MOST_TEXTS]
    labels, vectors = _clusters(texts)
    by_text: dict[str, list[Remark]] = {}
    for remark in remarks:
        by_text.setdefault(_normalised(remark.text), []).append(remark)
    themes = []
    for label in sorted(set(labels)):
        members = [index for index, each in enumerate(labels) if each == label]
        theme_remarks = [remark for index in members for remark in by_text[texts[index]]]
        typical = _typical(members, vectors)
        examples = [min(each.text for each in by_text[texts[index]]) for index in typical]
        examples = examples[:_EXAMPLES]
        themes.append(
            Theme(
                kind,
                name(examples) if name else _telling_words([texts[index] for index in members]),
                len({remark.session_id for remark in theme_remarks}),
                len(theme_remarks),
                examples,
            )
        )
    return sorted(themes, key=lambda theme: (-theme.calls, -theme.remarks, theme.name))


def _normalised(text: str) -> str:
    return " ".join(text.lower().rstrip(".?! ").split())


def _clusters(texts: Sequence[str]) -> tuple[list[int], Any]:
    """The number of each text's theme, and the texts' vectors. Texts without a word are alone."""
    vectorizer = TfidfVectorizer(analyzer=_stems, sublinear_tf=True)
    try:
        vectors = vectorizer.fit_transform(texts).toarray()
    except ValueError:  # no text has a word that tells anything
        return list(range(len(texts))), np.zeros((len(texts), 1))
    empty = ~vectors.any(axis=1)
    labels = np.full(len(texts), -1)
    if (~empty).sum() > 1:
        clustering = AgglomerativeClustering(
            n_clusters=None, distance_threshold=_FARTHEST, metric="cosine", linkage="average"
        )
        labels[~empty] = clustering.fit_predict(vectors[~empty])
    alone = labels < 0
    labels[alone] = labels.max() + 1 + np.arange(alone.sum())
    return labels.tolist(), vectors


def _stems(text: str) -> list[str]:
    """The words that tell what a text is about, without their endings."""
    return [_stem(word) for word in _telling(text)]


def _telling(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word not in _STOP_WORDS]


def _stem(word: str) -> str:
    stem = _ENDINGS.sub("", word)
    return stem if len(stem) >= _SHORTEST_STEM else word


def _typical(members: Sequence[int], vectors: Any) -> list[int]:
    """The members, those nearest to the middle of the theme first."""
    middle = vectors[members].mean(axis=0)
    nearness = vectors[members] @ middle
    order = sorted(
        range(len(members)), key=lambda index: (-round(float(nearness[index]), 9), index)
    )
    return [members[index] for index in order]


def _telling_words(texts: Sequence[str]) -> str:
    """The words that most of a theme's texts have, one for each stem."""
    words: dict[str, Counter[str]] = {}
    for text in texts:
        for word in dict.fromkeys(_telling(text)):
            words.setdefault(_stem(word), Counter())[word] += 1
    frequent = sorted(words.items(), key=lambda item: (-item[1].total(), item[0]))[:_NAME_WORDS]
    named = [min(forms, key=lambda form: (-forms[form], form)) for _, forms in frequent]
    return ", ".join(named) or texts[0]
