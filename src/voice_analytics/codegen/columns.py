"""The columns as others read them, from the models.

Glue columns, Athena DDL, template.yaml's blocks.
"""

import inspect
import json
from pathlib import Path

from session_analytics.schema.personal_data import NONE, PersonalData

from voice_analytics.catalog.tables import (
    DELIVERY_ERRORS,
    REJECTED_EVENTS,
    SESSION_ANALYTICS,
    Table,
)

TEMPLATE = Path("template.yaml")
_CHECKOUT = Path(__file__).parents[3]
# what the marker lines around each table's columns in template.yaml call them
_BLOCKS = {
    "columns": SESSION_ANALYTICS,
    "rejected columns": REJECTED_EVENTS,
    "error columns": DELIVERY_ERRORS,
}
# of a column in Glue's API; CloudFormation has no parameters of columns, so the template's tables
# have `personal_data.<class>` with the names of the columns
CLASS_PARAMETER = "personal_data"
_BUCKET = "YOUR-BUCKET"
_FIRST_DAY = "2025-01-01"  # of the projection, as the template's ProjectionStartDate


def columns_json(table: Table) -> str:
    """schemas/<table>.columns.json: Glue's columns and partition keys."""
    described = [
        {
            "Name": column.name,
            "Type": column.type,
            "Comment": column.comment,
            "Parameters": {CLASS_PARAMETER: column.personal_data},
        }
        for column in table.columns
    ]
    document = {
        "description": _source(table),
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
        for column in table.columns
    )
    keys = ", ".join(f"`{key}` string" for key in table.partition_keys)
    properties = ",\n".join(
        f"  '{name}' = '{value}'" for name, value in table.projection(_BUCKET, _FIRST_DAY).items()
    )
    return f"""\
-- {_source(table)}
-- The stack makes this table itself. To make it by hand (for a copy of the data, say): replace
-- {_BUCKET} by your bucket's name (twice), and run it in the Athena console.
CREATE EXTERNAL TABLE IF NOT EXISTS {table.name} (
{lines}
)
PARTITIONED BY ({keys})
{table.storage.ddl}
LOCATION '{table.location(_BUCKET)}'
TBLPROPERTIES (
{properties}
)
"""


def template_with_columns(root: Path) -> str:
    """template.yaml with each table's blocks between their two marker lines made anew."""
    text = (root / TEMPLATE).read_text()
    for block, table in _BLOCKS.items():
        text = _with_block(text, block, _column_lines(table))
        text = _with_block(text, block.replace("columns", "classes"), _class_lines(table))
    return text


def _column_lines(table: Table) -> list[str]:
    return [
        f"- {{Name: {c.name}, Type: {_scalar(c.type)}, Comment: "
        f"{json.dumps(c.comment, ensure_ascii=False)}}}"
        for c in table.columns
    ]


def _class_lines(table: Table) -> list[str]:
    """Parameters of a Glue table: the columns of each class but none."""
    by_class = {
        personal: [c.name for c in table.columns if c.personal_data is personal]
        for personal in PersonalData
        if personal is not NONE
    }
    return [
        f'{CLASS_PARAMETER}.{personal}: "{",".join(names)}"'
        for personal, names in by_class.items()
        if names
    ]


def _with_block(template: str, block: str, made: list[str]) -> str:
    first, last = (
        f"# BEGIN {block}: made from the row model by `make schemas`\n",
        f"# END {block}\n",
    )
    before, begin, rest = template.partition(first)
    _, end, after = rest.partition(last)
    if not (begin and end):
        raise ValueError(
            f"{TEMPLATE} has lost its marker lines {first.strip()!r} and {last.strip()!r}"
        )
    indent = before[before.rindex("\n") + 1 :]
    lines = [f"{indent}{line}\n" for line in made]
    return before + begin + "".join(lines) + indent + end + after


def _source(table: Table) -> str:
    """The sentence of a generated file that says what it is made from."""
    module = Path(inspect.getfile(table.model)).relative_to(_CHECKOUT)
    return f"Made from the row model ({module.as_posix()}) by `make schemas`."


def _scalar(text: str) -> str:
    return text if text.isalpha() else f'"{text}"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "\\'") + "'"  # Hive's escape
