"""Types of options that several commands share."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, Token

from voice_analytics.errors import UserError


def _parse_path(_type: type, tokens: Sequence[Token]) -> Path:
    token = tokens[0]
    if not token.value:
        raise UserError(
            f"{token.keyword} is empty", "name a file or directory; . is the current directory"
        )
    return Path(token.value)


def _parse_whole_number(_type: type, tokens: Sequence[Token]) -> int:
    try:
        return int(tokens[0].value)
    except ValueError:
        raise ValueError(f"{tokens[0].value} is not a whole number") from None


# A path that is not empty: pathlib reads an empty text as the current directory.
type NamedPath = Annotated[Path, Parameter(converter=_parse_path)]
# An int that was written as one: cyclopts itself would round 1.5.
type WholeNumber = Annotated[int, Parameter(converter=_parse_whole_number)]
