"""The days that a report covers."""

from dataclasses import dataclass
from datetime import date, timedelta

WEEK = 7  # days of a report on a deployed stack, where nothing else is asked for
MOST = 366  # days: more of them cannot be told apart in a plot
MOST_UNASKED = 92  # days of a lake: a quarter; more only where it is asked for


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day to the last; both belong to it."""

    first: date
    last: date

    @classmethod
    def to(cls, last: date, count: int) -> "Days":
        return cls(last - timedelta(days=count - 1), last)

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    def each(self) -> list[str]:
        """Every day as the tables' `dt` has it."""
        return [(self.first + timedelta(days=number)).isoformat() for number in range(self.count)]

    def __str__(self) -> str:
        if self.count == 1:
            return _written(self.first)
        first = (
            f"{self.first:%B} {self.first.day}"
            if self.first.year == self.last.year
            else _written(self.first)
        )
        return f"{first} to {_written(self.last)}"


def _written(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
