"""Personal data with a form of its own is taken out of text, and what only looks alike stays."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from session_analytics.privacy.redaction import KINDS, redact

TAKEN_OUT = [
    ("write to ada.king+calls@mail.example.co.uk please", "write to [email] please"),
    ("<ada@example.com>, ok", "<[email]>, ok"),
    ("o'neil@example.org", "[email]"),
    ("jürgen@müller-gmbh.de", "[email]"),
    ("it's ada dot king at example dot com", "it's [email]"),
    ("Ada underscore K at my dash shop dot co dot uk thanks", "[email] thanks"),
    ("it's ada dot king at example point com", "it's [email]"),
    ("it's ada at example period com", "it's [email]"),
    ("call +1 (415) 555-0199 now", "call [phone] now"),
    ("call (415) 555-0199.", "call [phone]."),
    ("4155550199", "[phone]"),
    ("415-555-0199 or 415.555.0199", "[phone] or [phone]"),
    ("555-0199", "[phone]"),
    ("+49 30 901820", "[phone]"),
    ("+442079460958", "[phone]"),
    ("030/901820-12", "[phone]"),
    ("06 12 34 56 78", "[phone]"),
    ("four one five, double five five, oh one nine nine", "[phone]"),
    ("it is 4 1 5 5 5 5 0 1 9 9", "it is [phone]"),
    ("+12345678", "[phone]"),
    ("(12) 34567", "[phone]"),
    ("030901820", "[phone]"),
    ("14155550199", "[phone]"),
    ("12 34 56 789", "[phone]"),
    ("1 23 45 67 89 01", "[phone]"),
    ("41 55555019", "[phone]"),
    ("4 1 5 5 5 5 0 1 9", "[phone]"),
    ("4 1 double 5 5 5 0 1 9", "[phone]"),
    ("4 one five 5 5 5 oh one 9 9", "[phone]"),
    ("plus four nine, three zero, nine zero one eight two oh", "[phone]"),
    ("4 double 1 double 5 5 5 0 1", "[phone]"),
    ("triple five, double oh seven, six five nine eight", "[phone]"),
    ("4102030405062", "[card]"),
    ("41020304050601", "[card]"),
    ("4102030405060708091", "[card]"),
    ("oh oh seven oh oh seven eight", "[phone]"),
    ("card 4111 1111 1111 1111 exp 12/27", "card [card] exp 12/27"),
    ("5555-5555-5555-4444", "[card]"),
    ("378282246310005", "[card]"),
    ("DE89 3704 0044 0532 0130 00", "[iban]"),
    ("gb82west12345698765432", "[iban]"),
    ("SSN 123-45-6789", "SSN [ssn]"),
    ("123 45 6789", "[ssn]"),
    ("from 192.168.17.4:8080", "from [ip]:8080"),
    ("dns 8.8.8.8", "dns [ip]"),
    ("from ::1", "from [ip]"),
    ("2001:db8::8a2e:370:7334", "[ip]"),
    ("https://example.com/a/b?email=x&token=y#top", "https://example.com/a/b?[query]#top"),
]
KEPT = [
    "25 people, 1500000 calls a month, $12,000.00 and 1,250,000 minutes",
    "on 2025-10-31 at 05:18:16.953621, or 10/31/2025, or 31.10.2025",
    "2025-10-31T05:18:16Z",
    "version 1.8.9, build 2.0.0b1, Python 3.13.0",
    "between 2000 and 3500 tickets, 24/7, 9-5, 50-100 people",
    "order 4111 1111 1111 1112 does not exist",
    "DE89 3704 0044 0532 0130 01",
    "look at example dot com",
    "meet me at noon, dot your i's",
    "one, two, three, four, five, six, seven, eight",
    "one or two agents, three at most, four in December",
    "@channel see config@ and a@b",
    "12:30:45 and 1:2:3",
    "https://example.com/a/b",
    "AJ_9XkQm2RrT4uV 56789012345678",
    "999.999.999.999",
    "a :: b",
    "6666666666666",
    "+1234567",
    "03090182",
    "415555019",
    "1155550199",
    "4151550199",
    "414155550199",
    "555 0199",
    "12 34 56 78",
    "14 415 555 0199",
    "1 555550199",
    "415 555 019 9",
    "415 5 550199",
    "41020304050607080",
    "410203040506070806",
    "4 1 5 5 5 5 0 1",
    "oh one two three four five six",
    "seven six five four three two one oh",
    "LOOK at example dot com",
]


@pytest.mark.parametrize(("text", "redacted"), TAKEN_OUT)
def test_personal_data_is_replaced_by_its_kind(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_alike_stays(text: str) -> None:
    assert redact(text) == text


def test_each_replacement_is_counted_by_kind() -> None:
    counts: Counter[str] = Counter()
    redact("a@example.com b@example.com 123-45-6789", counts)
    assert counts == {"email": 2, "ssn": 1}
    assert counts.keys() <= set(KINDS)


@given(st.text(alphabet="a@.-+ 0159:/?dot\n", max_size=200))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text)
    assert redact(once) == once
