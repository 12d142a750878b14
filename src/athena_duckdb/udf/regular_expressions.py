"""Regular expressions with the meaning of Trino's library, Joni with Java's syntax.

Letters, digits, blanks and the edges of words are those of Unicode; there are look-around,
back-references and named groups. https://trino.io/docs/current/functions/regexp.html
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import regex

from athena_duckdb.udf.registry import Failure, python

_JAVA = re.compile(r"\\(?:[zZhRQE]|p\{Is(\w+)\}|.)|\[|\]|&&", re.DOTALL)
_KNOWN = {r"\z": r"\Z", r"\Z": r"(?=\n?\Z)", r"\h": r"[0-9a-fA-F]"}


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    try:
        return regex.compile(_python_syntax(pattern), regex.VERSION0)
    except regex.error as error:
        raise Failure(f"{error.msg}: {pattern}") from error


def _python_syntax(pattern: str) -> str:
    def replaced(match: re.Match[str]) -> str:
        return _KNOWN.get(match[0], match[0])

    return _JAVA.sub(replaced, pattern)


def _matches(pattern: str, text: str) -> Iterator[Any]:
    compiled = _compiled(pattern)
    position = 0
    while position <= len(text) and (match := compiled.search(text, position)):
        yield match
        position = match.end() + (match.end() == match.start())


def group_count(pattern: str) -> int:
    """The number of groups of a pattern; raises Failure for a wrong one."""
    return int(_compiled(pattern).groups)


def _checked(pattern: str, group: int) -> None:
    if group < 0:
        raise Failure("Group cannot be negative")
    if group > (groups := group_count(pattern)):
        raise Failure(f"Pattern has {groups} groups. Cannot access group {group}")


@python
def regexp_like(text: str, pattern: str) -> bool:
    return _compiled(pattern).search(text) is not None


@python
def regexp_extract(text: str, pattern: str, group: int = 0) -> str | None:
    _checked(pattern, group)
    match = _compiled(pattern).search(text)
    return match[group] if match else None


@python
def regexp_extract_all(text: str, pattern: str, group: int = 0) -> list[str | None]:
    _checked(pattern, group)
    return [match[group] for match in _matches(pattern, text)]


@python
def regexp_count(text: str, pattern: str) -> int:
    return sum(1 for _ in _matches(pattern, text))


@python
def regexp_split(text: str, pattern: str) -> list[str]:
    parts, position = [], 0
    for match in _matches(pattern, text):
        parts.append(text[position : match.start()])
        position = match.end()
    return [*parts, text[position:]]


@python
def regexp_position(text: str, pattern: str, start: int = 1, occurrence: int = 1) -> int:
    """The place of a match, counted from 1; -1 where there is none."""
    if start < 1:
        raise Failure(f"start position cannot be smaller than 1, found {start}")
    if occurrence < 1:
        raise Failure(f"occurrence cannot be smaller than 1, found {occurrence}")
    if start > len(text):
        return -1
    compiled, position = _compiled(pattern), start - 1
    for remaining in range(occurrence, 0, -1):
        match = compiled.search(text, position)
        if not match or (position >= len(text) and remaining < occurrence):
            return -1
        if remaining == 1:
            return int(match.start()) + 1
        position = match.start() + 1
    return -1


@python
def regexp_replace(text: str, pattern: str, replacement: str = "") -> str:
    parts, position = [], 0
    for match in _matches(pattern, text):
        parts += [text[position : match.start()], _filled(match, replacement)]
        position = match.end()
    return "".join([*parts, text[position:]])


def _filled(match: Any, replacement: str) -> str:
    """The replacement with its $1 and ${name}; a backslash takes the next character as it is."""
    parts, position = [], 0
    while position < len(replacement):
        letter = replacement[position]
        if letter == "\\":
            position += 1
            if position == len(replacement):
                raise Failure(f"Illegal replacement sequence: {replacement}")
            parts.append(replacement[position])
            position += 1
        elif letter == "$":
            group, position = _group(match, replacement, position + 1)
            parts.append(match[group] or "")
        else:
            parts.append(letter)
            position += 1
    return "".join(parts)


def _group(match: Any, replacement: str, at: int) -> tuple[int, int]:
    if replacement[at : at + 1] == "{":
        end = replacement.find("}", at)
        name = replacement[at + 1 : end]
        if end < 0 or name not in match.re.groupindex:
            raise Failure(f"Illegal replacement sequence: unknown group {{ {name} }}")
        return match.re.groupindex[name], end + 1
    if not replacement[at : at + 1].isdigit():
        raise Failure(f"Illegal replacement sequence: {replacement}")
    groups = match.re.groups
    number = int(replacement[at])
    if number > groups:
        raise Failure(f"Illegal replacement sequence: unknown group {number}")
    at += 1
    while replacement[at : at + 1].isdigit() and number * 10 + int(replacement[at]) <= groups:
        number = number * 10 + int(replacement[at])
        at += 1
    return number, at
