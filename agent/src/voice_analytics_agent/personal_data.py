"""A ready redaction: e-mail addresses, telephone and card numbers, IBANs.

What only looks alike stays: dates, times, prices, order numbers, versions, card numbers whose check
digit is wrong. All patterns take linear time.
"""

from __future__ import annotations

import re

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])")
_SPOKEN_EMAIL = re.compile(
    r"\b[a-z0-9]{1,40}(?:(?:\.| dot | underscore | dash |_|-)[a-z0-9]{1,40}){0,4} at "
    r"[a-z0-9-]{2,40}(?: dot [a-z0-9-]{2,20})? dot (?:com|org|net|io|co|ai|de|uk|eu|edu|gov)\b",
    re.IGNORECASE,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<![\w.+-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)")
_PHONE = re.compile(
    r"(?<![\w.,:/+-])(?<!\d )(?:"
    r"(?:\+|00)[1-9](?:[ .()/-]{0,2}\d){7,14}"  # international
    r"|\(\d{3}\)[ .-]?\d{3}[ .-]?\d{4}"  # (415) 555-0123
    r"|(?:1[ .-])?[2-9]\d{2}[ .-]\d{3}[ .-]\d{4}"  # 415-555-0123
    r"|1?[2-9]\d{2}[2-9]\d{6}"  # 4155550123
    r"|0[1-9]\d{1,4}[ /-]\d{2,8}(?:[ -]\d{1,6}){0,3}"  # 030 1234567, 020 7946 0123
    r"|0[1-9]\d{8,10}"  # 01711234567
    r")(?![\w-]|[.,:/]\d)"
)
_DIGITS = "zero|oh|one|two|three|four|five|six|seven|eight|nine"
_SPOKEN_NUMBER = re.compile(
    rf"\b(?:(?:double |triple )?(?:{_DIGITS})[ ,-]{{1,2}}){{6,18}}(?:{_DIGITS})\b", re.IGNORECASE
)
_SHORTEST_PHONE = 7  # digits


def redact_personal_data(text: str) -> str:
    """The text with `[email]`, `[phone]`, `[card]` and `[iban]` in place of what it names."""
    text = _EMAIL.sub("[email]", text)
    text = _SPOKEN_EMAIL.sub("[email]", text)
    text = _IBAN.sub(lambda match: "[iban]" if _is_iban(match[0]) else match[0], text)
    text = _CARD.sub(lambda match: "[card]" if _passes_luhn(match[0]) else match[0], text)
    text = _PHONE.sub(lambda match: "[phone]" if _is_phone(match[0]) else match[0], text)
    return _SPOKEN_NUMBER.sub("[phone]", text)


def _passes_luhn(number: str) -> bool:
    """ISO/IEC 7812: every second digit from the right counts double."""
    digits = [int(character) for character in number if character.isdecimal()]
    doubled = [sum(divmod(digit * 2, 10)) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


def _is_iban(text: str) -> bool:
    """ISO 13616: the country and check digits behind the account, letters as numbers, modulo 97."""
    account = text.replace(" ", "")
    number = "".join(str(int(character, 36)) for character in account[4:] + account[:4])
    return int(number) % 97 == 1


def _is_phone(text: str) -> bool:
    digits = [character for character in text if character.isdecimal()]
    return len(digits) >= _SHORTEST_PHONE and len(set(digits)) > 1
