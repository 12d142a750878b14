"""The partition of a row: the UTC date of the call, where its clock is plausible.

A wrong clock must neither open a thousand partitions (Firehose keeps 500 open) nor one that the
table's projection does not cover: what lies there is in S3 and invisible in Athena.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

OLDEST_START = timedelta(days=2)  # a start may lie this far before its log event
NEWEST_START = timedelta(hours=1)  # … and this far after it
_AHEAD = timedelta(days=1)  # the projection ends at NOW+1DAYS


class Partitions(NamedTuple):
    """The dates that the table's projection covers when a record arrives.

    From `first` to the day after `arrived`.
    """

    first: date
    arrived: date

    def choose(self, started_at: datetime, logged_at: datetime) -> tuple[date, str | None]:
        """The partition, and what was expected where it is not the date of the start.

        A start that is implausible gives the log event's date; where the projection does not cover
        that either, the date of arrival.
        """
        if not logged_at - OLDEST_START <= started_at <= logged_at + NEWEST_START:
            return self.of_log_event(
                logged_at
            ), "a start from 2 days before to 1 hour after the log event"
        if self._covers(started_at):
            return started_at.date(), None
        return self._fallback, f"a date from {self.first} to the day after arrival"

    @property
    def _fallback(self) -> date:
        return max(self.arrived, self.first)

    def of_log_event(self, logged_at: datetime) -> date:
        """The date of the log event; where that is not covered, the date of arrival."""
        return logged_at.date() if self._covers(logged_at) else self._fallback

    def _covers(self, moment: datetime) -> bool:
        return self.first <= moment.date() <= self.arrived + _AHEAD
