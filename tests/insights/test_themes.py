"""Remarks about the same thing are one theme; the same remarks give the same themes."""

import random

from voice_analytics.insights.remarks import Remark
from voice_analytics.insights.themes import find_themes

PRICE = ["It is too expensive for us", "That price is too expensive", "Far too expensive, sorry"]
LANGUAGE = ["We need Spanish support", "I'd like support in Spanish", "We need it in Spanish too"]


def of(kind: str, texts: list[str], calls: int = 100) -> list[Remark]:
    return [
        Remark(kind, text, f"{kind} {number % calls}")  # type: ignore[arg-type]
        for number, text in enumerate(texts)
    ]


def test_remarks_about_one_thing_are_one_theme() -> None:
    themes = find_themes(of("objection", PRICE) + of("wish", LANGUAGE))
    assert [(theme.kind, theme.calls, theme.remarks) for theme in themes] == [
        ("objection", 3, 3),
        ("wish", 3, 3),
    ]
    assert "expensive" in themes[0].name
    assert "spanish" in themes[1].name
    assert set(themes[0].examples) <= set(PRICE)


def test_themes_do_not_depend_on_the_order_of_remarks() -> None:
    rng = random.Random(7)
    remarks = of("objection", PRICE * 4) + of("wish", LANGUAGE * 3 + ["A dark mode, please"])
    expected = find_themes(remarks, fewest_calls=1)
    for _ in range(5):
        rng.shuffle(remarks)
        assert find_themes(remarks, fewest_calls=1) == expected


def test_calls_are_counted_once_and_rare_themes_left_out() -> None:
    remarks = of("wish", ["We need Spanish support"] * 5, calls=1)
    assert find_themes(remarks) == []
    (theme,) = find_themes(remarks, fewest_calls=1)
    assert (theme.calls, theme.remarks) == (1, 5)


def test_the_most_frequent_theme_of_a_kind_comes_first() -> None:
    remarks = of("wish", ["We need a mobile app"] * 2 + ["We need Spanish support"] * 3)
    assert [theme.calls for theme in find_themes(remarks)] == [3, 2]


def test_texts_without_a_telling_word_are_themes_of_their_own() -> None:
    remarks = of("wish", ["I want it", "We need this", "12 34 56"])
    assert len(find_themes(remarks, fewest_calls=1)) == 3


def test_a_function_of_ones_own_names_themes() -> None:
    seen: list[list[str]] = []

    def name(examples: object) -> str:
        seen.append(list(examples))  # type: ignore[call-overload]
        return "Price"

    (theme,) = find_themes(of("objection", PRICE), name=name)
    assert theme.name == "Price"
    assert seen == [theme.examples]


def test_nothing_said_gives_no_themes() -> None:
    assert find_themes([]) == []
