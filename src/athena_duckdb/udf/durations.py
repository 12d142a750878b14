"""Lengths of time as text, and text as lengths of time."""

import re

from athena_duckdb.udf.registry import Failure, python

_LONGEST = 2**63 - 1  # seconds, of a bigint


@python
def human_readable_seconds(seconds: float) -> str:
    total = min(round(abs(seconds)), _LONGEST)
    shown = []
    for name, size in (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60)):
        count, total = divmod(total, size)
        if count:
            shown.append(f"{count} {name}{'s' * (count != 1)}")
    if total or not shown:
        shown.append(f"{total} second{'s' * (total != 1)}")
    return ", ".join(shown)


_DURATIONS = {"ns": 1e-6, "us": 1e-3, "ms": 1, "s": 1e3, "m": 6e4, "h": 3.6e6, "d": 8.64e7}


@python
def parse_duration(text: str) -> int:
    """The milliseconds of a duration such as 3.5m."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*", text)
    if not match:
        raise Failure(f"duration is not a valid data duration string: {text}")
    if match[2] not in _DURATIONS:
        raise Failure(f"Unknown time unit: {match[2]}")
    return int(float(match[1]) * _DURATIONS[match[2]] + 0.5)
