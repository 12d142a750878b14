"""The differences between Trino 476 and the local engine that are known, with their reasons."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.truth.cases import Case

_LIST = Path(__file__).with_name("differences.yaml")


@cache
def differences() -> list[dict[str, Any]]:
    """The list, as differences.yaml has it."""
    return yaml.safe_load(_LIST.read_text(encoding="utf-8")) or []


def is_known(case: Case, kind: str) -> bool:
    """Whether a difference of this kind is in the list."""
    return any(
        kind in known.get("kinds", ()) and re.search(known["sql"], case["sql"], re.IGNORECASE)
        for known in differences()
    )


def left_out(case: Case) -> str:
    """A regular expression of the columns of a case's result that are not compared."""
    patterns = [
        known["columns"]
        for known in differences()
        if "columns" in known and re.search(known["sql"], case["sql"], re.IGNORECASE)
    ]
    return "|".join(patterns)
