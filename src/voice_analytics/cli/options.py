"""Types of options that several commands share."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, Token

from voice_analytics.errors import UsageError
from voice_analytics.project_files import ROOT

TEMPLATE = ROOT / "template.yaml"
LAKE_VARIABLE = "VOICE_ANALYTICS_LAKE"


def _parse_path(_type: type, tokens: Sequence[Token]) -> Path:
    token = tokens[0]
    if not token.value:
        raise UsageError(
            f"{token.keyword or LAKE_VARIABLE} is empty",
            "name a file or directory; . is the current directory",
        )
    return Path(token.value)


def _parse_whole_number(_type: type, tokens: Sequence[Token]) -> int:
    try:
        return int(tokens[0].value)
    except ValueError:
        raise ValueError(f"{tokens[0].value} is not a whole number") from None


# A path that is not empty: pathlib reads an empty text as the current directory.
type NamedPath = Annotated[Path, Parameter(converter=_parse_path)]
# The lake that a command reads.
type Lake = Annotated[Path, Parameter(converter=_parse_path, env_var=LAKE_VARIABLE)]
# The lake that a command writes: --lake as for the commands that read it, or --out.
type NewLake = Annotated[
    Path, Parameter(name=["--out", "--lake"], converter=_parse_path, env_var=LAKE_VARIABLE)
]
# An int that was written as one: cyclopts itself would round 1.5.
type WholeNumber = Annotated[int, Parameter(converter=_parse_whole_number)]
