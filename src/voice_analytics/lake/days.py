"""Which days a lake holds anything of, by the names of its folders: Hive's `dt=yyyy-MM-dd`."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

from voice_analytics.catalog.tables import DAY

_PARTITION = re.compile(rf"{DAY}=(\d{{4}}-\d\d-\d\d)")


def day_of(partition: str) -> date | None:
    """The day of a folder of this name.

    None where Athena's projection, which makes the names itself, would not look into it.
    """
    named = _PARTITION.fullmatch(partition)
    try:
        return date.fromisoformat(named[1]) if named else None
    except ValueError:  # as in dt=2025-02-30
        return None


def days_of(lake: Path) -> tuple[date, date]:
    """The first and the last day; today twice where there is none."""
    days = [day for folder in lake.rglob(f"{DAY}=*") if (day := day_of(folder.name))]
    today = datetime.now(UTC).date()
    return min(days, default=today), max(days, default=today)
