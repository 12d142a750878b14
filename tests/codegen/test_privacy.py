"""The privacy policy is checked when it is compiled; a mistake in it is named with its place."""

import json
from pathlib import Path

import pytest

from voice_analytics.codegen.privacy import POLICY, compiled_policy
from voice_analytics.errors import UserError

CLASSES = "identifier: keep, quasi_identifier: keep, free_text: keep, none: keep"


def compiled(tmp_path: Path, profile: str) -> dict[str, object]:
    (tmp_path / POLICY.parent).mkdir(exist_ok=True)
    (tmp_path / POLICY).write_text(f"profiles: {{mine: {{{profile}}}}}")
    policy: dict[str, object] = json.loads(compiled_policy(tmp_path))["mine"]
    return policy


def test_a_profile_that_keeps_everything_is_empty(tmp_path: Path) -> None:
    assert compiled(tmp_path, CLASSES) == {}


def test_one_field_can_differ_from_its_class(tmp_path: Path) -> None:
    policy = compiled(
        tmp_path, f"{CLASSES}, fields: {{user_name: drop, transcript.content: redact}}"
    )
    assert isinstance(policy["columns"], dict)
    changes = {name: action for name, action in policy["columns"].items() if action == "drop"}
    assert changes == {"user_name": "drop"}
    assert policy["columns"]["transcript"]["content"] == "redact"
    assert policy["raw_message"] == "keep"
    assert policy["needs_key"] is False


def test_a_call_without_consent_can_lose_its_words(tmp_path: Path) -> None:
    policy = compiled(tmp_path, f"{CLASSES}, without_consent: {{transcript: drop}}")
    assert policy["columns"] == {}
    assert isinstance(policy["without_consent"], dict)
    assert policy["without_consent"]["transcript"] == "drop"


@pytest.mark.parametrize(
    ("profile", "named"),
    [
        ("identifier: keep", "quasi_identifier: Field required"),
        (f"{CLASSES}, colour: red", "colour"),
        (CLASSES.replace("none: keep", "none: hide"), "none: Input should be 'keep'"),
        (f"{CLASSES}, fields: {{shoe_size: drop}}", "there is no field shoe_size"),
        (f"{CLASSES}, fields: {{transcript.words: drop}}", "there is no field transcript.words"),
        (f"{CLASSES}, without_consent: {{shoes: drop}}", "there is no field shoes"),
        (f"{CLASSES}, fields: {{session_id: drop}}", "session_id is dropped"),
        (f"{CLASSES}, fields: {{team_size: redact}}", "team_size is not a text"),
        (f"{CLASSES}, fields: {{raw_message: pseudonymise}}", "raw_message cannot be"),
    ],
)
def test_a_mistake_is_named(profile: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        compiled(tmp_path, profile)
    assert named in str(refused.value)


def test_what_is_not_yaml_is_said(tmp_path: Path) -> None:
    (tmp_path / POLICY.parent).mkdir()
    (tmp_path / POLICY).write_text("profiles: [")
    with pytest.raises(UserError, match="is not YAML"):
        compiled_policy(tmp_path)
