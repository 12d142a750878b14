"""schemas/data-dictionary.md: what stands in each table and in each view, in words."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from session_analytics.schema.row import ERROR_CODES, PARTITION_KEY

from voice_analytics.catalog.columns import Column, struct_fields
from voice_analytics.catalog.saved_queries import views
from voice_analytics.catalog.tables import (
    DELIVERY_ERRORS,
    ERROR_TYPE,
    ERROR_TYPES,
    REJECTED_EVENTS,
    SESSION_ANALYTICS,
    Table,
)
from voice_analytics.codegen.athena import glue_columns
from voice_analytics.codegen.blocks import table
from voice_analytics.lake.views import Database


def data_dictionary(root: Path) -> str:
    """Every column of the tables and the views, every field of their structs, every error code."""
    return "\n".join(
        [
            *(_HEAD, _SESSION_ANALYTICS, _columns(SESSION_ANALYTICS)),
            *(_REJECTED_EVENTS, _columns(REJECTED_EVENTS), _codes()),
            *(_DELIVERY_ERRORS, _columns(DELIVERY_ERRORS)),
            *(_VIEWS, *_views(root)),
        ]
    )


def _columns(described: Table) -> str:
    parts = [f"### Columns of `{described.name}`\n\n{_classed(described.columns)}"]
    for column in described.columns:
        fields = struct_fields(column.name, described.model)
        if fields:
            parts.append(f"### Fields of `{column.name}`\n\n{_classed(fields)}")
    return "\n".join(parts)


def _views(root: Path) -> Iterator[str]:
    all_views = views(root / "schemas")
    database = Database(all_views)
    for view in sorted(all_views.values()):
        yield (
            f"### View `{view.name}`\n\n{view.description} Its rules: "
            f"[views/{view.name}.sql](views/{view.name}.sql).\n\n"
            f"{_rows(glue_columns(view, database[view.name]))}"
        )


def _classed(described: Iterable[Column]) -> str:
    """The columns of a table, or the fields of a struct, with their classes of personal data."""
    rows = (
        (
            f"`{row.name}`",
            _type_cell(row.type, "below"),
            row.personal_data.replace("_", " "),
            _escaped(row.comment),
        )
        for row in described
    )
    return table("name | type | personal data | meaning", rows)


def _rows(described: Iterable[Column]) -> str:
    """The columns of a view."""
    rows = (
        (f"`{row.name}`", _type_cell(row.type, "above"), _escaped(row.comment)) for row in described
    )
    return table("name | type | meaning", rows)


def _codes() -> str:
    rows = ((f"`{code}`", _escaped(meaning)) for code, meaning in ERROR_CODES.items())
    return f"### Values of `error_code`\n\nThere are no others.\n\n{table('code | meaning', rows)}"


def _type_cell(hive: str, where: str) -> str:
    kind, struct, _ = hive.partition("struct<")
    return {
        "": hive,
        "struct<": f"array of structs, see {where}" if kind else f"struct, see {where}",
    }[struct]


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _escaped(text: str) -> str:
    return text.replace("|", "&#124;")


_HEAD = f"""\
<!-- Made by `make schemas` from the row models (row.py, delivery_errors.py) and the views. -->
# Data dictionary

All tables have the partition key `{PARTITION_KEY}` (string, `yyyy-MM-dd`): put a filter on it into
every query. Times are UTC, truncated to milliseconds. Delivery is at least once: `event_id` tells
copies apart.

Each field bears a class of personal data, by which the privacy policy acts: `identifier` (names a
person), `free text` (words of or about a person, or whatever the sender chose to write),
`quasi identifier` (names a person together with other data), `none`. A list of structs has the
class of the most personal of its fields.
"""
_SESSION_ANALYTICS = f"""\
## Table `session_analytics`

One row for each delivered event. `{PARTITION_KEY}` is the UTC date of `started_at`; the date of the
log event where the call's clock was more than two days behind or one hour ahead of it.

What holds for every column:

- A time without an offset in the event means UTC.
- Empty text is NULL, also in structs, and empty texts in a list of texts are left out. `0` for
  `team_size` and `monthly_volume` is NULL too.
- Harmless differences are accepted: `"8"` or `8.0` for 8, `"true"` for true, a number for text, one
  text for a list of texts.
- A wrong value is NULL, noted in `contract_violations`, and kept in `extras`. So are `NaN`,
  `Infinity` and numbers beyond a double.
- A key that the contract does not know is kept in `extras` under its JSON Pointer. Of a key that
  stands twice in an object, the last value is taken (as JSON parsers do). A container with more
  than 100 wrong or unknown values below it is kept there once, whole.
- Counts are NULL where the event has nothing to count (no transcript, no list of tool calls), and 0
  where it has an empty one.
"""
_REJECTED_EVENTS = f"""\
## Table `rejected_events`

One row for each log event that names itself a `session_analytics` event, or seems to, and cannot
become a row of that table. Lines of any other kind are in neither. `{PARTITION_KEY}` is the UTC
date of `logged_at`; the date of arrival where the tables' projection does not cover that.
"""
_DELIVERY_ERRORS = f"""\
## Table `delivery_errors`

One row for each record that Firehose could not deliver and has kept, with all the log events in it:
replayable, and in neither of the other tables. `{PARTITION_KEY}` is the UTC date of arrival. The
other partition key, `{ERROR_TYPE}`, says which step failed:
{_listed(ERROR_TYPES)}.
Firehose writes other fields for other steps, so some are always NULL; the view `failed_records`
brings them together.
"""
_VIEWS = """\
## Views

The rules behind a column stand at the head of the view's file.
"""
