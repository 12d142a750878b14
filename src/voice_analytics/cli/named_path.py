"""A path on the command line."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, Token

from voice_analytics.errors import UserError


def _named(_type: type, tokens: Sequence[Token]) -> Path:
    token = tokens[0]
    if not token.value:
        raise UserError(
            f"{token.keyword} is empty", "name a file or directory; . is the current directory"
        )
    return Path(token.value)


# A path that was given: without this, an empty one would mean the current directory.
type NamedPath = Annotated[Path, Parameter(converter=_named)]
