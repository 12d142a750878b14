"""The columns as others read them, from the row model: Glue columns, Athena DDL, data dictionary, template.yaml's block."""

import json
from collections.abc import Sequence
from pathlib import Path

from session_analytics.row import PARTITION_KEY

from voice_analytics.glue import Column, columns, struct_fields

MADE_BY = "Made from the row model (layers/session_analytics/session_analytics/row.py) by `make schemas`."
TEMPLATE = Path("template.yaml")
_BEGIN = "# BEGIN columns: made from the row model by `make schemas`\n"
_END = "# END columns\n"


def columns_json() -> str:
    """schemas/session_analytics.columns.json: Glue's columns and partition keys."""
    return (
        json.dumps(
            {
                "description": MADE_BY,
                "Columns": [{"Name": column.name, "Type": column.type, "Comment": column.comment} for column in columns()],
                "PartitionKeys": [{"Name": PARTITION_KEY, "Type": "string"}],
            },
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
    )


def ddl() -> str:
    """schemas/session_analytics.sql: the table for a person to paste into the Athena console, partition projection included."""
    lines = ",\n".join(f"  `{column.name}` {column.type} COMMENT {_quoted(column.comment)}" for column in columns())
    return f"""\
-- {MADE_BY}
-- The stack makes this table itself. To make it by hand (for a copy of the data, say): put your bucket's name in the
-- place of YOUR-BUCKET (twice), and run it in the Athena console.
CREATE EXTERNAL TABLE IF NOT EXISTS session_analytics (
{lines}
)
PARTITIONED BY (`{PARTITION_KEY}` string)
STORED AS PARQUET
LOCATION 's3://YOUR-BUCKET/sessions/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2025-01-01,NOW+1DAYS',
  'projection.dt.interval' = '1',
  'projection.dt.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://YOUR-BUCKET/sessions/dt=${{dt}}/'
)
"""


def data_dictionary() -> str:
    """schemas/data-dictionary.md: every column, and every field of the structs, in words."""
    parts = [_DICTIONARY_HEAD, _table(columns())]
    for column in columns():
        fields = struct_fields(column.name)
        if fields:
            parts.append(f"\n## Fields of `{column.name}`\n\n{_table(fields)}")
    return "".join(parts)


def template_with_columns(root: Path) -> str:
    """template.yaml with the block between its two marker lines made anew."""
    text = (root / TEMPLATE).read_text()
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise ValueError(f"{TEMPLATE} has lost its marker lines {_BEGIN.strip()!r} and {_END.strip()!r}")
    indent = before[before.rindex("\n") + 1 :]
    lines = [
        f"{indent}- {{Name: {c.name}, Type: {_scalar(c.type)}, Comment: {json.dumps(c.comment, ensure_ascii=False)}}}\n"
        for c in columns()
    ]
    return before + begin + "".join(lines) + indent + end + after


def _scalar(text: str) -> str:
    return text if text.isalpha() else f'"{text}"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "\\'") + "'"  # Hive's escape


def _table(rows: Sequence[Column]) -> str:
    cells = "".join(f"| `{row.name}` | {_type_cell(row.type)} | {row.comment.replace('|', '&#124;')} |\n" for row in rows)
    return f"| name | type | meaning |\n|---|---|---|\n{cells}"


def _type_cell(hive: str) -> str:
    return "array of structs, see below" if "struct<" in hive else hive


_DICTIONARY_HEAD = f"""\
<!-- {MADE_BY} -->
# Data dictionary

Table `session_analytics`: one row for each delivered event. Delivery is at least once: `event_id` tells copies apart.
Partition key `{PARTITION_KEY}` (string, `yyyy-MM-dd`): the UTC date of `started_at`; the date of the log event where the
call's clock was more than two days behind or one hour ahead of it. Put a filter on it into every query.

What holds for every column:

- Times are UTC, truncated to milliseconds. A time without an offset in the event means UTC.
- Empty text is NULL, also in structs, and empty texts in a list of texts are left out. `0` for `team_size` and
  `monthly_volume` is NULL too.
- Harmless differences are accepted: `"8"` or `8.0` for 8, `"true"` for true, a number for text, one text for a list of texts.
- A wrong value is NULL, noted in `contract_violations`, and kept in `extras`. So are `NaN`, `Infinity` and numbers beyond a
  double.
- A key that the contract does not know is kept in `extras` under its JSON Pointer. Of a key that stands twice in an object,
  the last value is taken (as JSON parsers do). A container with more than 100 wrong or unknown values below it is kept there
  once, whole.
- Counts are NULL where the event has nothing to count (no transcript, no list of tool calls), and 0 where it has an empty one.

## Columns

"""
