"""The period that a report covers."""

from dataclasses import dataclass
from datetime import date, timedelta

WEEK = 7  # days of a report on a deployed stack, by default
MAX_DAYS = 366  # more of them cannot be told apart in a chart
DEFAULT_MAX_DAYS = 92  # of a lake: a quarter; more only with --days


@dataclass(frozen=True, slots=True)
class Days:
    """A period from the first day to the last, both included."""

    first: date
    last: date

    @classmethod
    def ending_on(cls, last: date, count: int) -> "Days":
        return cls(last - timedelta(days=count - 1), last)

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> "Days":
        """As many days, up to the one before the first."""
        return Days.ending_on(self.first - timedelta(days=1), self.count)

    def dates(self) -> list[str]:
        """Each day in the form of the partition key `dt`."""
        return [(self.first + timedelta(days=offset)).isoformat() for offset in range(self.count)]

    def __str__(self) -> str:
        if self.count == 1:
            return _long_date(self.first)
        first = (
            f"{self.first:%B} {self.first.day}"
            if self.first.year == self.last.year
            else _long_date(self.first)
        )
        return f"{first} to {_long_date(self.last)}"


def weekday(day: str) -> str:
    """A day of the form of `dt` with its weekday: Tuesday, November 24."""
    parsed_day = date.fromisoformat(day)
    return f"{parsed_day:%A, %B} {parsed_day.day}"


def _long_date(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
