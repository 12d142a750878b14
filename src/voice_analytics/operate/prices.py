"""The price table: `prices.toml`, or a file of the user's own in the same form."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from voice_analytics.errors import UserError, why_unreadable

OWN_TABLE = Path(__file__).with_name("prices.toml")
REFERENCE = "us-east-1"  # whose price stands where a region's is not established
FIREHOSE_UNIT_BYTES = 5 * 1024  # a record is billed by units begun
_GB = 1e9
_ABOUT = frozenset({"as_of", "source"})


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of one region in USD; `assumed` names those that are another region's."""

    region: str
    as_of: str
    source: str
    usd: Mapping[str, float]
    assumed: tuple[str, ...]

    def __getitem__(self, item: str) -> float:
        """The price of an item. Raises UserError for one that the table does not have."""
        if item not in self.usd:
            raise UserError(f"the price table has no {item}", "add it to the file of --prices")
        return self.usd[item]

    def firehose_usd(self, size: int, records: int) -> float:
        """Ingestion and conversion of so many bytes in so many records, each rounded up."""
        billed = max(ceil(size / records), 1) if records else 0
        units = ceil(billed / FIREHOSE_UNIT_BYTES) * records
        gb = units * FIREHOSE_UNIT_BYTES / _GB
        return gb * (self["firehose_ingestion_gb"] + self["firehose_conversion_gb"])


def read_prices(region: str, path: Path = OWN_TABLE) -> Prices:
    """The prices of a region. Raises UserError for a file that is not a price table."""
    tables = _read(path)
    own = tables.get(region, {})
    reference = tables.get(REFERENCE, {}) or _read(OWN_TABLE)[REFERENCE]
    merged = {**reference, **own}
    usd = {item: value for item, value in merged.items() if item not in _ABOUT}
    if wrong := [item for item, value in usd.items() if not _is_price(value)]:
        raise UserError(f"{path}: {wrong[0]} is not a price", "write it as a number in USD")
    return Prices(
        region,
        str(merged.get("as_of", "an unknown date")),
        str(merged.get("source", "unknown")),
        {item: float(value) for item, value in usd.items()},
        tuple(sorted(reference.keys() - own.keys() - _ABOUT)) if region != REFERENCE else (),
    )


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {why_unreadable(error)}", "see --prices") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path} is not TOML: {error}", "begin with [us-west-1]") from None
    if not all(isinstance(table, dict) for table in tables.values()):
        raise UserError(f"{path} has prices outside of a region's table", "begin with [us-west-1]")
    return tables


def _is_price(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and value >= 0
