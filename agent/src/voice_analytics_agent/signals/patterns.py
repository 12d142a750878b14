"""Regular expressions out of lists of phrases. All are read without regard to case."""

from __future__ import annotations

import re


def any_of(*phrases: str) -> str:
    """A group that matches one of the phrases, each of them a pattern."""
    return f"(?:{'|'.join(phrases)})"


def words(*phrases: str, behind: str = r"\b") -> re.Pattern[str]:
    """Matches one of the phrases as whole words; `behind` is what must follow."""
    return re.compile(rf"\b{any_of(*phrases)}{behind}", re.IGNORECASE)
