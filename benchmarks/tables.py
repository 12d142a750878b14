"""What the parts find: tables that are printed for people and written as JSON for programs."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

type Cell = str | float | None


class Column(NamedTuple):
    """A heading with its unit, and how its numbers are written (a format specification)."""

    heading: str
    numbers: str = ",.1f"


class Table(NamedTuple):
    """Rows of raw values under a title; `note` says how they were come by."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """The rows as objects by heading, with all digits."""
        headings = [column.heading for column in self.columns]
        return {
            "note": self.note,
            "rows": [dict(zip(headings, row, strict=True)) for row in self.rows],
        }

    def __rich__(self) -> RenderableType:
        drawn = RichTable(
            title=self.title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
        )
        for at, column in enumerate(self.columns):
            is_text = all(isinstance(row[at], str | None) for row in self.rows)
            drawn.add_column(column.heading, justify="left" if is_text else "right")
        for row in self.rows:
            drawn.add_row(
                *(
                    Text(written(cell, column))
                    for cell, column in zip(row, self.columns, strict=True)
                )
            )
        return (
            Group(drawn, Padding(Text(self.note, style="dim"), (0, 0, 1, 1)))
            if self.note
            else drawn
        )


def written(cell: Cell, column: Column) -> str:
    """A cell as people read it."""
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else format(cell, column.numbers)
