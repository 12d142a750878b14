"""Generated blocks in documents that are otherwise written by hand.

What stands between two marker lines; and tables.
"""

from collections.abc import Iterable, Sequence


def with_block(text: str, name: str, block: str, *, made_by: str = "make schemas") -> str:
    """A Markdown document with its block of that name made anew.

    Raises ValueError where the marker lines are gone.
    """
    begin, end = f"<!-- {name}: made by `{made_by}` -->\n", f"<!-- end of {name} -->\n"
    before, begins, rest = text.partition(begin)
    _, ends, after = rest.partition(end)
    if not (begins and ends):
        raise ValueError(f"the marker lines {begin.strip()!r} and {end.strip()!r} are gone")
    return f"{before}{begin}\n{block}\n{end}{after}"


def table(heading: str, rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; the heading has its cells parted by |, as in `name | meaning`."""
    rule = "|".join("---" for _ in heading.split("|"))
    return "".join([f"| {heading} |\n|{rule}|\n", *(f"| {' | '.join(row)} |\n" for row in rows)])
