"""Which days a lake holds anything of, by the names of its folders: Hive's `dt=yyyy-MM-dd`."""

from datetime import UTC, date, datetime
from pathlib import Path

from session_analytics.row import PARTITION_KEY


def days_of(lake: Path) -> tuple[date, date]:
    """The first and the last day; today twice where there is none."""
    found = []
    for folder in lake.rglob(f"{PARTITION_KEY}=*"):
        try:
            found.append(date.fromisoformat(folder.name.removeprefix(f"{PARTITION_KEY}=")))
        except ValueError:
            continue  # no day: Athena's projection does not see it either
    today = datetime.now(UTC).date()
    return min(found, default=today), max(found, default=today)
