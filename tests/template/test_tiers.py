"""Who may read, change and erase what: each tier's policies, statement by statement."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.template.cloudformation import load
from tests.template.deployed import EVERYTHING, KEY, deployed

BUCKET = "arn:aws:s3:::voice-analytics-analyticsbucket"
FOLDERS = ("sessions", "rejected", "errors", "replayed", "query-results", "operate", "forgotten")
READ, WRITE, DELETE = "s3:GetObject", "s3:PutObject", "s3:DeleteObject"
READ_OLD, DELETE_OLD = "s3:GetObjectVersion", "s3:DeleteObjectVersion"
SECRET = "secretsmanager:GetSecretValue"
# Which folders a tier may do something with, by the stage's profile.
TIERS: list[tuple[str, str, dict[str, set[str]]]] = [
    ("AnalystPolicy", "sales", {}),
    (
        "AnalystPolicy",
        "analytics",
        {READ: {"sessions", "query-results"}, WRITE: {"query-results"}},
    ),
    ("SalesPolicy", "sales", {READ: {"sessions", "query-results"}, WRITE: {"query-results"}}),
    (
        "OperatorPolicy",
        "sales",
        {
            READ: {"sessions", "rejected", "errors", "operate"},
            WRITE: {"sessions", "rejected", "errors", "operate", "replayed"},
            DELETE: {"sessions", "rejected", "errors", "operate"},
        },
    ),
    (
        "EraserPolicy",
        "sales",
        {
            READ: {"sessions", "rejected", "errors", "replayed", "operate"},
            READ_OLD: {"sessions", "rejected", "errors", "replayed"},
            WRITE: {"sessions", "rejected", "errors", "replayed", "operate", "forgotten"},
            DELETE: {"sessions", "rejected", "errors", "replayed", "query-results"},
            DELETE_OLD: {"sessions", "rejected", "errors", "replayed", "query-results"},
        },
    ),
    ("DoctorPolicy", "sales", {}),
    ("ReaderRole", "sales", {READ: {"sessions"}}),
]


def statements(policy: str, profile: str) -> Iterator[dict[str, Any]]:
    """The statements of a managed policy, or of a role's own policies, in a stage."""
    resources = deployed(load(), **EVERYTHING | {"PrivacyProfile": profile})
    properties = resources[policy]["Properties"]
    for document in [*properties.get("Policies", []), properties]:
        yield from document.get("PolicyDocument", {}).get("Statement", [])


def listed(one_or_many: Any) -> list[Any]:
    return one_or_many if isinstance(one_or_many, list) else [one_or_many]


def allowed(policy: str, profile: str, action: str, resource: str) -> bool:
    return any(
        any(fnmatchcase(action, pattern) for pattern in listed(statement["Action"]))
        and any(fnmatchcase(resource, pattern) for pattern in listed(statement["Resource"]))
        for statement in statements(policy, profile)
    )


@pytest.mark.parametrize(("policy", "profile", "may"), TIERS)
@pytest.mark.parametrize("action", [READ, READ_OLD, WRITE, DELETE, DELETE_OLD])
def test_a_tier_reaches_its_folders_and_no_other(
    policy: str, profile: str, may: dict[str, set[str]], action: str
) -> None:
    reached = {
        folder
        for folder in FOLDERS
        if allowed(policy, profile, action, f"{BUCKET}/{folder}/dt=2026-01-01/x")
    }
    assert reached == may.get(action, set())
    assert not allowed(policy, profile, action, f"{BUCKET}/elsewhere/x")


@pytest.mark.parametrize(("policy", "profile", "may"), TIERS)
def test_a_tier_lists_what_it_may_read_or_delete(
    policy: str, profile: str, may: dict[str, set[str]]
) -> None:
    prefixes = {
        prefix.removesuffix("/*")
        for statement in statements(policy, profile)
        if "s3:ListBucket" in listed(statement["Action"])
        for prefix in listed(statement["Condition"]["StringLike"]["s3:prefix"])
    }
    if policy == "DoctorPolicy":  # it counts what is open and reads none of it
        assert prefixes == {"errors", "rejected"}
        return
    folders = may.get(READ, set()) | may.get(DELETE, set())
    assert prefixes - {"forgotten", "operate"} == folders - {"operate"}


@pytest.mark.parametrize("policy", ["AnalystPolicy", "SalesPolicy", "ReaderRole", "DoctorPolicy"])
@pytest.mark.parametrize("profile", ["sales", "analytics"])
def test_who_reads_pseudonyms_never_reads_their_key(policy: str, profile: str) -> None:
    assert not any(
        action.startswith("secretsmanager:")
        for statement in statements(policy, profile)
        for action in listed(statement["Action"])
    )


@pytest.mark.parametrize("policy", ["OperatorPolicy", "EraserPolicy"])
def test_who_keeps_the_list_of_the_forgotten_reads_the_key_alone(policy: str) -> None:
    [statement] = [each for each in statements(policy, "sales") if SECRET in listed(each["Action"])]
    assert statement["Resource"].endswith("-AbCdEf")
    assert listed(statement["Action"]) == [SECRET]


@pytest.mark.parametrize("name", ["AnalystPolicy", "SalesPolicy", "OperatorPolicy", "EraserPolicy"])
def test_every_statement_allows_and_says_what_it_is_for(name: str) -> None:
    policy_statements = list(statements(name, "analytics"))
    assert {each["Effect"] for each in policy_statements} == {"Allow"}
    names = [each["Sid"] for each in policy_statements]
    assert len(names) == len(set(names))
    for each in policy_statements:
        if each["Resource"] == KEY:
            assert "kms:ViaService" in each["Condition"]["StringEquals"]


def test_managed_policies_are_short_enough_for_iam() -> None:
    """6,144 characters without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html."""
    resources = deployed(load(), **EVERYTHING)
    for name in ("AnalystPolicy", "SalesPolicy", "OperatorPolicy", "EraserPolicy", "DoctorPolicy"):
        text = str(resources[name]["Properties"]["PolicyDocument"]).replace(" ", "")
        assert len(text) <= 6144, name
