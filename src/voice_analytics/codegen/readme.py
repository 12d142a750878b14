"""events/README.md: the list of sample events, from the first line of each source."""

from pathlib import Path

from voice_analytics.codegen.blocks import table, with_block
from voice_analytics.codegen.events import describe

README = Path("events/README.md")


def readme_with_events(root: Path) -> str:
    """events/README.md with its list of events made anew."""
    rows = ((f"[{name}]({name}.json)", sentence) for name, sentence in describe(root).items())
    return with_block(
        (root / README).read_text(encoding="utf-8"), "events", table("event | situation", rows)
    )
