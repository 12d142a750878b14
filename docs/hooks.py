"""Lets pages link to files of the repository outside docs/: the site gets a copy of each.

In the repository the links work as they are. `mkdocs build` calls these functions.
"""

import os
import re
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

_LINK = re.compile(r"(\]\()([\w./-]+)(?=[)#])")
_COPIES = "repository"  # the folder of the site that holds the copies


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add a copy of each linked file, and of the files that the copies link to."""
    root = Path(config.config_file_path).parent
    pages = [file for file in files if file.is_documentation_page()]
    while pages:
        page = pages.pop()
        for _, link in _LINK.findall(page.content_string):
            path = _in_repository(page.src_uri, link)
            source = root / path
            if _in_site(path) in files.src_uris or not path or path.startswith("docs/"):
                continue
            if not source.is_file():
                raise PluginError(f"{page.src_uri}: {link} is not a file of the repository")
            copy = File.generated(config, _in_site(path), abs_src_path=str(source))
            files.append(copy)
            if copy.is_documentation_page():
                pages.append(copy)
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Point links to files outside docs/ at their copies."""
    del config, files
    here = PurePosixPath(page.file.src_uri).parent

    def moved(link: re.Match[str]) -> str:
        path = _in_repository(page.file.src_uri, link[2])
        return link[1] + os.path.relpath(_in_site(path), here) if path else link[0]

    return _LINK.sub(moved, markdown)


def _in_repository(src_uri: str, link: str) -> str:
    """Return the path in the repository of a page's relative link; nothing for other links."""
    if link.startswith("/"):
        return ""
    outside = src_uri.startswith(f"{_COPIES}/")
    page = src_uri.removeprefix(f"{_COPIES}/") if outside else f"docs/{src_uri}"
    return os.path.normpath(PurePosixPath(page).parent / link)


def _in_site(path: str) -> str:
    """Return where the site has a file of the repository."""
    return path.removeprefix("docs/") if path.startswith("docs/") else f"{_COPIES}/{path}"
