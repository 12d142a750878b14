"""How large what is deployed is."""

import zipfile
from io import BytesIO
from pathlib import Path

from rich.table import Table

from benchmarks.deployed import Deployed
from benchmarks.report import table

_MEGABYTE = 1_000_000


def sizes(deployed: Deployed) -> Table:
    """Layer and function, unzipped and zipped."""
    parts = {"layer": deployed.built.layer, "function": deployed.built.function}
    columns = {"part": "", "files": ",d", "MB unzipped": ",.2f", "MB zipped": ",.2f"}
    rows = [
        (name, len(_files(folder)), unzipped(folder), _zipped(folder))
        for name, folder in parts.items()
    ]
    note = "As `sam build` makes them for this machine's architecture."
    return table("Size", columns, rows, note)


def unzipped(folder: Path) -> float:
    """Megabytes."""
    return sum(path.stat().st_size for path in _files(folder)) / _MEGABYTE


def _zipped(folder: Path) -> float:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _files(folder):
            archive.write(path, path.relative_to(folder))
    return len(packed.getvalue()) / _MEGABYTE


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
