"""Where the tables of a local lake lie, as the template of the run that filled it says.

What Glue is to Athena: only folders that differ from the catalog's own are recorded.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from voice_analytics.catalog.tables import TABLES, Table, in_folders
from voice_analytics.errors import UserError

_RECORD = "_tables.json"  # hidden from Athena by its underscore, should it be copied to S3


def recorded_tables(lake: Path) -> tuple[Table, ...]:
    """The tables with their folders in a lake.

    Raises UserError where the record of the folders cannot be read.
    """
    record = lake / _RECORD
    try:
        return in_folders(dict(json.loads(record.read_text(encoding="utf-8"))))
    except FileNotFoundError:
        return TABLES
    except (OSError, ValueError, TypeError):
        raise UserError(
            f"{record} cannot be read", "remove it if the tables lie in their usual folders"
        ) from None


def record_folders(lake: Path, folders: Mapping[str, str]) -> None:
    """Records the folders of a lake's tables by name, where they are not what is recorded.

    Raises UserError where the record cannot be written.
    """
    tables = in_folders(folders)
    if tables == recorded_tables(lake):
        return
    record = {table.name: table.folder for table in tables}
    try:
        lake.mkdir(parents=True, exist_ok=True)
        (lake / _RECORD).write_text(json.dumps(record) + "\n", encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"{lake / _RECORD} cannot be written: {error.strerror}",
            "give another directory with --out",
        ) from None
