"""CSV of Logs Insights (`@timestamp,@message`), and of the console's log events.

The latter have the columns `timestamp,message`.
"""

import csv
import io
import re

from voice_analytics.errors import UserError
from voice_analytics.local.logs.entries import Entry, first_line
from voice_analytics.local.logs.fetched_json import entry_of

_NAME = r'"?@?[A-Za-z_][\w.]*"?'
_HEADER = re.compile(rf"{_NAME}(,{_NAME})*")
# a log event has at most 1 MiB, and csv of its own accord refuses fields over 128 KiB
csv.field_size_limit(16 * 1024 * 1024)


def entries_of_csv(text: str, shown: str) -> list[Entry] | None:
    """The log events in a CSV file, numbered as events; None for any other text.

    The header may come again, as it does where pages were appended to one file. Raises UserError
    where a row has no message.
    """
    header = first_line(text)
    if not _HEADER.fullmatch(header):
        return None
    names = [name.strip('"') for name in header.split(",")]
    plain = {name.removeprefix("@") for name in names}
    if "@timestamp" not in names and not ({"timestamp", "message"} <= plain or "@message" in names):
        return None
    if "message" not in plain:
        raise UserError(
            f"{shown} has no column @message",
            "query it too: fields @timestamp, @message, @logStream, @ptr",
        )
    entries: list[Entry] = []
    for row in csv.reader(io.StringIO(text.lstrip(), newline="")):
        if not row or row == names:
            continue
        entry = entry_of(len(entries) + 1, dict(zip(names, row, strict=False)))
        if entry is None:
            raise UserError(
                f"event {len(entries) + 1} of {shown} has {len(row)} of {len(names)} columns",
                "the file is damaged there: export it again",
            )
        entries.append(entry)
    return entries
