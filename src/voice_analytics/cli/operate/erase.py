"""`operate forget`, `operate redact` and `local forget`: personal data that is stored goes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from session_analytics.privacy.pseudonyms import Keys, read_keys

from voice_analytics.catalog.folders import recorded_tables
from voice_analytics.cli.operate.stack_options import (
    FINDING,
    FINE,
    PLAN,
    Acting,
    Target,
    show,
    tell,
)
from voice_analytics.cli.options import Lake
from voice_analytics.errors import UserError
from voice_analytics.lake.files import is_lake
from voice_analytics.local.clients import KEY_FILE
from voice_analytics.operate import forget as forgetting
from voice_analytics.operate import redact as redacting
from voice_analytics.operate.forgotten import remember, stack_keys
from voice_analytics.operate.forgotten_locally import remember_locally
from voice_analytics.operate.ledger import Ledger
from voice_analytics.operate.person import Identifier, Kind, Person
from voice_analytics.operate.stack import Stack
from voice_analytics.operate.stores import Bucket, Folder


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Who:
    """The person's identifiers; any of them is enough."""

    email: str | None = None
    "E-mail address of the person."
    participant: str | None = None
    "LiveKit participant id of the person."
    session: Annotated[list[str] | None, Parameter(negative="")] = None
    "Id of a call of the person. May be given several times."
    phone: str | None = None
    "Telephone number of the person, with its country's code."

    def person(self, keys: Keys | None) -> Person:
        """Raises UsageError where nobody is named."""
        given: dict[Kind, list[str | None]] = {
            "email": [self.email],
            "participant": [self.participant],
            "session": [*(self.session or [])],
            "phone": [self.phone],
        }
        identifiers = [
            Identifier(kind, value) for kind, values in given.items() for value in values if value
        ]
        return Person(identifiers, keys.all if keys else ())


def forget(
    target: Target,
    who: Who | None = None,
    acting: Acting | None = None,
    *,
    verify: Annotated[bool, Parameter(negative="")] = False,
    log_streams: Annotated[bool, Parameter(name="--log-streams", negative="")] = False,
) -> int:
    """Erase a person: rows, rejects, undelivered records, old versions, query results.

    Rows of other people that mention the person are listed for review and stay. An interrupted run
    is begun again. Run it with --verify a day later: what was on its way has arrived by then.

    Such as:

    voice-analytics operate forget --stack voice-analytics --email ada@example.com

    voice-analytics operate forget --stack voice-analytics --email ada@example.com --yes

    voice-analytics operate forget --stack voice-analytics --email ada@example.com --verify

    Parameters
    ----------
    target
        The stack.
    who
        The person.
    acting
        Whether to act.
    verify
        Say whether anything of the person is still there; exit with 1 if so.
    log_streams
        Delete also the log streams in which all known calls are the person's.

    """
    stack = target.find()
    keys = stack_keys(stack)
    person = (who or Who()).person(keys)
    store = Bucket(stack)
    acting = acting or Acting()
    acts = acting.yes and not verify
    with stack.aws.refusals():
        if acts:
            ledger = Ledger(stack.aws, stack.bucket, forgetting.COMMAND, acting.resume)
            tell(f"run {ledger.run}")
            ledger.begin({"identifiers": [each.kind for each in person.identifiers]})
            remember(stack, person, keys, ledger.run)
            result = forgetting.forget(store, person, tell)
            ledger.finish(f"run {ledger.run}", counts=dict(result.counts))
        else:
            result = forgetting.find(store, person)
        streams = dict(_streams(stack, result, delete=acts and log_streams))
    facts = {
        **({} if acts or verify else {"plan": PLAN}),
        **result.as_json(),
        "log_streams": streams,
        "stays": _STAYS,
    }
    show(facts, as_json=target.as_json)
    return FINDING if verify and result.anything else FINE


_STAYS = (
    "log streams until the times above; texts of queries in Athena's history for 45 days; copies "
    "that others have made: exports, reports, local lakes, warehouses"
)


def _streams(
    stack: Stack, result: forgetting.PersonFindings, *, delete: bool
) -> Iterator[tuple[str, str]]:
    """Until when each log stream of the person's calls stands."""
    logs = stack.aws.client("logs")
    days: dict[str, int | None] = {}
    for (group, stream), logged_at in sorted(result.streams.items()):
        if group not in days:
            pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=group)
            groups = {each["logGroupName"]: each for page in pages for each in page["logGroups"]}
            if group not in groups:
                continue
            days[group] = groups[group].get("retentionInDays")
        if delete and (group, stream) not in result.shared_streams:
            logs.delete_log_stream(logGroupName=group, logStreamName=stream)
            yield f"{group} {stream}", "deleted"
            continue
        retention = days[group]
        end = datetime.fromisoformat(logged_at).replace(tzinfo=UTC) + timedelta(days=retention or 0)
        yield (
            f"{group} {stream}",
            f"until {end:%Y-%m-%d}" if retention else "for ever: no retention",
        )


def redact(
    target: Target,
    acting: Acting | None = None,
    *,
    privacy_profile: Annotated[str, Parameter(name="--privacy-profile")] = "analytics",
    first: Annotated[date | None, Parameter(name="--from")] = None,
    last: Annotated[date | None, Parameter(name="--to")] = None,
) -> int:
    """Apply a stricter profile of the privacy policy to closed days that are stored.

    Rows and rejects of days up to the day before yesterday; their old versions are deleted. There
    is no way back. Such as:

    voice-analytics operate redact --stack voice-analytics --to 2026-09-30

    voice-analytics operate redact --stack voice-analytics --to 2026-09-30 --yes

    Parameters
    ----------
    target
        The stack.
    acting
        Whether to act.
    privacy_profile
        Profile of schemas/privacy.yaml.
    first
        First day (dt).
    last
        Last day (dt).

    """
    stack = target.find()
    policy = redacting.policy_of(privacy_profile, lambda: stack_keys(stack).current)
    acting = acting or Acting()
    acts = acting.yes
    with stack.aws.refusals():
        if acts:
            ledger = Ledger(stack.aws, stack.bucket, redacting.COMMAND, acting.resume)
            tell(f"run {ledger.run}")
            ledger.begin({"profile": privacy_profile, "first": str(first), "last": str(last)})
        days = redacting.Days(first, last)
        counts = redacting.redact_days(Bucket(stack), policy, days, act=acts)
    show({**({} if acts else {"plan": PLAN}), **counts}, as_json=target.as_json)
    return FINE


def forget_local(
    *,
    lake: Lake,
    who: Who | None = None,
    yes: Annotated[bool, Parameter(negative="")] = False,
    verify: Annotated[bool, Parameter(negative="")] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Erase a person from a local lake: rows, rejects and undelivered records.

    The lake keeps the HMAC of what was given, so that local run does not bring the person back from
    what was logged before.

    Such as:

    voice-analytics local forget --lake lake --email ada@example.com

    voice-analytics local forget --lake lake --email ada@example.com --yes

    Parameters
    ----------
    lake
        The lake's directory.
    who
        The person.
    yes
        Act. Without it the plan is printed, and nothing is changed.
    verify
        Say whether anything of the person is still there; exit with 1 if so.
    as_json
        Print the result as one JSON object.

    """
    if not is_lake(lake, recorded_tables(lake)):
        raise UserError(f"{lake} is not a lake", "give the folder that local run has written")
    person = (who or Who()).person(_keys_of(lake / KEY_FILE))
    acts = yes and not verify
    store = Folder(lake)
    if acts:
        remember_locally(lake, person)
    result = forgetting.forget(store, person, tell) if acts else forgetting.find(store, person)
    facts: dict[str, Any] = {**({} if acts or verify else {"plan": PLAN}), **result.as_json()}
    show(facts, as_json=as_json)
    return FINDING if verify and result.anything else FINE


def _keys_of(path: Path) -> Keys | None:
    return read_keys(path.read_text(encoding="utf-8")) if path.exists() else None
