"""Writes docs/command-line.md: the help of every command, as a page of the documentation."""

from voice_analytics.cli.app import app, show_whole_help
from voice_analytics.project_files import ROOT

PAGE = ROOT / "docs/command-line.md"
_TITLE = """\
# Command line

What `--help` says of each command; [commands](commands.md) says when to use which.
<!-- made by `make schemas` from the commands themselves -->
"""


def reference() -> str:
    """The page: every command with its help, in Markdown."""
    for name in commands():
        show_whole_help(list(name))
    pages = app.generate_docs(output_format="markdown", include_hidden=False)
    body = pages.partition("## Table of Contents")
    lines = [line.rstrip() for line in "".join(body[1:]).splitlines()]
    return _TITLE + "\n" + "\n".join(lines).rstrip() + "\n"


def commands(chain: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The names of all commands below one, as they are typed."""
    _, apps, _ = app.parse_commands(list(chain))
    names = [(*chain, name) for name in apps[-1] if not name.startswith("-")]
    return [*names, *(below for name in names for below in commands(name))]


def write() -> None:
    """Write the page. Not by python -m, which cyclopts would show in the usage of commands."""
    PAGE.write_text(reference(), encoding="utf-8")
