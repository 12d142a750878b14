"""Hot leads of a lake: what the lead alerts would tell, from the same query and by the same code.

Those that were told stand in a file beside the lake, by their ids.
"""

import importlib.util
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from athena_duckdb.value_text import as_text
from voice_analytics.errors import UserError
from voice_analytics.lake.ask import ask
from voice_analytics.lake.days import days_of
from voice_analytics.lake.engine import open_lake
from voice_analytics.project_files import ROOT
from voice_analytics.replace_file import replace_file

_FUNCTION = ROOT / "functions/lead_alerts/app.py"

type Lead = dict[str, Any]
"""The detail of the event that the lead alerts would put."""


def hot_leads(lake: Path, since: datetime, *, with_contact: bool) -> list[Lead]:
    """Hot leads without a meeting of calls that ended at or after a time in UTC, best first."""
    ago = datetime.now(UTC).replace(tzinfo=None) - since
    hours = max(0, ago // timedelta(hours=1)) + 1
    days = since.date() - timedelta(days=1), max(days_of(lake)[1], since.date())
    with open_lake(lake) as opened:
        result = ask("hot_leads", [str(hours)], opened, days)
    lead_of = _function().lead_of
    leads = [
        lead_of(
            {
                column.name: as_text(value, column.type)
                for column, value in zip(result.columns, row, strict=True)
            },
            with_contact=with_contact,
        )
        for row in result.rows
    ]
    first = f"{since.isoformat(timespec='seconds')}Z"
    return [lead for lead in leads if lead["ended_at"] >= first]


def alerts_begin() -> datetime:
    """When a call must have ended for the lead alerts to tell of it now; UTC, naive."""
    hours: int = _function().WITHIN_HOURS
    return datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=hours)


def told(lake: Path) -> set[str]:
    """The ids of the leads that were told."""
    file = told_file(lake)
    try:
        return set(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else set()
    except ValueError:
        raise UserError(
            f"{file} is not a list of ids", "delete it: all leads are told again"
        ) from None


def mark_told(lake: Path, ids: set[str]) -> None:
    """Write the ids into the file beside the lake, in one step."""
    replace_file(told_file(lake), f"{json.dumps(sorted(ids), indent=0)}\n".encode())


def told_file(lake: Path) -> Path:
    """The file beside the lake: `NAME.told-leads.json`."""
    whole = lake.resolve()
    return whole.with_name(f"{whole.name}.told-leads.json")


@cache
def _function() -> ModuleType:
    """The function that tells of leads: not a package, it is loaded from its folder."""
    spec = importlib.util.spec_from_file_location("lead_alerts", _FUNCTION)
    if spec is None or spec.loader is None:
        raise UserError(f"{_FUNCTION} is missing", "install voice-analytics again")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
