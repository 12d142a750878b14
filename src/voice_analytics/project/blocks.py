"""Generated blocks in documents that are otherwise written by hand: what stands between two marker lines."""


def with_block(text: str, name: str, block: str, *, made_by: str = "make schemas") -> str:
    """A Markdown document with its block of that name made anew. Raises ValueError where the marker lines are gone."""
    begin, end = f"<!-- {name}: made by `{made_by}` -->\n", f"<!-- end of {name} -->\n"
    before, begins, rest = text.partition(begin)
    _, ends, after = rest.partition(end)
    if not (begins and ends):
        raise ValueError(f"the marker lines {begin.strip()!r} and {end.strip()!r} are gone")
    return f"{before}{begin}\n{block}\n{end}{after}"
