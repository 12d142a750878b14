"""The columns as others read them, from the models.

Glue columns, Athena DDL, template.yaml's blocks.
"""

import json
from pathlib import Path

from voice_analytics.catalog.columns import columns
from voice_analytics.catalog.tables import TABLES, Table

TEMPLATE = Path("template.yaml")


def columns_json(table: Table) -> str:
    """schemas/<table>.columns.json: Glue's columns and partition keys."""
    described = [
        {"Name": column.name, "Type": column.type, "Comment": column.comment}
        for column in columns(table.model)
    ]
    document = {
        "description": table.made_by,
        "Columns": described,
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in table.partition_keys],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def ddl(table: Table) -> str:
    """schemas/<table>.sql.

    The table for a person to paste into the Athena console, partition projection included.
    """
    lines = ",\n".join(
        f"  `{column.name}` {column.type} COMMENT {_quoted(column.comment)}"
        for column in columns(table.model)
    )
    keys = ", ".join(f"`{key}` string" for key in table.partition_keys)
    projected = "".join(
        f"  'projection.{key}.type' = 'enum',\n  'projection.{key}.values' = "
        f"'{','.join(values)}',\n"
        for key, values in table.outer_keys
    )
    return f"""\
-- {table.made_by}
-- The stack makes this table itself. To make it by hand (for a copy of the data, say): put your bucket's name in the
-- place of YOUR-BUCKET (twice), and run it in the Athena console.
CREATE EXTERNAL TABLE IF NOT EXISTS {table.name} (
{lines}
)
PARTITIONED BY ({keys})
{table.storage}
LOCATION 's3://YOUR-BUCKET/{table.folder}'
TBLPROPERTIES (
  'projection.enabled' = 'true',
{projected}  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '2025-01-01,NOW+1DAYS',
  'projection.dt.interval' = '1',
  'projection.dt.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://YOUR-BUCKET/{table.folder}{table.partition_path}'
)
"""


def template_with_columns(root: Path) -> str:
    """template.yaml with each table's block between its two marker lines made anew."""
    text = (root / TEMPLATE).read_text()
    for table in TABLES:
        text = _with_block(text, table)
    return text


def _with_block(template: str, table: Table) -> str:
    first, last = (
        f"# BEGIN {table.block}: made from the row model by `make schemas`\n",
        f"# END {table.block}\n",
    )
    before, begin, rest = template.partition(first)
    _, end, after = rest.partition(last)
    if not (begin and end):
        raise ValueError(
            f"{TEMPLATE} has lost its marker lines {first.strip()!r} and {last.strip()!r}"
        )
    indent = before[before.rindex("\n") + 1 :]
    lines = [
        f"{indent}- {{Name: {c.name}, Type: {_scalar(c.type)}, Comment: "
        f"{json.dumps(c.comment, ensure_ascii=False)}}}\n"
        for c in columns(table.model)
    ]
    return before + begin + "".join(lines) + indent + end + after


def _scalar(text: str) -> str:
    return text if text.isalpha() else f'"{text}"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "\\'") + "'"  # Hive's escape
