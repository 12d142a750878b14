"""Python's text of an object -> the object.

`json.dumps(event, default=str)` writes it for an Enum or a set; a dict that is logged as the
message or returned by a tool is written as its `repr`.
"""

import ast
import re
import warnings
from typing import Any

# The quantifiers are possessive and each place of a text belongs to one token: linear in the text.
_STRING = r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+\""""
# In a repr: a string; an Enum's member `<Name.MEMBER: 'value'>`; another object `<…>`; a time; a
# value in a constructor, `UUID('…')`; numbers that are not literals.
_TOKEN = re.compile(
    rf"(?P<string>{_STRING}|['\"].*+)"
    rf"|<[\w.]++: (?P<member>{_STRING}|-?[\w.]++)>"
    r"|(?P<object><[^<>]*+>)"
    r"|datetime\.datetime\((?P<time>\d+(?:, \d+)*+)(?:, (?:tzinfo|fold)=[^(),]*+(?:\(\))?)*+\)"
    r"|-?(?P<number>nan|inf)\b"
    rf"|(?P<word>[A-Za-z_][\w.]*+)(?:\((?P<argument>{_STRING})\))?",
    re.DOTALL,
)
_LITERAL = re.compile(r"-?\d+(?:\.\d+)?|True|False|None")
# Python's parser takes some 1.6 KB for each value of a text.
MAX_VALUES = 100_000
_SEPARATOR = re.compile(r"[,:\[{(]")
_MAX_MEMBER = 200  # characters of an Enum's text
_MAX_COLLECTION = 20_000  # characters of a collection's text
# A class has lower-case letters too: `U.S` and `St.LOUIS` are places.
_MEMBER = re.compile(
    r"<[A-Za-z_][\w.]*\.(?P<name>\w+): (?P<value>.*)>|[A-Z]\w*[a-z]\w*\.(?P<member>[A-Za-z_]\w+)",
    re.DOTALL,
)
_CONSTRUCTOR = r"(?:set|frozenset|deque|dict_keys|dict_values)\("
COLLECTION_START = re.compile(rf"[\[{{(]|{_CONSTRUCTOR}")
_COLLECTION = re.compile(
    rf"(?P<plain>[\[{{(].*)|{_CONSTRUCTOR}(?P<items>[\[{{].*[\]}}])?(?:, maxlen=\d+)?\)", re.DOTALL
)


def parse_repr(text: str) -> Any:
    """The value of a `repr` of JSON-like data; sets and tuples are lists. Raises ValueError."""
    if sum(1 for _ in _SEPARATOR.finditer(text)) > MAX_VALUES:
        raise ValueError("too many values")
    try:
        value = _literal(text)
    except ValueError:
        value = _literal(_TOKEN.sub(_as_literal, text))
    return _plain(value)


def enum_member(text: str) -> str | None:
    """The member of an Enum that a text stands for: `BOOKING` of `ConversationState.BOOKING`.

    The value of `<CloseReason.ERROR: 'error'>` where it is a text, else the name: `BOOKING` of
    `<State.BOOKING: 2>`. None where the text is of another kind.
    """
    if "." not in text or len(text) > _MAX_MEMBER or not (match := _MEMBER.fullmatch(text)):
        return None
    if match["member"]:
        return match["member"]
    try:
        value = _literal(match["value"])
    except ValueError:
        value = None
    return value if isinstance(value, str) else match["name"]


def collection_items(text: str) -> list[str] | None:
    """The texts of a list, tuple or set that Python wrote as text; None of anything else."""
    if len(text) > _MAX_COLLECTION or not (match := _COLLECTION.fullmatch(text)):
        return None
    try:
        value = parse_repr(match["plain"] or match["items"] or "[]")
    except ValueError:
        return None
    is_texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return value if is_texts else None


def _literal(text: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a `\S` in a text: it would quote the text
        try:
            return ast.literal_eval(text)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            raise ValueError("not a Python literal") from None


def _as_literal(token: re.Match[str]) -> str:
    if token["string"]:
        return token["string"]
    if value := token["member"] or token["argument"]:
        return value if value[0] in "'\"" or _LITERAL.fullmatch(value) else repr(value)
    if token["word"]:
        return token["word"]
    if token["time"]:
        return repr(_iso([int(part) for part in token["time"].split(",") if part.strip()]))
    return repr(token[0])


def _iso(parts: list[int]) -> str:
    """The time of `datetime.datetime(2026, 3, 5, 11, 50)`: Python writes the minute always."""
    year, month, day, hour, minute, second, microsecond = (*parts, 0, 0)[:7]
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{microsecond:06}"


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case set() | frozenset():
            return sorted((_plain(inner) for inner in value), key=str)
        case bytes():
            return value.decode(errors="replace")
        case complex():
            return str(value)
    return value
