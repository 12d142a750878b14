"""docs/delivery.md promises nothing that no test holds."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    line
    for line in (ROOT / "docs" / "delivery.md").read_text().splitlines()
    if re.match(r"\| (?!what |---)", line)
]


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [line for line in ROWS if not line.startswith("|---")],
    ids=lambda line: line.split("|")[1].strip()[:60],
)
def test_every_row_names_a_test_that_there_is(line: str) -> None:
    named = re.search(r"\| `(tests/\S+\.py)::(test_\w+)` \|$", line)
    assert named is not None
    module = ast.parse((ROOT / named[1]).read_text())
    assert named[2] in {node.name for node in module.body if isinstance(node, ast.FunctionDef)}


def test_the_document_has_its_tables() -> None:
    assert len(ROWS) > 30
