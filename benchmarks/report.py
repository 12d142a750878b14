"""What a run has found, and where it goes: the terminal, JSON, docs/benchmarks.md."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from benchmarks import summary
from benchmarks.machine import Machine
from benchmarks.tables import Table
from voice_analytics.codegen.blocks import with_block
from voice_analytics.errors import UserError

BLOCK = "benchmarks"
MAKE = "make bench"


@dataclass
class Report:
    """Tables for reading and figures for the summary, as the parts add them."""

    machine: Machine
    tables: list[Table] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    def print_tables(self, console: Console) -> None:
        """All tables, the summary last."""
        for table in [*self.tables, summary.table(self.figures)]:
            console.print(table)
        console.print(
            f"{self.machine.date}, {self.machine.processor}, load {self.machine.load}",
            highlight=False,
        )

    def as_json(self) -> str:
        """All of it, numbers with all their digits."""
        document = {
            "machine": self.machine._asdict(),
            "figures": self.figures,
            "targets": {
                target.key: target.limit for target in summary.TARGETS if target.limit is not None
            },
            "tables": {table.title: table.as_json() for table in self.tables},
        }
        return json.dumps(document, indent=2, ensure_ascii=False)

    def write_to_page(self, page: Path) -> None:
        """Renew the page's block.

        Raises UserError where some part was not run, or the block is gone.
        """
        if missing := [target.key for target in summary.TARGETS if target.key not in self.figures]:
            raise UserError(f"the page's table needs {', '.join(missing)}", "run all parts for it")
        text = page.read_text(encoding="utf-8")
        try:
            renewed = with_block(
                text, BLOCK, summary.block(self.figures, self.machine), made_by=MAKE
            )
        except ValueError as error:
            raise UserError(f"{page}: {error}", "put them back") from error
        page.write_text(renewed, encoding="utf-8")
