"""What a million calls cost in Lambda, at the time measured, for each memory size."""

from collections.abc import Sequence
from math import ceil

from benchmarks.data_sets import DataSet
from benchmarks.tables import Column, Table
from voice_analytics.operate.prices import read_prices

# Lambda's prices for arm64 in us-east-1, in USD. Not verified: AWS's price list was out of reach
# when this was written, and us-west-1 may be dearer. Where to look:
# https://aws.amazon.com/lambda/pricing/
_PRICES = read_prices("us-east-1")
GB_SECOND_USD = _PRICES["lambda_arm_gb_second"]
REQUEST_USD = _PRICES["lambda_million_requests"] / 1_000_000
PRICES = (
    f"arm64, {GB_SECOND_USD} USD a GB-second and {REQUEST_USD * 1e6:.2f} USD a million "
    f"requests (not verified)"
)

FULL_PROCESSOR_MB = (
    1_769  # Lambda Developer Guide, "Configure Lambda function memory": the equivalent of one vCPU
)
MEMORY_MB = (256, 512, 1_024, FULL_PROCESSOR_MB, 3_008)
_MILLION = 1_000_000


def usd_a_million_calls(seconds: Sequence[float], data_set: DataSet, memory_mb: int) -> float:
    """Requests and time, each invocation's rounded up to a millisecond as Lambda bills it.

    `seconds` are the invocations'.
    """
    billed_seconds = sum(ceil(one * _slower(memory_mb) * 1000) / 1000 for one in seconds)
    usd = billed_seconds * memory_mb / 1024 * GB_SECOND_USD + len(seconds) * REQUEST_USD
    return usd / data_set.events * _MILLION


def table(seconds: Sequence[float], data_set: DataSet, configured_mb: int) -> Table:
    """A row a memory size; the template's is marked."""
    columns = [
        Column("memory, MB"),
        Column("ms an invocation"),
        Column("USD a million calls", ",.2f"),
    ]
    rows = []
    for memory_mb in sorted({*MEMORY_MB, configured_mb}):
        name = f"{memory_mb:,}{' (template.yaml)' if memory_mb == configured_mb else ''}"
        usd = usd_a_million_calls(seconds, data_set, memory_mb)
        rows.append((name, sum(seconds) / len(seconds) * _slower(memory_mb) * 1000, usd))
    note = (
        f"The {data_set.name}, {data_set.events / len(seconds):.1f} calls an invocation; prices: "
        f"{PRICES}. Timed on this"
        " machine's processor, not on Lambda's. Lambda alone: Firehose, S3 and CloudWatch come on "
        "top."
    )
    return Table("What a million calls cost in Lambda", columns, rows, note)


def _slower(memory_mb: int) -> float:
    """How many times as long it takes.

    Below a full processor the function gets a share of it in proportion to its memory.
    """
    return max(1.0, FULL_PROCESSOR_MB / memory_mb)
