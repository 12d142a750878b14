"""functions/transform/privacy.json: the privacy policy, compiled from schemas/privacy.yaml.

The policy names classes and fields; what is compiled has one action for each column, or field of a
struct, that a profile changes. A profile that keeps everything is empty.
"""

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Self, get_args, get_type_hints, is_typeddict

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from session_analytics.schema.event import Event
from session_analytics.schema.personal_data import PersonalData

from voice_analytics.catalog.columns import Column, class_of, struct_fields
from voice_analytics.catalog.tables import SESSION_ANALYTICS
from voice_analytics.errors import UserError

POLICY, COMPILED = Path("schemas/privacy.yaml"), Path("functions/transform/privacy.json")
RAW_MESSAGE = "raw_message"  # of the rejects
_TEXTS = ("string", "array<string>")
_JSON = {
    **dict.fromkeys(("user_metadata", "session_options"), "redact_json"),
    **dict.fromkeys(("tool_calls.details", "participants.attributes"), "redact_json"),
    "extras": "redact_extras",
}
# Without these a row could not be told from others, found, or sent again.
_FIXED = ("event_id", "schema_version", "aws_account_id", "privacy_profile", "pseudonym_key")
_CONTRACT_KEYS = ("contract_violations.path", "signal_evidence.signal")  # or the sender's own
_EXPECTED = "contract_violations.expected"
_NEVER_DROPPED = ("session_id", "started_at", "logged_at")


class Action(StrEnum):
    """What becomes of a field."""

    KEEP = "keep"
    PSEUDONYMISE = "pseudonymise"
    REDACT = "redact"
    DROP = "drop"


class _Profile(BaseModel):
    """A profile as it is written."""

    model_config = ConfigDict(extra="forbid")

    identifier: Action
    quasi_identifier: Action
    free_text: Action
    none: Action
    fields: dict[str, Action] = Field(default_factory=dict)
    without_consent: dict[str, Action] = Field(default_factory=dict)

    @property
    def refused(self) -> Self:
        """The profile as it is for a call without consent."""
        classes = {
            name: action for name, action in self.without_consent.items() if name in PersonalData
        }
        fields = {
            name: action for name, action in self.without_consent.items() if name not in classes
        }
        return self.model_copy(update={**classes, "fields": self.fields | fields})


class _Policy(BaseModel):
    model_config = ConfigDict(extra="forbid")

    profiles: dict[str, _Profile]


def compiled_policy(root: Path) -> str:
    """privacy.json. Raises UserError for a policy that is not one, with the place."""
    try:
        policy = _Policy.model_validate(yaml.safe_load((root / POLICY).read_text("utf-8")))
    except yaml.YAMLError as error:
        raise UserError(f"{POLICY} is not YAML", " ".join(str(error).split())) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UserError(f"{POLICY}: {where}: {first['msg']}", "correct it") from None
    compiled = {name: _compiled(name, profile) for name, profile in policy.profiles.items()}
    return json.dumps(compiled, indent=1) + "\n"


def _compiled(name: str, profile: _Profile) -> dict[str, Any]:
    for place in (*profile.fields, *profile.refused.fields):
        if place != RAW_MESSAGE and place not in _FIELDS:
            raise UserError(
                f"{POLICY}: {name}: there is no field {place}",
                "name a column, or a field of a struct as transcript.content",
            )
    columns, refused = _columns(name, profile), _columns(name, profile.refused)
    raw_message = profile.fields.get(RAW_MESSAGE, profile.free_text)
    if raw_message is Action.PSEUDONYMISE:
        raise UserError(f"{POLICY}: {name}: {RAW_MESSAGE} cannot be pseudonymised", "redact it")
    if not columns and not refused and raw_message is Action.KEEP:
        return {}
    extras = [actions.get("extras") for actions in (columns, refused)]
    return {
        "columns": columns,
        "without_consent": refused,
        "raw_message": raw_message,
        "identifiers": list(_identifiers(columns)),
        "pointers": _pointers(Event, profile) if "redact_extras" in extras else {},
        "needs_key": any("pseudonymise" in json.dumps(actions) for actions in (columns, refused)),
    }


def _columns(name: str, profile: _Profile) -> dict[str, Any]:
    """The actions of all columns that the profile changes."""
    by_column: dict[str, Any] = {}
    for column in SESSION_ANALYTICS.columns:
        if column.name in _FIXED:
            continue
        fields = struct_fields(column.name)
        if fields and profile.fields.get(column.name) is not Action.DROP:
            actions = {
                field.name: action
                for field in fields
                if (action := _action(name, profile, field, f"{column.name}."))
            }
            if actions:
                by_column[column.name] = actions
        elif action := _action(name, profile, column):
            by_column[column.name] = action
    changed = {each for action in by_column.values() for each in _leaves(action)} - {"mask"}
    return by_column if changed else {}


def _leaves(action: Any) -> Iterator[str]:
    if isinstance(action, str):
        yield action
    else:
        yield from action.values()


def _action(name: str, profile: _Profile, field: Column, parent: str = "") -> str | None:
    """The compiled action of a column or of a struct's field; None where it stays untouched."""
    place = f"{parent}{field.name}"
    if place == _EXPECTED:  # the contract's own words
        return None
    is_text = field.type in _TEXTS
    of_class: Action = getattr(profile, field.personal_data.value)
    own = profile.fields.get(place, profile.fields.get(parent.rstrip(".")))
    if own is not None:
        action = own
    elif not is_text and of_class in {Action.PSEUDONYMISE, Action.REDACT}:
        action = Action.KEEP if field.personal_data is PersonalData.NONE else Action.DROP
    else:
        action = of_class
    if action is Action.DROP and place in _NEVER_DROPPED:
        raise UserError(f"{POLICY}: {name}: {place} is dropped", "no row can do without it")
    if not is_text:
        return _of_number(name, place, action)
    if action is Action.KEEP:
        return "mask"
    if place in _CONTRACT_KEYS:
        return "contract_path"
    return _JSON.get(place, action.value) if action is Action.REDACT else action.value


def _of_number(name: str, place: str, action: Action) -> str | None:
    if action in {Action.PSEUDONYMISE, Action.REDACT}:
        raise UserError(f"{POLICY}: {name}: {place} is not a text", "keep it, or drop it")
    return "drop" if action is Action.DROP else None


def _identifiers(columns: Mapping[str, Any]) -> Iterator[str]:
    """The fields whose values must not occur elsewhere: pseudonyms, and identifiers that go."""
    for place, field in _FIELDS.items():
        column, _, inner = place.partition(".")
        action = columns.get(column)
        if inner and isinstance(action, Mapping):
            action = action.get(inner)
        is_identifier = field.personal_data is PersonalData.IDENTIFIER and field.type in _TEXTS
        if action == "pseudonymise" or (is_identifier and action in {"drop", "redact"}):
            yield place


def _pointers(model: type, profile: _Profile) -> dict[str, Any]:
    """The actions of an object's keys in the extras; `*` is that of keys that are not fields."""
    by_key: dict[str, Any] = {"*": _of_extras(profile.free_text)}
    for name, hint in get_type_hints(model, include_extras=True).items():
        action = getattr(profile, class_of(name, hint).value)
        if model is Event:
            action = profile.fields.get(name, action)
        models = list(_models(hint))
        if models and action is not Action.DROP:
            by_key[name] = {
                key: value for each in models for key, value in _pointers(each, profile).items()
            }
        else:
            by_key[name] = _of_extras(action)
    return by_key


def _of_extras(action: Action) -> str:
    """What is wrong or unknown is never kept without a look at it."""
    return "redact" if action is Action.KEEP else action.value


def _models(annotation: Any) -> Iterator[type]:
    """The typed dicts that an annotation admits, as such or in a list."""
    if is_typeddict(annotation):
        yield annotation
    for each in get_args(annotation):
        yield from _models(each)


_FIELDS: dict[str, Column] = {
    place: field
    for column in SESSION_ANALYTICS.columns
    for place, field in (
        (column.name, column),
        *((f"{column.name}.{field.name}", field) for field in struct_fields(column.name)),
    )
}
