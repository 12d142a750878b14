"""The README's list of sample events, from the first line of each of their sources."""

from pathlib import Path

from voice_analytics.project.events import describe

README = Path("README.md")
_BEGIN, _END = "<!-- events: made by `make schemas` -->\n", "<!-- end of events -->\n"


def readme_with_events(root: Path) -> str:
    """README.md with the list between its two marker lines made anew."""
    before, begin, rest = (root / README).read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise ValueError(f"{README} has lost its marker lines {_BEGIN.strip()!r} and {_END.strip()!r}")
    rows = "".join(f"| [{name}](events/{name}.json) | {sentence} |\n" for name, sentence in describe(root).items())
    return f"{before}{begin}\n| event | situation |\n|---|---|\n{rows}\n{end}{after}"
