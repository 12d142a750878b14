"""Where report, explore and insights find the calls: a lake on this machine, or Athena."""

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from voice_analytics.cli.options import LAKE_VARIABLE, NamedPath
from voice_analytics.errors import UsageError
from voice_analytics.report.sources import Ask, lake_source

_WORKGROUP = "voice-analytics"  # of a stack with Stage=prod; the others append -<stage>


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A lake, or Athena."""

    lake: NamedPath | None = None
    "Directory that voice-analytics local run has written. Default: VOICE_ANALYTICS_LAKE."
    athena: Annotated[bool, Parameter(negative="")] = False
    "Ask Athena, with the AWS credentials of the environment."
    workgroup: str | None = None
    "The stack's workgroup; voice-analytics where it is not given."
    database: str | None = None
    "The stack's database; the workgroup's name with _ for - where it is not given."
    region: str | None = None
    "The stack's region; that of the AWS configuration where it is not given."

    def folder(self) -> Path | None:
        """The folder of the lake; None for Athena. Raises UsageError unless one of the two is."""
        named = os.environ.get(LAKE_VARIABLE)
        lake = Path(named) if self.lake is None and named and not self.athena else self.lake
        options = ("athena", "workgroup", "database", "region")
        of_athena = [f"--{name}" for name in options if getattr(self, name)]
        if lake is not None and of_athena:
            raise UsageError(f"--lake and {of_athena[0]} do not go together", "give one of them")
        if lake is None and not self.athena:
            raise UsageError(
                "nothing says where the calls are",
                f"give --lake DIRECTORY or set {LAKE_VARIABLE}, or --athena for a deployed stack",
            )
        return lake

    def described(self) -> str:
        """What a page says of where its calls are from."""
        lake = self.folder()
        return f"local lake: {lake.resolve().name}" if lake else f"Athena, workgroup {self._group}"

    def open(self, seconds: float | None = None) -> AbstractContextManager[Ask]:
        """Open it; a query of a lake is ended after `seconds`. Athena has limits of its own."""
        if lake := self.folder():
            return lake_source(lake, seconds)
        from voice_analytics.report.athena_source import open_athena  # noqa: PLC0415 - slow to load

        database = self.database or self._group.replace("-", "_")
        return open_athena(self._group, database, self.region)

    @property
    def _group(self) -> str:
        return self.workgroup or _WORKGROUP
