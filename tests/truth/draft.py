"""What a run of `make truth` makes, kept beside what is committed until the run is over."""

import signal
from pathlib import Path

from voice_analytics.project_files import ROOT

_ENDING = (signal.SIGINT, signal.SIGTERM)


class Draft:
    """New forms of committed files and folders.

    `folder` is on the disk of the checkout: they are renamed to where they belong.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[Path, Path] = {}

    def of(self, committed: Path) -> Path:
        """Where the new form of a committed file or folder is written."""
        made = self._folder / committed.relative_to(ROOT)
        made.parent.mkdir(parents=True, exist_ok=True)
        self._made[committed] = made
        return made

    def exchange(self) -> None:
        """Put all that differs in the place of what is committed, which no signal interrupts."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        try:
            for committed, made in self._made.items():
                if content(committed) == content(made):
                    continue
                if committed.is_dir():
                    committed.rename(made.with_suffix(".before"))
                made.replace(committed)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)


def content(path: Path) -> dict[Path, bytes]:
    """The bytes of a file, or of all files of a folder by their place in it."""
    files = path.rglob("*") if path.is_dir() else [path]
    return {file.relative_to(path): file.read_bytes() for file in files if file.is_file()}
