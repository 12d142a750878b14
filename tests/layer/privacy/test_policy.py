"""What a profile does to a row, action by action."""

import json
from typing import Any

import orjson
import pytest
from session_analytics.batch import Rules, transform
from session_analytics.partition import Partitions
from session_analytics.privacy.policy import MAX_NAMES, Policy
from session_analytics.privacy.profiles import read_profile
from session_analytics.privacy.pseudonyms import Key, Keys, pseudonym, read_keys

from tests.rows import FIRST_DAY, LOGGED_AT, event, log_batch, row
from voice_analytics.codegen.privacy import COMPILED, POLICY, compiled_policy
from voice_analytics.project_files import ROOT

KEY = Key("2026", b"0123456789abcdef0123456789abcdef")
REDACTING = """
profiles:
  mine:
    identifier: pseudonymise
    quasi_identifier: keep
    free_text: redact
    none: keep
    fields:
      user_name: drop
"""


def policy(name: str = "analytics", text: str | None = None) -> Policy:
    profiles = orjson.loads(text or (ROOT / COMPILED).read_bytes())
    profile = read_profile(profiles, name)
    assert profile is not None
    return Policy(profile, KEY)


@pytest.fixture
def redacting(tmp_path: Any) -> Policy:
    (tmp_path / POLICY.parent).mkdir()
    (tmp_path / POLICY).write_text(REDACTING)
    return policy("mine", compiled_policy(tmp_path))


def applied(under: Policy, **fields: Any) -> dict[str, Any]:
    """The row of an event as it is stored."""
    batch = log_batch(json.dumps(event(**fields)))
    outcome = transform(batch, Partitions(FIRST_DAY, LOGGED_AT.date()), policy=under)
    ((line,),) = outcome.lines.values()
    made: dict[str, Any] = json.loads(line.text)
    return made


def test_identifiers_become_pseudonyms_that_ignore_case_and_space() -> None:
    first = applied(policy(), user_email=" Ada@Example.com", participant_id="caller-7")
    second = applied(policy(), user_email="ada@example.com ", participant_id="caller-8")
    assert first["user_email"] == second["user_email"] == pseudonym("ada@example.com", KEY)
    assert first["participant_id"] != second["participant_id"]
    assert first["user_email_domain"] == "example.com"
    assert (first["privacy_profile"], first["pseudonym_key"]) == ("analytics", "2026")


@pytest.mark.parametrize(
    "spelling",
    [
        "Ada King <ada@example.com>",
        '"King, Ada" < ADA@example.com >',
        "mailto:ada@example.com",
        "MAILTO:Ada@Example.com?subject=Call",
        "Ada <mailto:ada@example.com>",
        '"<Ada" <ada@example.com>',
    ],
)
def test_an_address_has_one_pseudonym_however_it_is_spelt(spelling: str) -> None:
    made = applied(policy(), user_email=spelling)
    assert made["user_email"] == pseudonym("ada@example.com", KEY)
    assert made["user_email_domain"] == "example.com"


def test_a_room_that_identifies_the_call_is_a_pseudonym_in_both_columns() -> None:
    made = applied(policy(), session_id=None, room="call-ada")
    assert made["session_id"] == made["room"] == pseudonym("call-ada", KEY)


def test_figures_stay_and_words_go() -> None:
    turns = [{"role": "user", "content": "I am Ada", "interrupted": True}]
    made = applied(
        policy(),
        transcript=turns,
        conversation_notes=["likes tea"],
        discovered_signals={"team_size": 8},
    )
    assert made["transcript"] == [{"role": "user", "interrupted": True}]
    assert (made["user_word_count"], made["team_size"]) == (3, 8)
    assert "conversation_notes" not in made


def test_the_caller_s_own_identifiers_are_taken_out_of_what_stays() -> None:
    made = applied(
        policy(),
        user_email="ada@example.com",
        user_name="Ada King",
        participant_id="PA_7",
        tags=["king of leads", "pa_7", "kingdom", "ADA@EXAMPLE.COM"],
        agent_name="agent of ada king",
    )
    assert made["tags"] == ["[identifier] of leads", "[identifier]", "kingdom", "[email]"]
    assert made["agent_name"] == "agent of [identifier]"
    assert {"kind": "identifier", "count": 3} in made["redactions"]


@pytest.mark.parametrize("more", [0, 1])
def test_of_an_event_with_very_many_identifiers_no_text_stays(more: int) -> None:
    others = MAX_NAMES - 1 + more  # the session's id is one too
    made = applied(
        policy(),
        session_id="today",
        participants=[{"identity": f"caller-{number}"} for number in range(others)],
        tags=["of caller-7", "of nobody"],
        agent_name="guide",
    )
    known = ["of [identifier]", "of nobody"], "guide"
    masked = ["[identifier]"] * 2, "[identifier]"
    assert (made["tags"], made["agent_name"]) == (masked if more else known)
    taken_out = json.dumps(made).count("[identifier]")
    assert made["redactions"] == [{"kind": "identifier", "count": taken_out}]


def test_an_identifier_that_alone_is_named_is_taken_out_of_what_stays() -> None:
    made = applied(policy(), session_id="lead-77", tags=["of lead-77", "lead-7"])
    assert made["tags"] == ["of [identifier]", "lead-7"]


def test_a_row_that_came_under_the_profile_before_stays_as_it_is() -> None:
    stored = {"privacy_profile": "analytics", "user_email": "ada@example.com"}
    again = dict(stored)
    assert policy().apply(again) == {}
    assert again == stored


@pytest.mark.parametrize("known", [True, False])
def test_a_pseudonym_of_another_profile_is_not_made_a_pseudonym_again(known: bool) -> None:
    before = pseudonym("ada@example.com", KEY)
    stored: dict[str, Any] = {"privacy_profile": "other", "user_email": before, "room": "a" * 63}
    if known:
        stored["pseudonym_key"] = "2025"
    policy().apply(stored)
    assert stored == {
        "privacy_profile": "analytics",
        "pseudonym_key": "2025" if known else "2026",
        "user_email": before if known else pseudonym(before, KEY),
        "room": pseudonym("a" * 63, KEY),
    }


def test_a_profile_without_pseudonyms_names_no_key(tmp_path: Any) -> None:
    (tmp_path / POLICY.parent).mkdir()
    (tmp_path / POLICY).write_text(REDACTING.replace("pseudonymise", "drop"))
    made = applied(policy("mine", compiled_policy(tmp_path)), user_email="ada@example.com")
    assert "pseudonym_key" not in made
    assert "user_email" not in made


def test_a_profile_names_the_fields_of_a_single_struct_like_those_of_a_list(tmp_path: Any) -> None:
    (tmp_path / POLICY.parent).mkdir()
    (tmp_path / POLICY).write_text(f"{REDACTING}      truncation.fields_left_out: drop\n")
    left_out = {"original_bytes": 9, "fields_left_out": ["x"]}
    made = applied(policy("mine", compiled_policy(tmp_path)), truncation=left_out)
    assert made["truncation"] == {"original_bytes": 9}


def test_the_text_of_a_rejected_line_is_withheld_where_words_are() -> None:
    assert policy().raw_message("any text") is None


def test_what_has_a_form_of_its_own_is_redacted_and_counted_beside_the_recorder_s() -> None:
    made = applied(policy(), outcome="mail bob@example.org", redactions={"email": 2, "card": 1})
    assert made["outcome"] == "mail [email]"
    counts = {each["kind"]: each["count"] for each in made["redactions"]}
    assert counts == {"email": 3, "card": 1}


def test_a_violation_names_no_key_and_no_value_of_the_sender() -> None:
    made = applied(policy(), cost_summary={"ada@example.com": "much"}, interruption_count="ada")
    paths = [violation["path"] for violation in made["contract_violations"]]
    assert sorted(paths) == ["/cost_summary/*", "/interruption_count"]
    assert all(
        violation.keys() == {"path", "expected"} for violation in made["contract_violations"]
    )
    assert "extras" not in made


def test_without_consent_even_pseudonyms_go() -> None:
    made = applied(policy(), user_email="ada@example.com", room="r", consent_obtained=False)
    assert "user_email" not in made
    assert "room" not in made
    assert made["session_id"] == pseudonym("s1", KEY)


def test_extras_are_redacted_by_the_class_of_their_pointers(redacting: Policy) -> None:
    made = applied(
        redacting,
        user_name="Ada King",
        participants=[{"identity": "caller-7", "shoe_size": "44, ada@example.com"}],
        x_note={"Ada King": "call 415-555-0123", "n": 7},
        user_email={"home": "ada@example.com"},
    )
    extras = json.loads(made["extras"])
    assert extras["/x_note"] == {"[identifier]": "call [phone]", "n": 7}
    assert extras["/participants/0/shoe_size"] == "44, [email]"
    assert "/user_email" not in extras
    assert made["participants"][0]["identity"] == pseudonym("caller-7", KEY)


def test_identifiers_in_the_extras_are_pseudonyms_and_the_rest_of_them_is_dropped(
    redacting: Policy,
) -> None:
    made = applied(
        redacting,
        participants=[{"identity": {"home": "q"}}, {"identity": ["q", 7, None]}, {"a/b": 7}, 5],
        caller_number=["415"],
        dialed_number={"now": 416},
        connection={"mail": "ada@example.com", "device_info": {"z": [{"ada@example.com": None}]}},
        own=[None, True, 2.5, "ada@example.com"],
    )
    assert json.loads(made["extras"]) == {
        "/participants/1/identity": [pseudonym("q", KEY), pseudonym("7", KEY), None],
        "/participants/2/a~1b": 7,
        "/participants/3": 5,
        "/caller_number": [pseudonym("415", KEY)],
        "/connection/mail": "[email]",
        "/connection/device_info/z": [{"[email]": None}],
        "/own": [None, True, 2.5, "[email]"],
    }
    assert made["redactions"] == [{"kind": "email", "count": 3}]


def test_a_container_that_is_kept_whole_is_redacted_field_by_field(redacting: Policy) -> None:
    odd = {"ada@example.com": ["b@example.com"]}
    made = applied(
        redacting,
        user_name={"first": "Ada"},
        participants={"identity": "q", "kind": "c@example.com", "attributes": None} | odd,
        evaluations="x",
    )
    assert json.loads(made["extras"]) == {
        "/participants": {
            "identity": pseudonym("q", KEY),
            "kind": "[email]",
            "[email]": ["[email]"],
        },
        "/evaluations": "x",
    }
    assert "extras" not in applied(redacting, user_name={"first": "Ada"})


def test_metadata_is_redacted_at_any_depth_and_as_the_text_it_was_stored_as(
    redacting: Policy,
) -> None:
    metadata = {"a": ["ada@example.com", None, True, [4155550199, 2.5]], "b@example.com": {"c": 1}}
    made = applied(redacting, user_metadata=metadata)
    assert json.loads(made["user_metadata"]) == {
        "a": ["[email]", None, True, ["[phone]", 2.5]],
        "[email]": {"c": 1},
    }
    stored: dict[str, Any] = {"user_metadata": "call 415-555-0199"}
    assert redacting.apply(stored) == {"phone": 1}
    assert stored["user_metadata"] == "call [phone]"
    assert stored["redactions"] == [{"kind": "phone", "count": 1}]


def test_a_violation_s_pointer_keeps_the_contract_s_keys_and_short_indexes() -> None:
    paths = [
        *("/cost_summary/ada", "/transcript/999999/created_at", "/transcript/1000000/content"),
        *("/_wrapper/room", "/ada~1king/0", ""),
    ]
    stored = {"contract_violations": [{"path": path, "got": "x"} for path in paths]}
    policy().apply(stored)
    assert [violation["path"] for violation in stored["contract_violations"]] == [
        *("/cost_summary/*", "/transcript/999999/created_at", "/transcript/*/content"),
        *("/_wrapper/room", "/*/0", ""),
    ]


@pytest.mark.parametrize(
    ("fields", "text", "left"),
    [
        ({"user_name": "Ada King"}, "ada, KING, adaking", "[identifier], [identifier], adaking"),
        ({"user_name": "Al Li"}, "al, li, al li", "al, li, [identifier]"),
        ({"participant_id": " Guest "}, "guest", "guest"),
        ({"participant_id": "abc"}, "abc abcd", "[identifier] abcd"),
        ({"participant_id": "abcdef"}, "abcdefg", "[identifier]g"),
        ({"participant_id": "abcde"}, "abcdeg", "abcdeg"),
        ({"participant_id": "a.c"}, "abc a.c", "abc [identifier]"),
        ({"participant_id": 'say "hi"'}, 'to SAY "HI"!', "to [identifier]!"),
        ({"participants": [{"identity": "caller-7"}, {"kind": "x"}]}, "caller-7", "[identifier]"),
        ({"participant_id": "ada king"}, "king", "king"),
    ],
)
def test_an_identifier_is_looked_for_whole_and_of_a_name_each_word_too(
    fields: dict[str, Any], text: str, left: str
) -> None:
    assert applied(policy(), **fields, agent_name=text)["agent_name"] == left


def test_free_text_is_redacted_where_a_profile_says_so(redacting: Policy) -> None:
    made = applied(
        redacting,
        transcript=[{"role": "user", "content": "Ada here, ada@example.com or 415-555-0123"}],
        user_metadata={"mail": "ada@example.com", "card": 4111111111111111, "n": 12},
        user_name="Ada",
    )
    [turn] = made["transcript"]
    assert turn["content"] == "[identifier] here, [email] or [phone]"
    assert json.loads(made["user_metadata"]) == {"mail": "[email]", "card": "[card]", "n": 12}
    assert redacting.raw_message('{"cut": "ada@example.com') == '{"cut": "[email]'


def test_the_row_stays_as_it_was_without_a_policy() -> None:
    fields = {"user_email": "ada@example.com", "transcript": [{"role": "user", "content": "hi"}]}
    assert row(**fields)["user_email"] == "ada@example.com"
    assert "privacy_profile" not in row(**fields)
    assert Rules(FIRST_DAY).policy is None


def test_a_profile_that_makes_pseudonyms_needs_a_key() -> None:
    with pytest.raises(ValueError, match="has no key"):
        Policy(policy().profile)


def test_keys_of_before_are_read_too() -> None:
    keys = read_keys(json.dumps({"id": "2", "key": "b" * 40, "old": {"1": "a" * 40}}))
    assert keys.all == (Key("2", b"b" * 40), Key("1", b"a" * 40))


def test_a_key_of_as_many_characters_as_must_be_may_stand_alone() -> None:
    assert read_keys(json.dumps({"id": "1", "key": "k" * 32})) == Keys(Key("1", b"k" * 32))
    with pytest.raises(ValueError, match="32 characters"):
        read_keys(json.dumps({"id": "1", "key": "k" * 31}))


def test_what_stands_in_angle_brackets_and_is_no_address_is_not_taken_for_one() -> None:
    assert pseudonym("ada@example.com <mobile>", KEY) != pseudonym("mobile", KEY)


def test_an_identifier_with_half_a_character_has_a_pseudonym() -> None:
    assert len({pseudonym(name, KEY) for name in ("Ada \ud83d", "Ada \udfff", "Ada")}) == 3


@pytest.mark.parametrize(
    "secret",
    ["", "[]", "{}", '{"id": "1", "key": "short"}', '{"id": 1, "key": "' + "k" * 40 + '"}'],
)
def test_an_unusable_secret_is_refused_without_quoting_it(secret: str) -> None:
    with pytest.raises(ValueError, match="secret of the pseudonyms") as refused:
        read_keys(secret)
    assert "short" not in str(refused.value)
