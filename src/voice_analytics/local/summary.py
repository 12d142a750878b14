"""Where everything went: the counts of one run, as a table and as JSON."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.table import Table

from voice_analytics.local.records import Outcome, SourceRecord


@dataclass(slots=True)
class Summary:
    """`events_in` = `events_not_subscribed` + `rows_delivered` + `events_rejected` + `events_ignored` + `events_failed`.

    Events in records that cannot be opened cannot be counted, and are in none of them. A record's ignored events are those
    that the function made no row of; all of a dropped record's.
    """

    records_in: int = 0
    records_delivered: int = 0
    records_dropped: int = 0
    records_failed: int = 0
    events_in: int = 0
    events_not_subscribed: int = 0
    rows_delivered: int = 0
    events_rejected: int = 0
    events_ignored: int = 0
    events_failed: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    files: dict[str, int] = field(default_factory=dict)

    def count_in(self, record: SourceRecord) -> None:
        self.records_in += 1
        self.events_in += record.events

    def count_not_subscribed(self, events: int) -> None:
        self.events_in += events
        self.events_not_subscribed += events

    def count_out(self, outcome: Outcome) -> None:
        events = outcome.source.events
        match outcome.fate:
            case "delivered":
                self.records_delivered += 1
                self.rows_delivered += outcome.rows
                self.events_ignored += max(0, events - outcome.rows)
            case "dropped":
                self.records_dropped += 1
                self.events_ignored += events
            case "failed":
                self.records_failed += 1
                self.events_failed += events
                self.errors[outcome.error_code] += 1

    def as_json(self) -> dict[str, Any]:
        """All counts; `errors` counts records by Firehose's code; `files` has each object's key and its size in bytes."""
        return asdict(self) | {
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
        table.add_row("in", f"{self.records_in:,}", f"{self.events_in:,}", end_section=True)
        rows = (
            ("not subscribed", None, self.events_not_subscribed, "the filter pattern does not match"),
            ("delivered", self.records_delivered, self.rows_delivered, self._folders(out, "parquet")),
            ("rejected", None, self.events_rejected, ""),
            ("ignored", self.records_dropped, self.events_ignored, "lines of another kind"),
            ("failed", self.records_failed, self.events_failed, self._folders(out, "error")),
        )
        for name, records, events, where in rows:
            table.add_row(name, "" if records is None else f"{records:,}", f"{events:,}", where if events or records else "")
        return table

    def _folders(self, out: str, kind: str) -> str:
        """The folders of the files of one kind, shortened to what they share."""
        keys = [key for key in self.files if key.endswith(".parquet") == (kind == "parquet")]
        size = sum(self.files[key] for key in keys)
        tops = sorted({key.partition("/")[0] for key in keys})
        return f"{', '.join(f'{out}/{top}/' for top in tops)} ({len(keys)} files, {size:,} bytes)" if keys else ""
