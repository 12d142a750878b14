"""Functions of text and of bytes.

https://trino.io/docs/current/functions/string.html
"""

import base64
import hashlib
import hmac
import re
import unicodedata
import zlib
from typing import Any, Literal
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from athena_duckdb.udf.registry import Failure, python

_LONGEST = 2**31 - 1
_MOST_PADDED = 10_000_000
_SOUNDEX = str.maketrans("BFPVCGJKQSXZDTLMNR", "111122222222334556")


@python
def pad(text: str, size: int, padding: str, *, left: bool) -> str:
    """Lpad and rpad."""
    if not 0 <= size <= _LONGEST:
        raise Failure(f"Target length must be in the range [0..{_LONGEST}]")
    if not padding:
        raise Failure("Padding string must not be empty")
    missing = size - len(text)
    if missing <= 0:
        return text[:size]
    if missing > _MOST_PADDED:
        raise Failure(f"the local engine pads a text with {_MOST_PADDED:,} characters at the most")
    filler = (padding * (missing // len(padding) + 1))[:missing]
    return filler + text if left else text + filler


@python
def lpad(text: str, size: int, padding: str) -> str:
    return str(pad(text, size, padding, left=True))


@python
def rpad(text: str, size: int, padding: str) -> str:
    return str(pad(text, size, padding, left=False))


@python
def levenshtein_distance(first: str, second: str) -> int:
    row = list(range(len(second) + 1))
    for place, letter in enumerate(first, start=1):
        before, row[0] = row[0], place
        for index, against in enumerate(second, start=1):
            before, row[index] = (
                row[index],
                min(row[index] + 1, row[index - 1] + 1, before + (letter != against)),
            )
    return row[-1]


@python
def hamming_distance(first: str, second: str) -> int:
    if len(first) != len(second):
        raise Failure("The input strings to hamming_distance function must have the same length")
    return sum(left != right for left, right in zip(first, second, strict=True))


@python
def soundex(text: str) -> str:
    letters = [letter for letter in text.upper() if letter.isalpha()]
    if any(letter not in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for letter in letters):
        raise Failure(f"The character is not mapped: {text}")
    if not letters:
        return ""
    code, last = letters[0], letters[0].translate(_SOUNDEX)
    for letter in letters[1:]:
        digit = letter.translate(_SOUNDEX)
        if letter in "HW":
            continue
        if digit.isdigit() and digit != last:
            code += digit
        last = digit
    return (code + "000")[:4]


@python
def translate(text: str, source: str, target: str) -> str:
    table: dict[int, str | None] = {}
    for index, letter in enumerate(source):
        table.setdefault(ord(letter), target[index] if index < len(target) else None)
    return text.translate(table)


@python
def strpos(text: str, part: str, instance: int) -> int:
    if not instance:
        raise Failure("'instance' must be a positive or negative number.")
    if not part:
        return 0
    if instance > 0:
        position = -1
        for _ in range(instance):
            position = text.find(part, position + 1)
            if position < 0:
                return 0
        return position + 1
    position = len(text) + len(part)
    for _ in range(-instance):
        position = text.rfind(part, 0, position + len(part) - 1)
        if position < 0:
            return 0
    return position + 1


@python
def split(text: str, delimiter: str, limit: int) -> list[str]:
    if limit <= 0:
        raise Failure("Limit must be positive")
    if limit > _LONGEST:
        raise Failure("Limit is too large")
    if not delimiter:
        raise Failure("The delimiter may not be the empty string")
    return text.split(delimiter, limit - 1)


@python
def split_to_map(text: str, entries: str, pairs: str) -> Any:
    mapping: dict[str, str] = {}
    for key, value in _pairs(text, entries, pairs):
        if key in mapping:
            raise Failure(f"Duplicate keys ({key}) are not allowed")
        mapping[key] = value
    return {"key": list(mapping), "value": list(mapping.values())}


@python
def split_to_multimap(text: str, entries: str, pairs: str) -> Any:
    multimap: dict[str, list[str]] = {}
    for key, value in _pairs(text, entries, pairs):
        multimap.setdefault(key, []).append(value)
    return {"key": list(multimap), "value": list(multimap.values())}


def _pairs(text: str, entries: str, pairs: str) -> list[list[str]]:
    if not entries or not pairs:
        raise Failure(f"{'entry' if not entries else 'keyValue'}Delimiter is empty")
    if entries == pairs:
        raise Failure("entryDelimiter and keyValueDelimiter must not be the same")
    result = []
    for entry in text.split(entries):
        if not entry:
            continue
        if len(pair := entry.split(pairs)) != 2:
            raise Failure(
                f"Key-value delimiter must appear exactly once in each entry. Bad input: '{entry}'"
            )
        result.append(pair)
    return result


@python
def luhn_check(text: str) -> bool:
    if re.search(r"[^0-9]", text):
        raise Failure("Input string must only contain digits")
    if not text:
        return False
    total = 0
    for index, digit in enumerate(reversed(text)):
        doubled = int(digit) * (1 + index % 2)
        total += doubled - 9 * (doubled > 9)
    return total % 10 == 0


@python
def normalize(text: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> str:
    return unicodedata.normalize(form, text)


@python
def trim_of(text: str, characters: str, side: str) -> str:
    match side:
        case "LEADING":
            return text.lstrip(characters)
        case "TRAILING":
            return text.rstrip(characters)
    return text.strip(characters)


@python
def url_part(url: str, part: str) -> Any:  # noqa: PLR0911 - a case a part
    """A part of a URL; null where there is none or the text is not a URL."""
    if re.search(r"[\s<>\"{}|\\^`]", url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme and not (parts.netloc or parts.path):
        return None
    match part:
        case "protocol":
            return parts.scheme
        case "host":
            return _host(parts.netloc)
        case "port":
            return port
        case "path":
            return unquote(parts.path)
        case "query":
            return unquote(parts.query)
    return unquote(parts.fragment)


def _host(authority: str) -> str:
    host = authority.rpartition("@")[2]
    return re.sub(r":\d*$", "", host)


@python
def url_extract_parameter(url: str, name: str) -> str | None:
    try:
        query = urlsplit(url).query
    except ValueError:
        return None
    for part in query.split("&"):
        key, _, value = part.partition("=")
        if key == name:
            return unquote_plus(value)
    return None


@python
def url_encode(text: str) -> str:
    return quote(text, safe="*-._").replace("%20", "+").replace("~", "%7E")


@python
def url_decode(text: str) -> str:
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise Failure("URLDecoder: Illegal hex characters in escape (%) pattern")
    return unquote_plus(text)


@python
def from_utf8(value: bytes) -> str:
    return value.decode("utf-8", "replace")


@python
def to_utf8(text: str) -> bytes:
    return text.encode()


@python
def digest(value: bytes, algorithm: str) -> bytes:
    return hashlib.new(algorithm, value, usedforsecurity=False).digest()


@python
def hmac_digest(value: bytes, key: bytes, algorithm: str) -> bytes:
    return hmac.digest(key, value, algorithm)


@python
def crc32(value: bytes) -> int:
    return zlib.crc32(value)


@python
def to_hex(value: bytes) -> str:
    return value.hex().upper()


@python
def from_hex(text: str) -> bytes:
    if len(text) % 2:
        raise Failure(
            f"invalid input length {len(text)}",
        )
    try:
        return base64.b16decode(text, casefold=True)
    except ValueError as error:
        raise Failure(f"invalid hex character: {text}") from error


@python
def to_base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


@python
def to_base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode()


@python
def to_base32(value: bytes) -> str:
    return base64.b32encode(value).decode()


@python
def from_base64(text: str) -> bytes:
    return _decoded(text, "+/")


@python
def from_base64url(text: str) -> bytes:
    return _decoded(text, "-_")


def _decoded(text: str, letters: str) -> bytes:
    try:
        padded = text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
        return base64.b64decode(padded, letters.encode(), validate=True)
    except ValueError as error:
        raise Failure(f"Illegal base64 character: {text}") from error


@python
def from_base32(text: str) -> bytes:
    try:
        return base64.b32decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 8))
    except ValueError as error:
        raise Failure(f"Invalid base32: {text}") from error
