"""What a value must be beyond its type, and what a time is.

Pydantic calls the functions of VALIDATORS while it validates.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from session_analytics.schema.python_text import COLLECTION_START, collection_items, enum_member

EARLIEST = datetime(1970, 1, 1)  # noqa: DTZ001 - times are naive UTC from here on
# Firehose writes INT96 timestamps; readers that turn them into 64-bit nanoseconds wrap after
# 2262-04-11T23:47:16.
LATEST = datetime(2262, 4, 10, 23, 59, 59, 999999)  # noqa: DTZ001
INT64_MAX = 2**63 - 1
NO_LATENCY = -1  # LiveKit's word for it
MAX_TEXTS = 20_000  # of a list
_TWO_DIGITS = [f"{number:02}" for number in range(60)]
_THREE_DIGITS = [f"{number:03}" for number in range(1_000)]
_MASK = "***"  # or more of them
_MARKS = ("<", _MASK)  # what Python's text of an object, or a mask, starts with
_OBJECT = re.compile(r"<[A-Za-z_][\w.]*(?: object at 0x[0-9a-f]+|: .*|\.\w+)?>")
_EXPECTED = f"a time from {EARLIEST:%Y-%m-%d} to {LATEST:%Y-%m-%d}"


def utc(moment: datetime) -> datetime:
    """The moment as a naive UTC time truncated to milliseconds; a naive one means UTC already.

    Raises ValueError outside 1970-01-01 … 2262-04-10.
    """
    if offset := moment.utcoffset():
        try:
            moment -= offset
        except OverflowError:
            raise ValueError(_EXPECTED) from None
    moment = moment.replace(tzinfo=None, microsecond=moment.microsecond // 1000 * 1000)
    if not EARLIEST <= moment <= LATEST:
        raise ValueError(_EXPECTED)
    return moment


def from_epoch_ms(milliseconds: int) -> datetime:
    """CloudWatch's time (epoch milliseconds) as a naive UTC time.

    Raises ValueError outside 1970-01-01 … 2262-04-10.
    """
    try:
        return utc(EARLIEST + timedelta(milliseconds=milliseconds))
    except OverflowError as error:
        raise ValueError(_EXPECTED) from error


def seconds_before(moment: datetime, seconds: float) -> datetime | None:
    """The time `seconds` before `moment`; None where a column cannot hold it."""
    try:
        return utc(moment - timedelta(seconds=seconds))
    except (OverflowError, ValueError):
        return None


def column_text(moment: datetime) -> str:
    """`YYYY-MM-DD HH:MM:SS.mmm`, the form that OpenX's and Hive's JSON SerDe both read."""
    minute = _minute(moment.year, moment.month, moment.day, moment.hour, moment.minute)
    return f"{minute}{_TWO_DIGITS[moment.second]}.{_THREE_DIGITS[moment.microsecond // 1000]}"


@lru_cache(4_096)
def _minute(year: int, month: int, day: int, hour: int, minute: int) -> str:
    return f"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:"


def no_bool(value: Any) -> Any:
    """The value. Raises ValueError for true and false, which pydantic would take for 1 and 0."""
    if value is True or value is False:
        raise ValueError("a number")
    return value


def latency(value: float) -> float:
    """The value; -1 stands for none. Raises ValueError for any other below 0."""
    if value < 0 and value != NO_LATENCY:
        raise ValueError("0 or more")
    return value


def text(value: Any) -> Any:
    """The value. Raises ValueError for a text that CloudWatch's data protection has masked."""
    if isinstance(value, str) and value.startswith(_MASK) and is_masked(value):
        raise ValueError("a text that is not masked")
    return value


def is_masked(value: str) -> bool:
    """Whether a text is asterisks alone, as CloudWatch's data protection leaves it."""
    return value.startswith(_MASK) and not value.strip("*")


def _is_plain(value: Any) -> bool:
    """Whether a text is neither masked nor Python's text of an object."""
    return "." not in value and not value.startswith(_MARKS)


def word(value: Any) -> Any:
    """A word of a closed vocabulary: of Python's text of an Enum the member, in any case.

    Raises ValueError where it is the text of another object.
    """
    if not isinstance(value, str) or _is_plain(value):
        return value
    if (member := enum_member(value)) is not None:
        return member
    return _no_object(text(value))


def phrase(value: Any) -> Any:
    """A text that may be Python's text of an Enum: `Tool.SALESFORCE`, but not `Node.js`."""
    if not isinstance(value, str) or _is_plain(value):
        return value
    member = enum_member(value) or ""
    if member and (value.startswith("<") or (member.isupper() and len(member) > 2)):
        return member  # `Acme.IO` is not one
    return _no_object(text(value))


def _no_object(value: str) -> str:
    if value.startswith("<") and _OBJECT.fullmatch(value):
        raise ValueError("a value, and not Python's text of an object")
    return value


def one_as_list(value: Any) -> Any:
    """A list of the text where the value is a text; other values as they are.

    Python's text of a set, list or tuple is the list. Raises ValueError where it is of something
    else; a text in brackets is a text.
    """
    if isinstance(value, list) and len(value) > MAX_TEXTS:
        raise ValueError(f"at most {MAX_TEXTS} texts")
    if not isinstance(value, str) or not value:
        return value
    if not COLLECTION_START.match(value):
        return [value]
    if (items := collection_items(value)) is not None:
        return items
    if value.startswith("("):
        return [value]
    raise ValueError("a list of texts")


def list_or_object(value: Any) -> str:
    """Discriminator of a list-or-object union."""
    return "<object>" if isinstance(value, dict) else "<list>"


# By the names that contract.json has for them.
VALIDATORS: Mapping[str, Callable[[Any], Any]] = {
    validator.__name__: validator
    for validator in (utc, no_bool, latency, text, word, phrase, one_as_list, list_or_object)
}

_PLAIN = r"^(?:[^.<*][^.]*)?$"
# What pydantic's core passes by itself, by the name of the function that it would ask: what it
# passes, the function would pass unchanged. Python is called for the other values alone.
NATIVE: Mapping[str, Mapping[str, Any]] = {
    "no_bool": {"strict": True},
    "text": {"strict": True, "pattern": r"^(?:[^*]|$)"},
    "word": {"strict": True, "pattern": _PLAIN},
    "phrase": {"strict": True, "pattern": _PLAIN},
}
