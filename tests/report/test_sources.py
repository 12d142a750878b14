"""Values come to the page as JSON has them, whoever was asked."""

from datetime import date, datetime
from decimal import Decimal

from voice_analytics.report.sources import record


def test_a_decimal_is_a_number_and_a_day_or_a_time_is_text() -> None:
    row = (Decimal("1.50"), date(2026, 11, 22), datetime(2026, 11, 22, 10, 0, 0, 5000), None, 3)  # noqa: DTZ001 - Athena's have no zone
    assert record(["usd", "day", "at", "no", "calls"], row) == {
        "usd": 1.5,
        "day": "2026-11-22",
        "at": "2026-11-22T10:00:00.005000",
        "no": None,
        "calls": 3,
    }
