"""Whose a row is, and in which spellings a line names a person."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from session_analytics.privacy.pseudonyms import Key, pseudonym

from voice_analytics.errors import UsageError
from voice_analytics.operate.person import Identifier, Kind, Person, Relation

KEY = Key("1", b"k" * 64)


def person(kind: Kind, value: str) -> Person:
    return Person([Identifier(kind, value)], [KEY])


@pytest.mark.parametrize(
    ("kind", "value", "row", "relation"),
    [
        ("email", "ada@example.com", {"user_email": " ADA@example.com"}, Relation.OWN),
        ("email", "ada@example.com", {"user_email": "Ada <ada@example.com>"}, Relation.OWN),
        ("email", "ada@example.com", {"user_email": "xada@example.com"}, Relation.NONE),
        ("email", "ada@example.com", {"user_email": "ada@example.com.au"}, Relation.NONE),
        (
            "email",
            "ada@example.com",
            {"user_email": pseudonym("ADA@example.com", KEY)},
            Relation.OWN,
        ),
        ("email", "Ada <ada@example.com>", {"user_email": "mailto:ADA@example.com"}, Relation.OWN),
        (
            "email",
            "ada@example.com",
            {"user_email": pseudonym("Ada King <ada@example.com>", KEY)},
            Relation.OWN,
        ),
        ("email", "ada@example.com", {"extras": '{"/x":"\\nada@example.com"}'}, Relation.OWN),
        (
            "email",
            "ada@example.com",
            {"user_email": "bob@example.org", "transcript": [{"content": "ada@example.com?"}]},
            Relation.MENTIONS,
        ),
        ("participant", "caller-7", {"participants": [{"identity": "Caller-7"}]}, Relation.OWN),
        ("participant", "caller-7", {"participant_id": "caller-77"}, Relation.NONE),
        ("session", "s-1", {"session_id": "s-1"}, Relation.OWN),
        ("session", "s-1", {"session_id": "s-2", "extras": '{"/parent":"s-1"}'}, Relation.MENTIONS),
        ("phone", "+1 415 555 0123", {"caller_number": "+14155550123"}, Relation.OWN),
        ("phone", "+14155550123", {"caller_number": "(415) 555-0123"}, Relation.OWN),
        ("phone", "+14155550123", {"caller_number": "+14155550124"}, Relation.NONE),
        (
            "phone",
            "+1 415 555 0123",
            {"caller_number": pseudonym("+14155550123", KEY)},
            Relation.OWN,
        ),
        ("phone", "+14155550123", {"transcript_text": "at 415-555-0123."}, Relation.OWN),
        ("phone", "+14155550123", {"caller_number": "+1415555012399"}, Relation.NONE),
    ],
)
def test_whose_a_row_is(kind: Kind, value: str, row: dict[str, object], relation: Relation) -> None:
    assert person(kind, value).relation(row) is relation


@given(st.integers(0, 3), st.sampled_from(["ada@example.com", "josé.o'neil@exämple.com"]))
def test_a_line_names_the_person_however_often_it_was_escaped(times: int, email: str) -> None:
    line = f"mail\t{email}\n"
    for _ in range(times):
        line = json.dumps({"message": line})
    assert person("email", email).is_in(line)
    assert person("email", email).is_in(line.upper().replace("\\U", "\\u"))
    assert not person("email", f"x{email}").is_in(line)


def test_a_line_names_the_person_in_the_query_of_a_url() -> None:
    assert person("email", "ada@example.com").is_in("https://x.org/?to=ada%40example.com&x=1")


@pytest.mark.parametrize(
    ("kind", "value"), [("email", "ada"), ("phone", "12"), ("session", "s"), ("participant", " ")]
)
def test_what_would_be_found_anywhere_is_refused_without_quoting_it(kind: Kind, value: str) -> None:
    with pytest.raises(UsageError, match=f"--{kind} "):
        person(kind, value)


def test_somebody_must_be_named() -> None:
    with pytest.raises(UsageError, match="nobody is named"):
        Person([])
