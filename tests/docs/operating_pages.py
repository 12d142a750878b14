"""The pages on deploying and operating, and the shell in them."""

import re

from markdown_it import MarkdownIt

from tests.template.cloudformation import TEMPLATE

ROOT = TEMPLATE.parent
PAGES = [
    *(ROOT / "docs" / f"{name}.md" for name in ("deploy", "reference", "operate", "contributing")),
    *sorted((ROOT / "docs" / "guides").glob("*.md")),
]
TEXT = "\n".join(page.read_text() for page in PAGES)
PARSER = MarkdownIt("commonmark")


def blocks(text: str) -> list[str]:
    """What is indented as code, which in this document is shell."""
    return [token.content for token in PARSER.parse(text) if token.type == "code_block"]


SHELL = blocks(TEXT)


def headings() -> dict[str, str]:
    """The text below each heading, by the heading without backticks."""
    parts = re.split(r"^#+ (.+)$", TEXT, flags=re.MULTILINE)[1:]
    return dict(zip([heading.replace("`", "") for heading in parts[::2]], parts[1::2], strict=True))
