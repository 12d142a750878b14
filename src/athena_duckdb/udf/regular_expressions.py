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
    def replaced(found: re.Match[str]) -> str:
        return _KNOWN.get(found[0], found[0])

    return _JAVA.sub(replaced, pattern)


def _matches(pattern: str, text: str) -> Iterator[Any]:
    compiled = _compiled(pattern)
    at = 0
    while at <= len(text) and (found := compiled.search(text, at)):
        yield found
        at = found.end() + (found.end() == found.start())


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
    found = _compiled(pattern).search(text)
    return found[group] if found else None


@python
def regexp_extract_all(text: str, pattern: str, group: int = 0) -> list[str | None]:
    _checked(pattern, group)
    return [found[group] for found in _matches(pattern, text)]


@python
def regexp_count(text: str, pattern: str) -> int:
    return sum(1 for _ in _matches(pattern, text))


@python
def regexp_split(text: str, pattern: str) -> list[str]:
    parts, at = [], 0
    for found in _matches(pattern, text):
        parts.append(text[at : found.start()])
        at = found.end()
    return [*parts, text[at:]]


@python
def regexp_position(text: str, pattern: str, start: int = 1, occurrence: int = 1) -> int:
    """The place of a match, counted from 1; -1 where there is none."""
    if start < 1:
        raise Failure(f"start position cannot be smaller than 1, found {start}")
    if occurrence < 1:
        raise Failure(f"occurrence cannot be smaller than 1, found {occurrence}")
    if start > len(text):
        return -1
    compiled, at = _compiled(pattern), start - 1
    for remaining in range(occurrence, 0, -1):
        found = compiled.search(text, at)
        if not found or (at >= len(text) and remaining < occurrence):
            return -1
        if remaining == 1:
            return int(found.start()) + 1
        at = found.start() + 1
    return -1


@python
def regexp_replace(text: str, pattern: str, replacement: str = "") -> str:
    parts, at = [], 0
    for found in _matches(pattern, text):
        parts += [text[at : found.start()], _filled(found, replacement)]
        at = found.end()
    return "".join([*parts, text[at:]])


def _filled(found: Any, replacement: str) -> str:
    """The replacement with its $1 and ${name}; a backslash takes the next character as it is."""
    parts, at = [], 0
    while at < len(replacement):
        letter = replacement[at]
        if letter == "\\":
            at += 1
            if at == len(replacement):
                raise Failure(f"Illegal replacement sequence: {replacement}")
            parts.append(replacement[at])
            at += 1
        elif letter == "$":
            group, at = _group(found, replacement, at + 1)
            parts.append(found[group] or "")
        else:
            parts.append(letter)
            at += 1
    return "".join(parts)


def _group(found: Any, replacement: str, at: int) -> tuple[int, int]:
    if replacement[at : at + 1] == "{":
        end = replacement.find("}", at)
        name = replacement[at + 1 : end]
        if end < 0 or name not in found.re.groupindex:
            raise Failure(f"Illegal replacement sequence: unknown group {{ {name} }}")
        return found.re.groupindex[name], end + 1
    if not replacement[at : at + 1].isdigit():
        raise Failure(f"Illegal replacement sequence: {replacement}")
    groups = found.re.groups
    number = int(replacement[at])
    if number > groups:
        raise Failure(f"Illegal replacement sequence: unknown group {number}")
    at += 1
    while replacement[at : at + 1].isdigit() and number * 10 + int(replacement[at]) <= groups:
        number = number * 10 + int(replacement[at])
        at += 1
    return number, at
