"""docs/query.md.

The lists of the views and of the saved queries, from the headers of their files.
"""

from itertools import groupby
from pathlib import Path

from voice_analytics.catalog.saved_queries import Query, queries, views
from voice_analytics.codegen.blocks import table, with_block

DOCUMENT = Path("docs/query.md")


def document_with_lists(root: Path) -> str:
    """The document with its two lists made anew."""
    text = (root / DOCUMENT).read_text(encoding="utf-8")
    return with_block(
        with_block(text, "views", _views(root / "schemas")),
        "saved queries",
        _queries(root / "schemas"),
    )


def _views(schemas: Path) -> str:
    rows = (
        (f"[{name}](../schemas/views/{name}.sql)", view.description)
        for name, view in sorted(views(schemas).items())
    )
    return table("view | a row is", rows)


def _queries(schemas: Path) -> str:
    saved = sorted(queries(schemas).values(), key=lambda query: (query.audience, query.name))
    return "\n".join(
        _section(audience, list(those))
        for audience, those in groupby(saved, lambda query: query.audience)
    )


def _section(audience: str, saved: list[Query]) -> str:
    rows = ((_link(query), query.question, _values(query)) for query in saved)
    return f"### {audience.capitalize()}\n\n{table('query | question | values', rows)}"


def _link(query: Query) -> str:
    return f"[{query.name}](../schemas/queries/{query.name}.sql)"


def _values(query: Query) -> str:
    return "; ".join(
        f"`{parameter.name}` ({parameter.type}): {parameter.meaning}"
        for parameter in query.parameters
    )
