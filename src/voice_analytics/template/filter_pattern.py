"""CloudWatch Logs filter patterns: which lines of a log group reach the stream.

CloudWatch Logs User Guide, "Filter pattern syntax" and "Supported regular expressions (regex)
syntax". Of the syntax the three forms are known that a subscription of this project uses; all
others are refused by name, so that no line is filtered by a guess.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from voice_analytics.errors import UserError

_FORMS = (
    'the local chain reads %regex%, { $.field = "text" } and the empty pattern, which matches '
    "every line"
)
# Alphanumerics, `: _ # = @ / ; , -` and the operators; round brackets, spaces and all other
# characters are refused by CloudWatch.
_REGEX_CHARACTERS = re.compile(r"[A-Za-z0-9:_#=@/;,\-^$?\[\]{}|\\*+.]+")
_JSON_PATTERN = re.compile(
    r'\{\s*\$\.(?P<path>[\w-]+(?:\.[\w-]+)*)\s*=\s*(?:"(?P<quoted>[^"*]*)"|(?P<bare>[A-Za-z][\w-]*))\s*\}',
    re.ASCII,
)


def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """What says whether a line matches. Raises UserError for a pattern of another form."""
    text = pattern.strip()
    if not text:
        return lambda _: True
    if len(text) > 2 and text[0] == text[-1] == "%":
        return _regex(text[1:-1], pattern)
    if json_pattern := _JSON_PATTERN.fullmatch(text):
        quoted = json_pattern["quoted"]
        return _json(
            json_pattern["path"].split("."), quoted if quoted is not None else json_pattern["bare"]
        )
    raise UserError(
        f"the filter pattern {pattern} is of a form that is not understood here", _FORMS
    )


def _regex(regex: str, pattern: str) -> Callable[[str], bool]:
    if not _REGEX_CHARACTERS.fullmatch(regex):
        raise UserError(
            f"the filter pattern {pattern} has a character that CloudWatch Logs refuses in a "
            f"regular expression",
            "use letters, digits, : _ # = @ / ; , - and the operators ^ $ ? [ ] { } | \\ * + . (no "
            "brackets, no spaces)",
        )
    try:
        compiled = re.compile(regex, re.ASCII)
    except re.error as error:
        raise UserError(
            f"the filter pattern {pattern} is not a regular expression: {error}", "correct it"
        ) from None
    return lambda line: compiled.search(line) is not None


def _json(path: list[str], expected: str) -> Callable[[str], bool]:
    def matches(line: str) -> bool:
        """Only a line that is JSON as a whole can match; a bare NaN is not JSON."""
        try:
            value = json.loads(line, parse_constant=_refuse)
        except (ValueError, RecursionError):
            return False
        for key in path:
            if not isinstance(value, dict):
                return False
            value = value.get(key)
        return isinstance(value, str) and value == expected

    return matches


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
