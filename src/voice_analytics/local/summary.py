"""Where everything went: the counts of one run, as a table and as JSON."""

import gzip
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson
from rich.table import Table
from rich.text import Text
from session_analytics.rejects import REJECTED_PREFIX

from voice_analytics.local.firehose.records import Outcome
from voice_analytics.local.ledger import Ledger


@dataclass(slots=True)
class Summary:
    """Checks the two laws of conservation.

    - `events_in` + `events_duplicated` = `events_too_large` + `events_not_subscribed` +
      `events_forgotten` + `rows_delivered` + `events_rejected` + `events_ignored` +
      `events_failed`
    - `records_in` + `records_reingested` = `records_delivered` + `records_dropped` +
      `records_failed`

    What a fault made twice is in `events_duplicated`, and counted where its copies are.
    Events in records that cannot be opened cannot be counted, and are in none of them.
    `events_unmarked`, not subscribed or ignored, look like the event of a call and do not say it.
    """

    records_in: int = 0
    records_reingested: int = 0
    records_delivered: int = 0
    records_dropped: int = 0
    records_failed: int = 0
    events_in: int = 0
    events_too_large: int = 0
    events_not_subscribed: int = 0
    events_forgotten: int = 0
    events_unmarked: int = 0
    rows_delivered: int = 0
    events_failed: int = 0
    rejected_by_code: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    files: dict[str, int] = field(default_factory=dict)
    _ledger: Ledger = field(default_factory=Ledger)

    @property
    def events_rejected(self) -> int:
        return self.rejected_by_code.total()

    @property
    def events_ignored(self) -> int:
        """Those that are nowhere: the function made neither a row nor a reject of them."""
        return self._ledger.missing

    @property
    def events_duplicated(self) -> int:
        """Copies beyond the first, wherever they are."""
        return self._ledger.surplus

    def count_in(self, event_ids: tuple[str, ...]) -> None:
        self.events_in += len(event_ids)
        self._ledger.add_received(event_ids)

    def count_not_subscribed(self, events: int) -> None:
        self.events_in += events
        self.events_not_subscribed += events

    def count_forgotten(self, events: int) -> None:
        """Lines of people whom the lake was told to forget."""
        self.events_in += events
        self.events_forgotten += events

    def count_too_large(self, events: int) -> None:
        """Lines that CloudWatch Logs does not take."""
        self.events_in += events
        self.events_too_large += events

    def count_rejects(self, body: bytes) -> None:
        """The events in a new object of rejects."""
        rows = [orjson.loads(line) for line in gzip.decompress(body).splitlines()]
        self.rejected_by_code.update(row["error_code"] for row in rows)
        self.events_in += self._ledger.add_delivered(row["event_id"] for row in rows)

    def count_out(self, outcome: Outcome) -> None:
        match outcome.fate:
            case "delivered":
                self.records_delivered += 1
                self.rows_delivered += len(outcome.rows)
                self.events_in += self._ledger.add_delivered(outcome.rows)
            case "dropped":
                self.records_dropped += 1
            case "failed":
                self.records_failed += 1
                self.events_failed += len(outcome.source.event_ids)
                self.errors[outcome.error_code] += 1
                self.events_in += self._ledger.add_delivered(outcome.source.event_ids)

    def as_json(self) -> dict[str, Any]:
        """All counts; `errors` counts records by Firehose's code.

        `files` has each object's key and its size in bytes.
        """
        counts = asdict(self)
        del counts["_ledger"]
        return counts | {
            "events_rejected": self.events_rejected,
            "events_ignored": self.events_ignored,
            "events_duplicated": self.events_duplicated,
            "rejected_by_code": dict(self.rejected_by_code),
            "errors": dict(self.errors),
            "files_written": len(self.files),
            "bytes_written": sum(self.files.values()),
        }

    def as_table(self, out: str) -> Table:
        table = Table(title="where everything went", title_justify="left")
        table.add_column("")
        table.add_column("records", justify="right")
        table.add_column("events", justify="right")
        table.add_column("where")
        table.add_row("in", f"{self.records_in:,}", f"{self.events_in:,}")
        if self.records_reingested:
            table.add_row(
                "reingested",
                f"{self.records_reingested:,}",
                "",
                "came again as records of their own",
            )
        if self.events_duplicated:
            table.add_row(
                "duplicated", "", f"{self.events_duplicated:,}", "copies of events, by faults"
            )
        table.add_section()
        codes = ", ".join(
            f"{code} {count:,}" for code, count in sorted(self.rejected_by_code.items())
        )
        if self.events_too_large:
            table.add_row(
                "too large", "", f"{self.events_too_large:,}", "CloudWatch Logs takes lines of 1 MB"
            )
        if self.events_forgotten:
            table.add_row(
                "forgotten", "", f"{self.events_forgotten:,}", "of people whom local forget erased"
            )
        rows = (
            (
                "not subscribed",
                None,
                self.events_not_subscribed,
                "the filter pattern does not match",
            ),
            (
                "delivered",
                self.records_delivered,
                self.rows_delivered,
                self._folders(out, "delivered"),
            ),
            ("rejected", None, self.events_rejected, f"{self._folders(out, 'rejected')}: {codes}"),
            ("ignored", None, self.events_ignored, "lines of another kind"),
            ("dropped", self.records_dropped, None, "records that hold no row"),
            ("failed", self.records_failed, self.events_failed, self._folders(out, "failed")),
        )
        for name, records, events, where in rows:
            table.add_row(
                name,
                "" if records is None else f"{records:,}",
                "" if events is None else f"{events:,}",
                Text(where if events or records else ""),
            )
        return table

    def _folders(self, out: str, kind: str) -> str:
        """The folders of the files of one kind, shortened to what they share."""
        keys = [key for key in self.files if _kind(key) == kind]
        size = sum(self.files[key] for key in keys)
        tops = sorted({key.partition("/")[0] for key in keys})
        return (
            f"{', '.join(f'{out}/{top}/' for top in tops)} ({len(keys)} "
            f"file{'s' * (len(keys) != 1)}, {size:,} bytes)"
            if keys
            else ""
        )


def _kind(key: str) -> str:
    if key.startswith(REJECTED_PREFIX):
        return "rejected"
    return "delivered" if key.endswith(".parquet") else "failed"
