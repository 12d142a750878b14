"""Takes personal data that has a form of its own out of free text: `[email]` for an address.

Kinds: `email`, `phone`, `card` (ISO/IEC 7812 with Luhn's check digit), `iban` (ISO 13616 with its
check modulo 97), `ssn` (US social security number), `ip` (IPv4, IPv6) and `query` (the query string
of a URL). E-mail addresses and numbers are found as people dictate them, too: "ada dot king at
example dot com", "four one five, double five, five oh one nine nine". What only looks alike stays:
amounts, dates, times, versions, numbers whose check fails.

Every pattern is bounded or disjoint from what follows it, so time is linear in the text. Standard
library of Python 3.10 alone: the recorder in the agent uses the same module.
"""

from __future__ import annotations

import re
from collections import Counter
from ipaddress import ip_address
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ("query", "email", "iban", "card", "ssn", "ip", "phone")

# A local part is cut at 64 characters by RFC 5321, a label of a domain at 63 by RFC 1035.
_EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,63}")
_PART = r"[a-z0-9]{1,32}"
_JOINED = rf"{_PART}(?: (?:dot|period|point|underscore|dash|hyphen|minus) {_PART}){{0,6}}"
_DOMAIN = (
    r"com|net|org|edu|gov|info|biz|io|ai|co|app|dev|tech|cloud|eu|de|fr|uk|us|ca|ch|at|nl|es|it"
)
_DICTATED_EMAIL = re.compile(
    rf"\b{_JOINED} (?:at|at sign) {_PART}(?: (?:dash|hyphen) {_PART}){{0,3}}"
    rf"(?: (?:dot|period|point) {_PART}){{0,3}} (?:dot|period|point) (?:{_DOMAIN})\b",
    re.IGNORECASE,
)
_URL = re.compile(r"\b(https?://[^\s?#\"'<>]{1,2000})\?[^\s#\"'<>]{1,8000}", re.IGNORECASE)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_CARD = re.compile(r"(?<![\w.,-])(?<!\d )[2-6](?:[ -]?\d){12,18}(?![\w-]|[ .,]\d)")
_SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w-])")
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_IPV6 = re.compile(
    r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?"
    r"(?![\w:])",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w.,:/-])(?<!\d )(?:\+|\()?\d(?:[ .()/-]{0,3}\d){6,14}(?!\w|[ .,:/-]\d)")
_DIGIT_WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
)
_SPOKEN_DIGIT = rf"(?:oh|{'|'.join(_DIGIT_WORDS)}|\d)"
_DICTATED_PHONE = re.compile(
    rf"\b(?:plus )?(?:(?:double|triple) )?{_SPOKEN_DIGIT}"
    rf"(?:[ ,-]{{1,2}}(?:(?:double|triple) )?{_SPOKEN_DIGIT}){{6,18}}\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12]\d|3[01])\b"
    r"|(?:0?[1-9]|[12]\d|3[01])[-./ ](?:0?[1-9]|[12]\d|3[01])[-./ ](?:19|20)\d\d\b"
)
# "look at example dot com" names a site, not an address.
_NOT_A_LOCAL_PART = frozenset(
    [
        "look",
        "looking",
        "looked",
        "looks",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "go",
        "going",
        "went",
        "me",
        "us",
        "it",
        "them",
        "him",
        "her",
        "you",
        "see",
        "work",
        "working",
        "works",
        "worked",
        "arrive",
        "available",
        "live",
        "here",
        "there",
        "site",
        "website",
        "page",
        "person",
        "people",
        "start",
        "started",
        "meet",
        "meeting",
        "stay",
        "sign",
        "log",
        "check",
        "visit",
        "find",
        "found",
        "help",
        "and",
        "or",
        "anyone",
        "someone",
    ]
)
_SEVEN_DIGITS = 7
_LONGEST_NATIONAL_NUMBER = 11


def redact(text: str, counts: Counter[str] | None = None) -> str:
    """The text with `[kind]` in place of what was found; `counts` counts each by its kind."""
    counter: Counter[str] = Counter() if counts is None else counts
    if "://" in text:
        text = _URL.sub(lambda match: f"{match[1]}?{_mark('query', counter)}", text)
    if "@" in text:
        text = _replace(_EMAIL, "email", text, counter)
    lower = text.lower()
    if " at " in lower and (" dot " in lower or " point " in lower or " period " in lower):
        text = _replace(_DICTATED_EMAIL, "email", text, counter, _is_dictated_email)
    digits = sum(map(text.count, "0123456789"))
    if digits >= _SEVEN_DIGITS:
        text = _replace(_IBAN, "iban", text, counter, _is_iban)
        text = _replace(_CARD, "card", text, counter, _is_card)
        text = _replace(_SSN, "ssn", text, counter)
    if digits >= 4 and text.count(".") >= 3:
        text = _replace(_IPV4, "ip", text, counter, _is_ip)
    if text.count(":") >= 2:
        text = _replace(_IPV6, "ip", text, counter, _is_ip)
    if digits >= _SEVEN_DIGITS:
        text = _replace(_PHONE, "phone", text, counter, _is_phone)
    if digits + sum(map(lower.count, (*_DIGIT_WORDS, "oh"))) >= _SEVEN_DIGITS:
        text = _replace(_DICTATED_PHONE, "phone", text, counter, _is_dictated_number)
    return text


def _replace(
    pattern: re.Pattern[str],
    kind: str,
    text: str,
    counts: Counter[str],
    holds: Callable[[str], bool] = bool,
) -> str:
    return pattern.sub(lambda match: _mark(kind, counts) if holds(match[0]) else match[0], text)


def _mark(kind: str, counts: Counter[str]) -> str:
    counts[kind] += 1
    return f"[{kind}]"


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _is_card(text: str) -> bool:
    """Whether the digits pass Luhn's check."""
    digits = [int(digit) for digit in _digits(text)]
    if len(digits) not in (13, 14, 15, 16, 19):
        return False
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return (sum(digits[::-2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 1


def _is_iban(text: str) -> bool:
    """Whether the check digits hold: letters count from 10, the first four characters go last."""
    compact = text.replace(" ", "")
    return (
        int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1
    )


def _is_ip(text: str) -> bool:
    try:
        return bool(ip_address(text)) and text != "::"
    except ValueError:
        return False


def _is_phone(text: str) -> bool:
    """Whether digits and their grouping are a telephone number's, and not an amount or a date."""
    digits = _digits(text)
    if _DATE.match(text):
        return False
    if text.startswith("+"):
        return len(digits) >= 8  # E.164: at most 15, of which a country code and a number
    grouped = any(separator in text for separator in " .()/-")
    if text.startswith("(") or (digits[0] == "0" and len(digits) >= 9):
        return True
    if not grouped:
        return len(digits) in (10, 11) and digits[-10] in "23456789" and digits[-7] in "23456789"
    groups = [len(group) for group in re.split(r"[ .()/-]+", text) if group]
    if groups == [3, 4]:
        return "-" in text
    return (
        9 <= len(digits) <= _LONGEST_NATIONAL_NUMBER
        and len(groups) <= 6
        and max(groups) <= 8
        and min(groups[1:]) >= 2
    )


def _is_dictated_email(text: str) -> bool:
    return text.partition(" ")[0].lower() not in _NOT_A_LOCAL_PART


def _is_dictated_number(text: str) -> bool:
    """Whether seven or more digits were spelled out, and not all of them counted up or down."""
    words = [word for word in re.split(r"[ ,-]+", text.lower()) if word != "plus"]
    digits = [word for word in words if word not in ("double", "triple")]
    if all(word.isdigit() for word in digits):
        return len(digits) >= _SEVEN_DIGITS and len(words) >= 9
    values = [
        _DIGIT_WORDS.index(word) if word in _DIGIT_WORDS else 0 if word == "oh" else int(word)
        for word in digits
    ]
    steps = {after - before for before, after in pairwise(values)}
    return steps not in ({1}, {-1})
