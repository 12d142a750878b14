"""What is not understood is not zero.

A count or a sum is told only where every part of it was understood, and then it is right.
"""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.rows import row

WORDS = st.text(st.sampled_from("ab "), max_size=8)
OTHER = st.integers() | st.booleans() | WORDS | st.lists(st.integers(), max_size=2)
USERS, AGENTS = ("user", "Human", "CALLER"), ("assistant", "agent", "Bot")
TURNS = st.fixed_dictionaries(
    {"role": st.sampled_from([*USERS, *AGENTS]), "content": WORDS | st.lists(WORDS, max_size=2)}
)
OF_NO_ROLE = st.fixed_dictionaries({"role": st.sampled_from(["narrator", "?"]), "content": WORDS})
OF_NO_WORDS = st.fixed_dictionaries(
    {"role": st.sampled_from(USERS + AGENTS)},
    optional={"utterance": st.just("x"), "content": st.just({"x": 1}) | st.just([5])},
).filter(lambda turn: len(turn) > 1)


def words(turns: list[Any], roles: tuple[str, ...]) -> int:
    contents = [turn["content"] for turn in turns if turn["role"] in roles]
    texts = ["\n".join(text) if isinstance(text, list) else text for text in contents]
    return len(" ".join(texts).split())


@given(
    st.lists(
        st.tuples(st.just("turn"), TURNS)
        | st.tuples(st.just("element"), OTHER)
        | st.tuples(st.just("role"), OF_NO_ROLE)
        | st.tuples(st.just("words"), OF_NO_WORDS),
        max_size=4,
    )
)
def test_counts_of_a_transcript(parts: list[tuple[str, Any]]) -> None:
    kinds, turns = {kind for kind, _ in parts}, [turn for _, turn in parts]
    got = row(transcript=turns)
    expected: dict[str, int] = {}
    if "element" not in kinds:
        expected["turn_count"] = len(turns)
        if "role" not in kinds:
            expected["user_turn_count"] = sum(turn["role"] in USERS for turn in turns)
            expected["agent_turn_count"] = sum(turn["role"] in AGENTS for turn in turns)
            expected["interruption_count"] = 0
            if "words" not in kinds:
                expected["user_word_count"] = words(turns, USERS)
                expected["agent_word_count"] = words(turns, AGENTS)
    columns = ("turn_count", "user_turn_count", "agent_turn_count", "interruption_count",
        "user_word_count", "agent_word_count")  # fmt: skip
    assert {name: got[name] for name in columns if name in got} == expected
    assert bool(got.get("contract_violations")) == bool(kinds - {"turn"})


CALLS = st.fixed_dictionaries({"tool": WORDS}, optional={"success": st.booleans()})
UNCLEAR_CALLS = st.fixed_dictionaries({"tool": WORDS, "success": st.just("perhaps")})


@given(
    st.lists(
        st.tuples(st.just("call"), CALLS)
        | st.tuples(st.just("element"), st.integers() | WORDS.filter(bool))
        | st.tuples(st.just("outcome"), UNCLEAR_CALLS | st.just({"x": 1})),
        max_size=4,
    )
)
def test_counts_of_tool_calls(parts: list[tuple[str, Any]]) -> None:
    kinds, calls = {kind for kind, _ in parts}, [call for _, call in parts]
    got = row(tool_calls=calls)
    expected = {}
    if "element" not in kinds:
        expected["tool_call_count"] = len(calls)
        if "outcome" not in kinds:
            expected["tool_error_count"] = sum(call.get("success") is False for call in calls)
    columns = ("tool_call_count", "tool_error_count")
    assert {name: got[name] for name in columns if name in got} == expected


TOKENS = st.integers(0, 1_000)
UNCLEAR_NUMBERS = st.sampled_from(["many", -1, True, [], 1.5])


@given(
    st.lists(TOKENS | UNCLEAR_NUMBERS.map(lambda value: (value,)), max_size=4),
    st.lists(TOKENS | UNCLEAR_NUMBERS.map(lambda value: (value,)), max_size=4),
)
def test_sums_of_usage_and_costs(tokens: list[Any], costs: list[Any]) -> None:
    usage = [
        {"type": "llm_usage", "input_tokens": each[0] if isinstance(each, tuple) else each}
        for each in tokens
    ]
    summary = {
        f"p{number}_cost": each[0] if isinstance(each, tuple) and each[0] != 1.5 else each
        for number, each in enumerate(costs)
        if not isinstance(each, tuple) or each[0] != 1.5
    }
    got = row(usage=usage, cost_summary=summary)
    understood = not any(isinstance(each, tuple) for each in tokens)
    assert got.get("llm_input_tokens") == (sum(tokens) if understood and tokens else None)
    clear = not any(
        not isinstance(each, int) or each is True or each < 0 for each in summary.values()
    )
    total = sum(summary.values()) if clear and summary else None
    assert got.get("cost_total_usd") == total
