"""How large what is deployed is."""

import zipfile
from io import BytesIO
from pathlib import Path

from benchmarks.deployed import Deployed
from benchmarks.tables import Column, Table

_MEGABYTE = 1_000_000


def sizes(deployed: Deployed) -> Table:
    """Layer and function, unzipped and zipped."""
    parts = {"layer": deployed.built.layer, "function": deployed.built.function}
    columns = [
        Column("part"),
        Column("files", ",d"),
        Column("MB unzipped", ",.2f"),
        Column("MB zipped", ",.2f"),
    ]
    rows = [
        (name, len(_files(folder)), unzipped(folder), _zipped(folder))
        for name, folder in parts.items()
    ]
    return Table(
        "Size", columns, rows, "As `sam build` makes them for this machine's architecture."
    )


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
