"""The cost model: sums, bounds, and what each change saves."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.operate.account import STACK, Account
from tests.operate.healthy import make_healthy
from tests.operate.test_commands import TARGET, run
from voice_analytics.errors import UserError
from voice_analytics.operate.cost_actual import actual_cost
from voice_analytics.operate.cost_model import Traffic, best_changes, items, path_usd, total_usd
from voice_analytics.operate.prices import read_prices

WEST = read_prices("us-west-1")
RATES = st.floats(min_value=1, max_value=1e9)


def usd(traffic: Traffic) -> dict[str, float]:
    return {item.name: item.usd for item in items(traffic, WEST)}


def test_log_ingestion_is_bytes_times_price() -> None:
    bill = usd(Traffic(1_000_000, line_bytes=10_000))
    assert bill["CloudWatch Logs, ingestion"] == pytest.approx(300 * 0.67)


def test_a_record_is_billed_by_five_kibibytes_begun() -> None:
    alone = usd(Traffic(1_000))  # a call a record, some 2.4 kB
    assert alone["Firehose, ingestion"] == pytest.approx(30_000 * 5_120 / 1e9 * 0.029)


def test_log_ingestion_is_most_of_the_bill_at_any_size() -> None:
    for calls in (100_000, 10_000_000, 1_000_000_000):
        bill = usd(Traffic(calls, queries_per_day=0))
        assert bill["CloudWatch Logs, ingestion"] > 0.6 * sum(bill.values())


def test_the_direct_sink_pays_for_a_record_and_a_short_line_a_call() -> None:
    bill = usd(Traffic(1_000_000, sink="firehose"))
    assert bill["CloudWatch Logs, ingestion"] == pytest.approx(30 * 172 / 1000 * 0.67)
    assert bill["Firehose, ingestion"] == pytest.approx(30e6 * 5_120 / 1e9 * 0.029)


@pytest.mark.parametrize("region", ["us-east-1", "us-west-1", "eu-central-1"])
def test_at_ten_calls_a_second_a_million_cost_half_a_dollar_by_the_direct_sink(region: str) -> None:
    direct = Traffic(864_000, sink="firehose")
    assert path_usd(direct, read_prices(region)) / direct.calls_per_month * 1e6 < 0.5


@given(RATES)
def test_more_calls_never_cost_less(calls: float) -> None:
    assert total_usd(Traffic(calls * 1.5), WEST) >= total_usd(Traffic(calls), WEST)


@given(RATES)
def test_changes_save_what_they_say_largest_first(calls: float) -> None:
    changes = best_changes(Traffic(calls), WEST)
    saved = [change.usd for change in changes]
    assert saved == sorted(saved, reverse=True)
    assert all(0 < each <= total_usd(Traffic(calls), WEST) for each in saved)


def test_straight_into_the_stream_is_the_largest_saving_of_a_busy_agent() -> None:
    traffic = Traffic(1_000_000)
    assert best_changes(traffic, WEST)[0].name.startswith("put the event straight")
    assert total_usd(replace(traffic, sink="firehose"), WEST) < total_usd(traffic, WEST) / 3


def test_prices_that_are_not_established_are_said_to_be_assumed() -> None:
    assert "firehose_ingestion_gb" in WEST.assumed
    assert "logs_ingestion_gb" not in WEST.assumed
    assert read_prices("us-east-1").assumed == ()


def test_prices_of_ones_own_replace_the_table(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text("[us-west-1]\nlogs_ingestion_gb = 1.25\n")
    assert read_prices("us-west-1", own)["logs_ingestion_gb"] == 1.25
    assert read_prices("us-west-1", own)["athena_tb"] == 5.0


@pytest.mark.parametrize(
    "text", ["[x", "a = 1", '[us-west-1]\nathena_tb = "x"', "[us-west-1]\na=-1"]
)
def test_a_price_table_that_is_not_one_is_refused(tmp_path: Path, text: str) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(text)
    with pytest.raises(UserError):
        read_prices("us-west-1", own)


def test_the_actual_cost_is_bounded_by_bytes_and_records(account: Account) -> None:
    sums = {
        "stream_bytes": 1e9,
        "records": 1e6,
        "logged_bytes": 10e9,
        "calls": 1e6,
        "athena_bytes": 1e9,
    }
    halves = [{"Id": name, "Values": [value / 2] * 2} for name, value in sums.items()]
    account.answer("cloudwatch", "GetMetricData", {"MetricDataResults": halves})
    make_healthy(account)
    cost = actual_cost(account.stack, WEST, 7)
    assert cost["Athena"] == pytest.approx(6.75 / 1000, abs=1e-4)
    assert cost["Alarms"] == pytest.approx(3 * 0.10 * 7 / 30, abs=1e-4)
    assert cost["CloudWatch Logs, ingestion (all lines)"] == pytest.approx(6.7)
    assert cost["Firehose, at least"] == pytest.approx(0.047)
    assert cost["Firehose, at most"] == pytest.approx((1 + 5.12) * 0.047, abs=1e-3)
    assert cost["USD a million calls"] == pytest.approx(cost["total, at most"], abs=0.01)


def test_the_command_prints_the_bill(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "cost", "estimate", "--calls-per-day", "1000", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["USD a million calls"] > 0
    assert len(printed["changes"]) <= 3


def test_the_command_prints_what_it_has_cost(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert account.stack.bucket
    assert run(monkeypatch, "cost", "actual", *TARGET, "--json") == 0
    assert json.loads(capsys.readouterr().out)["calls"] == 0


def test_the_bill_of_cost_explorer_stands_beside_it(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = [{"Keys": ["Amazon Athena"], "Metrics": {"UnblendedCost": {"Amount": "0.25"}}}]
    asked: list[str] = []

    def answer(params: dict[str, Any], **_: object) -> dict[str, Any]:
        asked.append(params["body"])
        return {"ResultsByTime": [{"Groups": groups}, {"Groups": groups}]}

    account.answer_by("ce", "GetCostAndUsage", answer)
    monkeypatch.setattr(
        "voice_analytics.cli.operate.stack_options.find_stack", lambda *_: account.stack
    )
    assert run(monkeypatch, "cost", "actual", *TARGET, "--json", "--bill") == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["billed, USD"] == {"Amazon Athena": 0.5}
    assert "$0.01" in printed.err
    tag = {"Key": "aws:cloudformation:stack-name", "Values": [STACK]}
    assert json.loads(asked[0])["Filter"] == {"Tags": tag}
