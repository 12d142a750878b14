"""docs/costs.md: what the data path costs by traffic, from the price table and the model."""

from collections.abc import Iterator
from pathlib import Path

from voice_analytics.codegen.blocks import table, with_block
from voice_analytics.operate.cost_model import (
    Sink,
    Traffic,
    best_changes,
    items,
    path_usd,
    total_usd,
)
from voice_analytics.operate.prices import Prices, read_prices

DOCUMENT = Path("docs/costs.md")
REGION = "us-west-1"
REGIONS = ("us-east-1", REGION, "eu-central-1")
RATES = (0.01, 1, 10, 100, 1_000, 10_000)  # calls a second
_DAY = 86_400
_QUOTA_BYTES = 1024**2  # a second, of a stream in most regions


def document_with_tables(root: Path) -> str:
    """The document with its tables made anew."""
    text = (root / DOCUMENT).read_text(encoding="utf-8")
    prices = read_prices(REGION)
    blocks = {
        "bill": table(_heading(), _bill(prices)),
        "sinks": table(_sinks_heading(), _sinks()),
        "buffers": table(
            "BufferIntervalSeconds | a row after | 0.01/s | 0.1/s | 1/s | 10/s", _buffers()
        ),
        "changes": table("change | 1 call a second | 100 calls a second", _changes(prices)),
        "prices": table("price | USD | of", _prices(prices)),
    }
    for name, block in blocks.items():
        text = with_block(text, name, block)
    return text


def _heading() -> str:
    return " | ".join(["USD a month", *(f"{rate:,}/s" for rate in RATES)])


def _bill(prices: Prices) -> Iterator[list[str]]:
    traffics = [Traffic(rate * _DAY) for rate in RATES]
    bills = [items(traffic, prices) for traffic in traffics]
    for number, first in enumerate(bills[0]):
        yield [first.name, *(_usd(bill[number].usd) for bill in bills)]
    yield ["**total**", *(f"**{_usd(total_usd(each, prices))}**" for each in traffics)]
    yield [
        "USD a million calls",
        *(f"{total_usd(each, prices) / each.calls_per_month * 1e6:,.2f}" for each in traffics),
    ]
    yield [
        "share of a stream's 1 MiB/s",
        *(f"{each.stream_bytes_per_second / _QUOTA_BYTES:.0%}" for each in traffics),
    ]
    yield ["files a month", *(f"{each.files_per_month:,.0f}" for each in traffics)]
    yield ["GB that a 7-day query reads", *(f"{each.query_bytes / 1e9:,.2f}" for each in traffics)]


def _sinks_heading() -> str:
    return " | ".join(["USD a million calls", "by way of", *(f"{rate:,}/s" for rate in RATES)])


def _sinks() -> Iterator[list[str]]:
    ways: tuple[tuple[str, Sink], ...] = (("the log", "cloudwatch"), ("the stream", "firehose"))
    for region in REGIONS:
        for way, sink in ways:
            yield [region, way, *(_a_million(rate, sink, read_prices(region)) for rate in RATES)]


def _a_million(rate: float, sink: Sink, prices: Prices) -> str:
    traffic = Traffic(rate * _DAY, sink=sink)
    return f"{path_usd(traffic, prices) / traffic.calls_per_month * 1e6:,.2f}"


def _buffers() -> Iterator[list[str]]:
    """Parquet bytes a row by how long rows are gathered, and by the calls a second."""
    for seconds in (60, 300, 900):
        traffics = [Traffic(rate * _DAY, buffer_seconds=seconds) for rate in (0.01, 0.1, 1.0, 10.0)]
        sizes = [each.stored_bytes_per_month / each.calls_per_month for each in traffics]
        yield [f"{seconds}", f"{seconds + 60} s", *(f"{size:,.0f}" for size in sizes)]


def _changes(prices: Prices) -> Iterator[list[str]]:
    few, many = Traffic(_DAY), Traffic(100 * _DAY)
    saved = {change.name: change.usd for change in best_changes(few, prices, count=10)}
    for change in best_changes(many, prices, count=10):
        yield [change.name, _usd(saved.get(change.name, 0)), _usd(change.usd)]


def _prices(prices: Prices) -> Iterator[list[str]]:
    for item, value in prices.usd.items():
        region = "us-east-1, assumed" if item in prices.assumed else prices.region
        yield [f"`{item}`", f"{value:g}", region]


def _usd(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"
