"""Which calls an address means: `/?from=2026-11-21&agent_version=2.4.1&text=invoice`."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from voice_analytics.catalog.slices import Slice, condition, literal
from voice_analytics.errors import UsageError
from voice_analytics.report.days import MAX_DAYS, Days
from voice_analytics.report.filters import SLOW, check_timezone, transcript_contains

CHOICES = ("agent_name", "agent_version", "final_outcome", "tier")
# what people have in hand of a call
_IDS = ("session_id", "room", "room_id", "job_id", "user_email", "user_name", "user_email_domain")
_TEXTS = ("from", "to", *CHOICES, "slow", "text", "call", "timezone")


class Search(NamedTuple):
    """The days, and what was asked for besides, by the names of the address's fields."""

    days: Days
    fields: Mapping[str, str]

    @classmethod
    def of(cls, fields: Mapping[str, str], default: Days) -> "Search":
        """The search of an address. Raises UsageError for days and zones that are none."""
        first = _day(fields.get("from")) or default.first
        last = _day(fields.get("to")) or default.last
        if first > last:
            raise UsageError(f"{first} is after {last}", "give the earlier day first")
        days = Days(first, last)
        if days.count > MAX_DAYS:
            raise UsageError(f"{days.count} days are too many", f"give {MAX_DAYS} at most")
        check_timezone(fields.get("timezone") or "UTC")
        return cls(days, {name: fields[name] for name in _TEXTS if fields.get(name)})

    @property
    def timezone(self) -> str:
        return self.fields.get("timezone", "UTC")

    def calls(self) -> Slice:
        """These calls, for a saved query."""
        conditions = [
            condition(name, [self.fields[name]]) for name in CHOICES if name in self.fields
        ]
        if "slow" in self.fields:
            conditions.append(SLOW)
        if text := self.fields.get("text", "").strip():
            conditions.append(transcript_contains(text))
        if known := self.fields.get("call", "").strip():
            parts = [f"strpos(lower({name}), {literal(known.lower())}) > 0" for name in _IDS]
            conditions.append(f"({' OR '.join(parts)})")
        return Slice(self.days.first, self.days.last, tuple(conditions), self.timezone)

    def described(self) -> str:
        """What was asked for besides the days, in words; "" for all calls."""
        shown = {name: value for name, value in self.fields.items() if name in _DESCRIBED}
        return ", ".join(_DESCRIBED[name].format(value) for name, value in shown.items())

    def address(self, path: str, more: Iterable[tuple[str, str]] = ()) -> str:
        """A page for the same calls."""
        return f"{path}?{urlencode([*self.fields.items(), *more], errors='replace')}"


_DESCRIBED = {
    "agent_name": "agent {}",
    "agent_version": "version {}",
    "final_outcome": "outcome {}",
    "tier": "tier {}",
    "slow": "slow answers",
    "text": "“{}” in the transcript",
    "call": "call or caller {}",
}


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{text} is not a day", "write it as 2026-11-21") from None
