"""The law of conservation, kept by event id.

What came in, and what was found in a place where events end.
"""

from collections import Counter
from collections.abc import Iterable


class Ledger:
    """Holds only events that are not settled: its size does not grow with what was delivered."""

    def __init__(self) -> None:
        self._balance: Counter[str] = Counter()
        self._beside: set[str] = set()

    @property
    def missing(self) -> int:
        """Events that came in and were found nowhere."""
        return sum(balance for balance in self._balance.values() if balance > 0)

    @property
    def surplus(self) -> int:
        """Events that were found more often than they came in."""
        return -sum(balance for balance in self._balance.values() if balance < 0)

    def add_received(self, event_ids: Iterable[str]) -> None:
        self._book(event_ids, 1)

    def add_delivered(self, event_ids: Iterable[str]) -> int:
        """Book the events; returns how many the function has found beside another on a line.

        It numbers them: `ID#2` and so on. They have not come in by themselves.
        """
        ids = list(event_ids)
        beside = {event_id for event_id in ids if "#" in event_id} - self._beside
        self._beside |= beside
        self._book(beside, 1)
        self._book(ids, -1)
        return len(beside)

    def _book(self, event_ids: Iterable[str], step: int) -> None:
        for event_id in event_ids:
            self._balance[event_id] += step
            if not self._balance[event_id]:
                del self._balance[event_id]
