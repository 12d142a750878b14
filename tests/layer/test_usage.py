"""One set of columns for usage and costs, whichever of their shapes came."""

from typing import Any

import pytest

from tests.rows import row

LLM = {
    "type": "llm_usage",
    "provider": "openai",
    "model": "gpt",
    "input_tokens": 10,
    "input_cached_tokens": 4,
    "output_tokens": 5,
}
TTS = {"type": "tts_usage", "provider": "cartesia", "characters_count": 100, "audio_duration": 7.5}
STT = {"type": "stt_usage", "provider": "deepgram", "audio_duration": 60.5}
SUMMED = {
    "llm_input_tokens": 20,
    "llm_cached_input_tokens": 8,
    "llm_output_tokens": 10,
    "llm_total_tokens": 30,
    "tts_characters": 100,
    "tts_audio_seconds": 7.5,
    "stt_audio_seconds": 60.5,
}
USAGE_COLUMNS = [*SUMMED, "llm_call_count", "avg_latency_ms"]


def sums(got: dict[str, Any]) -> dict[str, Any]:
    return {column: got[column] for column in USAGE_COLUMNS if column in got}


@pytest.mark.parametrize(
    ("metrics", "expected", "extras"),
    [
        ({}, {}, {}),
        (
            {"total_metrics": 0, "metrics": {}},
            {},
            {"/metrics_summary/total_metrics": 0, "/metrics_summary/metrics": {}},
        ),
        (
            {
                "llm_tokens": 30,
                "stt_audio_seconds": 1.5,
                "tts_characters": 7,
                "avg_latency_ms": 800,
            },
            {
                "llm_total_tokens": 30,
                "stt_audio_seconds": 1.5,
                "tts_characters": 7,
                "avg_latency_ms": 800.0,
            },
            {},
        ),
        (
            {"total_llm_calls": 3, "total_stt_duration": 2, "total_tts_duration": 4.5},
            {"llm_call_count": 3, "stt_audio_seconds": 2.0, "tts_audio_seconds": 4.5},
            {},
        ),
        (
            {
                "llm_prompt_tokens": 20,
                "llm_prompt_cached_tokens": 8,
                "llm_completion_tokens": 10,
                "tts_characters_count": 100,
                "tts_audio_duration": 7.5,
                "stt_audio_duration": 60.5,
            },
            SUMMED,
            {},
        ),
        (
            {"tts_characters": 7, "tts_characters_count": 8},
            {"tts_characters": 7},
            {"/metrics_summary/tts_characters_count": 8},
        ),
        ({"tts_characters": 7, "tts_characters_count": 7}, {"tts_characters": 7}, {}),
    ],
)
def test_every_shape_of_the_summary_is_read(
    metrics: dict[str, Any], expected: dict[str, Any], extras: dict[str, Any]
) -> None:
    got = row(metrics_summary=metrics)
    assert (sums(got), got["extras"]) == (expected, extras)


@pytest.mark.parametrize(
    "fields",
    [
        {"usage": [LLM, TTS, STT, LLM]},
        {"model_usage": [LLM, TTS, STT, LLM]},
        {"usage": {"model_usage": [LLM, TTS, STT, LLM]}},
        {"metrics_summary": [LLM, TTS, STT, LLM]},
        {"metrics_summary": {"model_usage": [LLM, TTS, STT, LLM]}},
    ],
)
def test_usage_by_model_is_summed_wherever_it_stands(fields: dict[str, Any]) -> None:
    got = row(**fields)
    assert sums(got) == SUMMED
    assert got["model_usage"][0] == {
        "type": "llm_usage",
        "provider": "openai",
        "model": "gpt",
        "input_tokens": 10,
        "cached_input_tokens": 4,
        "output_tokens": 5,
    }
    assert got["extras"] == {}


def test_sums_that_were_sent_win_over_those_of_the_models() -> None:
    got = row(usage=[LLM], metrics_summary={"llm_prompt_tokens": 99})
    assert (got["llm_input_tokens"], got["llm_output_tokens"], got["llm_total_tokens"]) == (
        99,
        5,
        104,
    )


def test_a_second_list_of_usage_is_kept_where_it_says_something_else() -> None:
    assert row(model_usage=[LLM], usage=[LLM])["extras"] == {}
    assert row(model_usage=[LLM], usage=[TTS])["extras"] == {"/usage": [TTS]}


@pytest.mark.parametrize(
    ("usage", "kind"),
    [
        ({"characters_count": 1, "audio_duration": 2.0}, "tts_usage"),
        ({"audio_duration": 2.0, "input_tokens": 1}, "stt_usage"),
        ({"input_tokens": 1}, "llm_usage"),
        ({"output_tokens": 1}, "llm_usage"),
        ({"total_requests": 1}, None),
        ({"type": "eot_usage", "total_requests": 1}, "eot_usage"),
    ],
)
def test_a_missing_type_is_worked_out_from_the_keys(
    usage: dict[str, Any], kind: str | None
) -> None:
    assert row(usage=[usage])["model_usage"][0].get("type") == kind


def test_a_sum_that_no_column_can_hold_is_null_and_noted() -> None:
    got = row(usage=[LLM | {"input_tokens": 2**62}] * 2)
    assert "llm_input_tokens" not in got
    assert [violation["expected"] for violation in got["contract_violations"]] == [
        "a sum that its column can hold"
    ]
    got = row(cost_summary={"a_cost": 1e308, "b_cost": 1e308})
    assert "cost_total_usd" not in got
    assert got["contract_violations"][0]["path"] == "/cost_summary"


def test_each_provider_and_unit_is_an_entry_and_the_cost_stands_on_the_first() -> None:
    summary = {
        "eleven_labs_characters": 900,
        "openai_cost": 0.02,
        "openai_tokens": 140,
        "eleven_labs_cost": 0.5,
        "eleven_labs_minutes": 1.5,
        "unleash_searches": 3,
        "twilio_cost": 0.01,
        "deepgram_minutes": None,
    }
    got = row(cost_summary=summary)
    assert got["costs"] == [
        {"provider": "eleven_labs", "cost_usd": 0.5, "quantity": 900.0, "unit": "characters"},
        {"provider": "eleven_labs", "quantity": 1.5, "unit": "minutes"},
        {"provider": "openai", "cost_usd": 0.02, "quantity": 140.0, "unit": "tokens"},
        {"provider": "unleash", "quantity": 3.0, "unit": "searches"},
        {"provider": "twilio", "cost_usd": 0.01},
    ]
    assert got["cost_total_usd"] == pytest.approx(0.53)


def test_the_total_as_sent_wins_and_is_not_a_provider() -> None:
    got = row(cost_summary={"openai_cost": 0.02, "total_estimated_cost": 0.5})
    assert (got["cost_total_usd"], [cost["provider"] for cost in got["costs"]]) == (0.5, ["openai"])


def test_a_key_that_names_no_provider_is_kept() -> None:
    got = row(cost_summary={"_cost": 2, "cost": 3, "openai_": 4})
    assert got["extras"] == {
        f"/cost_summary/{key}": value for key, value in (("_cost", 2), ("cost", 3), ("openai_", 4))
    }
    assert "costs" not in got


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"model_usage": [None, LLM | {"x": 1}]}, "/model_usage/1/x"),
        ({"usage": [None, LLM | {"x": 1}]}, "/usage/1/x"),
        ({"usage": {"model_usage": [None, LLM | {"x": 1}]}}, "/usage/model_usage/1/x"),
        ({"usage": {"model_usage": [LLM], "x": 1}}, "/usage/x"),
        ({"metrics_summary": [None, LLM | {"x": 1}]}, "/metrics_summary/1/x"),
        (
            {"metrics_summary": {"model_usage": [None, LLM | {"x": 1}]}},
            "/metrics_summary/model_usage/1/x",
        ),
    ],
)
def test_unknown_usage_is_kept_where_it_stood(fields: dict[str, Any], path: str) -> None:
    assert row(**fields)["extras"] == {path: 1}


def test_all_of_a_usage_has_its_field() -> None:
    usage = {
        "type": "llm_usage",
        "provider": "openai",
        "model": "gpt",
        "input_tokens": 1,
        "input_cached_tokens": 2,
        "output_tokens": 3,
        "characters_count": 4,
        "audio_duration": 5.5,
        "session_duration": 6.5,
        "total_requests": 7,
    }
    assert list(row(usage=[usage])["model_usage"][0].values()) == list(usage.values())
    assert row(usage=[{"provider": "", "model": "", "total_requests": 0}])["model_usage"] == [
        {"requests": 0}
    ]


def test_the_first_of_three_lists_of_usage_wins_and_each_that_differs_is_kept() -> None:
    metrics = {"model_usage": [TTS]}
    got = row(model_usage=[LLM], usage=[LLM], metrics_summary=metrics)
    assert got["extras"] == {"/metrics_summary/model_usage": [TTS]}
    got = row(model_usage=[], usage=[STT], metrics_summary=metrics)
    assert [usage["type"] for usage in got["model_usage"]] == ["stt_usage"]
    assert got["extras"] == {"/metrics_summary/model_usage": [TTS]}


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ([LLM, {"total_requests": 1}], {}),
        ([{"type": "llm_usage"}], {}),
        ([{"input_tokens": 0}], {"llm_input_tokens": 0, "llm_total_tokens": 0}),
        ([{"output_tokens": 5}], {"llm_output_tokens": 5, "llm_total_tokens": 5}),
        (
            [LLM | {"total_requests": "x"}],
            {
                "llm_input_tokens": 10,
                "llm_cached_input_tokens": 4,
                "llm_output_tokens": 5,
                "llm_total_tokens": 15,
            },
        ),
        ([TTS | {"characters_count": "x"}], {"tts_audio_seconds": 7.5}),
        (
            [{"input_tokens": 2**62}, {"input_tokens": 2**62 - 1}],
            {"llm_input_tokens": 2**63 - 1, "llm_total_tokens": 2**63 - 1},
        ),
    ],
)
def test_a_sum_is_that_of_the_values_that_are_understood_and_there(
    usage: list[dict[str, Any]], expected: dict[str, Any]
) -> None:
    assert sums(row(usage=usage)) == expected


def test_a_wrong_value_elsewhere_costs_no_sum() -> None:
    assert sums(row(usage=[LLM, TTS, STT, LLM], duration_ms="x")) == SUMMED


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"usage": [{"input_tokens": 2**62}] * 2}, "/usage"),
        ({"usage": [{"input_tokens": 2**62, "output_tokens": 2**62}]}, "/usage"),
        (
            {"metrics_summary": {"llm_prompt_tokens": 2**62, "llm_completion_tokens": 2**62}},
            "/metrics_summary",
        ),
        ({"usage": [{"type": "tts_usage", "audio_duration": 1e308}] * 2}, "/usage"),
    ],
)
def test_a_sum_too_large_is_noted_where_its_values_stand(fields: dict[str, Any], path: str) -> None:
    assert [each["path"] for each in row(**fields)["contract_violations"]] == [path]


@pytest.mark.parametrize(
    ("summary", "total", "kept"),
    [
        ({"a_cost": 1, "a_cost_usd": 2}, 1, {"a_cost_usd"}),
        ({"a": 1, "a_usd": 1, "a_cost": 3}, 1, {"a_cost"}),
        ({"a": 1, "total_usd": 2}, 1, {"total_usd"}),
        ({"a": 1, "usd": 2, "cost_usd": 3}, 1, {"usd", "cost_usd"}),
        ({"a": 1, "total": None}, 1, set()),
        ({"total": 2, "total_cost": 2, "total_cost_usd": 3}, 2, {"total_cost_usd"}),
        ({"total_cost": 0, "a": 1}, 0, set()),
        ({"a_tokens": 5}, None, set()),
    ],
)
def test_of_two_costs_of_one_name_the_first_is_taken_and_the_other_kept(
    summary: dict[str, Any], total: float | None, kept: set[str]
) -> None:
    got = row(cost_summary=summary)
    assert got.get("cost_total_usd") == total
    assert got["extras"] == {f"/cost_summary/{key}": summary[key] for key in kept}


@pytest.mark.parametrize(
    ("wrong", "total"),
    [({"b_cost": "x"}, None), ({"total": "x"}, None), ({"b_tokens": "x"}, 0.5)],
)
def test_the_total_is_unknown_where_a_cost_is_and_not_where_a_quantity_is(
    wrong: dict[str, Any], total: float | None
) -> None:
    assert row(cost_summary={"a_cost": 0.5} | wrong).get("cost_total_usd") == total
