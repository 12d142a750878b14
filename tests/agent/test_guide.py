"""docs/agent.md says what the package and its example are."""

from __future__ import annotations

import ast
import re
import textwrap

import pytest
from tests.agent.project import ROOT
from voice_analytics_agent import Call
from voice_analytics_agent.prices import PRICES
from voice_analytics_agent.recording import Settings
from voice_analytics_agent.size import DEFAULT_LIMIT

GUIDE = (ROOT / "docs" / "agent.md").read_text()
EXAMPLE = (ROOT / "agent" / "examples" / "sales_agent.py").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
FIELDS = {"agent_name", "agent_version"}


def first_cells(heading: str) -> list[str]:
    """The code in the first column of the table below a heading."""
    section = GUIDE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def test_every_option_is_in_the_table() -> None:
    assert first_cells("Options") == list(Settings.__dataclass_fields__)
    assert f"| `limit` | {DEFAULT_LIMIT:,} |" in GUIDE


def test_every_method_is_in_the_table() -> None:
    named = {re.match(r"call\.(\w+)", cell)[1] for cell in first_cells("What only the agent knows")}  # type: ignore[index]
    assert named == {"set", "note", "signal", "consent", "tool", "event"}
    assert all(callable(getattr(Call, name)) for name in named)


def test_every_unit_of_a_price_is_named() -> None:
    units = {unit for price in PRICES.values() for unit in price}
    assert units <= set(re.findall(r"`(\w+)`", GUIDE))


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.strip().splitlines()[0][:40])
def test_every_block_is_of_the_example_or_uses_what_there_is(block: str) -> None:
    if block in EXAMPLE:
        return
    code = f"async def agent():\n{textwrap.indent(block, '    ')}"
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    recorded = [node for node in calls if ast.unparse(node.func) == "record"]
    for call in recorded:
        assert {each.arg for each in call.keywords} <= {*Settings.__dataclass_fields__, *FIELDS}
    assert recorded or "voice_analytics_agent.sweep()" in block


def test_blocks_of_the_example_are_shown() -> None:
    assert sum(block in EXAMPLE for block in BLOCKS) == 3
